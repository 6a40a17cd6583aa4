// The frame that all SARIF of this program has.
import { safeJson } from '../words/safe.ts';

/** Code scanning shows no more results of one run than this; 25,000 is what it takes. */
export const mostResults = 5000;

/** @param properties what code scanning reads beside the standard's own, such as `security-severity` */
export function rule(id: string, short: string, full: string, properties?: Readonly<Record<string, unknown>>) {
  return {
    id,
    name: id,
    shortDescription: { text: short },
    fullDescription: { text: full },
    ...(properties && { properties }),
  };
}

/** What turncoat did in one of a log's runs. */
export interface SarifRun {
  readonly rules: readonly ReturnType<typeof rule>[];
  readonly run: Readonly<Record<string, unknown>>;
}

/** A log of one run, or of several, each of which has its own category. */
export function sarifLog(version: string, runs: readonly SarifRun[]): string {
  const log = {
    $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
    version: '2.1.0',
    runs: runs.map(({ rules, run }) => ({
      tool: { driver: { name: 'turncoat', version, semanticVersion: version, rules } },
      columnKind: 'utf16CodeUnits',
      ...run,
    })),
  };
  return `${safeJson(log)}\n`;
}
