// The public schema of SARIF 2.1.0.
import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';

/** The OASIS schema says draft 04, of which it uses nothing that newer drafts have not. */
export function sarifValidator() {
  const text = readFileSync('test/report/golden/sarif-2.1.0-rtm.5.schema.json', 'utf8');
  const { $schema: _, id: __, ...schema } = JSON.parse(text.replace(/^\ufeff/, ''));
  const ajv = new Ajv({ strict: false, unicodeRegExp: false });
  (formats as unknown as (to: Ajv) => void)(ajv);
  return ajv.compile(schema);
}
