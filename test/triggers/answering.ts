import type { CaseDivergence } from '../../src/divergence/index.ts';
import type { Case } from '../../src/records/suites/case.ts';
import { explore, type Explored, nothing, stages } from '../../src/triggers/explore.ts';
import type { Prober } from '../../src/triggers/probes.ts';

/** Both stages, each case observed with nothing to see. */
export function answering(prober: Prober, seen: readonly CaseDivergence[]): Explored {
  return stages.reduce<Explored>((before, stage) => {
    const exploring = explore(prober, seen, stage, before);
    const step = exploring.next();
    if (step.done) return step.value;
    const unseen = (about: Case) => [about.id, { case: about, tools: [] } as unknown as CaseDivergence] as const;
    return exploring.next(new Map(step.value.map(unseen))).value as Explored;
  }, nothing);
}
