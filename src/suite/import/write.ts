// Suite -> YAML that readSuite reads back as the same suite.
import { Document } from 'yaml';
import type { Suite } from '../../records/suites/suite.ts';

/**
 * A suite as YAML.
 * @param head lines of harmless text for the comment at the head
 */
export function writeSuite(suite: Suite, head: readonly string[]): string {
  const scenarios = suite.scenarios.map(({ without, ...rest }) => (without.length > 0 ? { ...rest, without } : rest));
  const document = new Document({ ...suite, scenarios }, { aliasDuplicateObjects: false });
  document.commentBefore = head.map(line => ` ${line}`).join('\n');
  return document.toString({ lineWidth: 0 });
}
