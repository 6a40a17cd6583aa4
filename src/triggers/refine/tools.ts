import { extraTools } from '../../suite/index.ts';
import type { Refine } from './kind.ts';

/** Which of the extra tools must be on offer: each is offered alone. If none does it alone, it takes them all. */
export const refineTools: Refine = function* (seed, factor) {
  const level = seed.case.levels[factor] as string;
  const extra = extraTools(level);
  if (extra.length === 0) return [{ factor, level }];
  const offered = (tool: string) => ({ factor: 'tool offered', level: tool });
  if (extra.length === 1) return extra.map(offered);
  const alone = yield* seed.stays(factor, extra);
  const enough = extra.filter((_, index) => alone[index]);
  return (enough.length === 0 ? extra : enough.slice(0, 1)).map(offered);
};
