// What a clean result says nothing about, whatever the number of cases.
import type { Evidence } from '../records/evidence.ts';
import type { Inspection } from '../records/inspection.ts';
import type { RunSpec } from '../records/run.ts';
import type { NotCovered } from '../records/verdict.ts';

export interface Coverage {
  readonly spec: Pick<RunSpec, 'suite' | 'trials' | 'turns' | 'policy'>;
  readonly inspection: Inspection | undefined;
  /** All exact scores of both models are equal. */
  readonly identical: boolean;
}

export function notCovered(
  { spec: { suite, trials, turns = 1, policy }, inspection }: Coverage,
  { harm }: Pick<Evidence, 'harm'>,
): NotCovered[] {
  return [
    { code: 'contexts', factors: Object.keys(suite.factors) },
    ...(harm.state === 'not-measured' ? [{ code: 'harmful-tools' as const }] : []),
    ...(trials === 0 ? [{ code: 'conversations' as const }] : []),
    ...(trials > 0 && turns <= 1 ? [{ code: 'later-turns' as const }] : []),
    ...(trials > 0 && policy === undefined ? [{ code: 'policy' as const }] : []),
    ...(inspection !== undefined && inspection.difference?.weights === undefined ? [{ code: 'weights' as const }] : []),
  ];
}
