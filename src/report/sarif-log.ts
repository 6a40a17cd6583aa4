// The frame that all SARIF of this program has.
import { safeJson } from '../words/safe.ts';

/** Code scanning takes no more results of one run than this. */
export const mostResults = 5000;

export function rule(id: string, short: string, full: string) {
  return { id, name: id, shortDescription: { text: short }, fullDescription: { text: full } };
}

/** A log of one run. */
export function sarifLog(
  version: string,
  rules: readonly ReturnType<typeof rule>[],
  run: Readonly<Record<string, unknown>>,
): string {
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'turncoat', version, semanticVersion: version, rules } },
        columnKind: 'utf16CodeUnits',
        ...run,
      },
    ],
  };
  return `${safeJson(log)}\n`;
}
