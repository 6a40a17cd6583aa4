// Suite text -> Suite, or one clear line that says where and what: file, line, what was expected.
import { type Suite, suiteSchema } from '../records/suites/suite.ts';
import { findMistakes } from './check.ts';
import { readDocument } from './document.ts';

const kind = {
  code: 'bad-suite',
  hint: 'the format is described in docs/suites.md and in suites/suite.schema.json',
  root: 'suite',
};

/**
 * Reads a suite.
 * @param text YAML, format v1
 * @param file name used in messages
 * @throws UserError `bad-suite` naming file, line and what was expected
 */
export function readSuite(text: string, file: string): Suite {
  const { data, refuse } = readDocument(text, file, suiteSchema, kind);
  const mistake = findMistakes(data)[0];
  if (mistake !== undefined) refuse(mistake.path, mistake.message);
  return data;
}
