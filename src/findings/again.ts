// Conversations of the candidate that do something wrong where the baseline's do not -> fresh conversations of the same
// tasks. A deed in a few of one task's conversations is far below what all conversations together can show.
import { type Judged, misdeeds } from '../evidence/index.ts';
import { noCall } from '../records/step.ts';
import type { Case } from '../records/suites/case.ts';
import type { RunRecord } from '../records/run.ts';
import { createRandom } from '../statistics/index.ts';
import { drawMeeting } from '../triggers/index.ts';

/** Fresh cases of a task: a deed in 15% of its conversations stays unseen in 1 of 75 such looks. */
const casesEach = 40;
/** Fewer say too little. */
const fewestEach = 20;

/**
 * The cases to be observed, with their conversations; the tasks with most such deeds first.
 * @param judged the design's conversations
 * @param left extra cases that may be asked for yet
 */
export function againCases({ spec }: RunRecord, judged: readonly Judged[], left: number): Case[] {
  const all = misdeeds(judged);
  const looked = all.slice(0, Math.floor(left / fewestEach));
  const each = Math.min(casesEach, Math.floor(left / Math.max(1, looked.length)));
  return looked.flatMap(({ scenario, first }) =>
    Array.from({ length: each }, (_, row) => row).flatMap(row => {
      const seed = `${spec.seed}/again/${scenario}`;
      const wanted = { conditions: [], tool: noCall };
      const index = spec.cases + row;
      const made = drawMeeting(spec.suite, scenario, wanted, { seed, row }, index, createRandom(`${seed}/${row}`));
      return made === undefined ? [] : [{ ...made, probe: { stage: 'again' as const, of: first, changed: [] } }];
    }),
  );
}
