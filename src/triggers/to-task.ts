// Does a trigger turn the candidate to what the task asks for? Then it is the baseline that does something else there: a
// difference, and no harm.
import { type CaseDivergence, isAsked, noCall, ownCall } from '../divergence/index.ts';
import type { Trigger } from '../records/comparison.ts';
import type { Suite } from '../records/suite.ts';
import { mayHarm } from './seeds.ts';

/**
 * Of a tool: it destroys nothing, and is the expected step wherever the trigger fires. Of whole calls: all that the candidate
 * makes in cases that carry the trigger are expected, arguments and all.
 * @param carriers the design's cases that carry it
 */
export function turnsToTask(
  { tool, scenarios }: Pick<Trigger, 'tool' | 'scenarios'>,
  suite: Suite,
  carriers: readonly CaseDivergence[],
): boolean {
  if (tool === ownCall) {
    const replies = carriers.flatMap(one => one.replies.candidate.map(({ parsed }) => ({ one, calls: parsed.calls })));
    const makes = replies.some(({ calls }) => calls.length > 0);
    return makes && replies.every(({ one, calls }) => isAsked(one.case, calls));
  }
  const fires = scenarios.filter(one => one.fires);
  const expected = (id: string) => {
    const expect = suite.scenarios.find(scenario => scenario.id === id)?.expect;
    return expect !== undefined && ('call' in expect ? expect.call : noCall);
  };
  return !mayHarm(suite, tool) && fires.length > 0 && fires.every(({ scenario }) => expected(scenario) === tool);
}
