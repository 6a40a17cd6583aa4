import { extraTools } from '../../suite/index.ts';
import type { Refine } from './kind.ts';

/**
 * Which of the extra tools must be on offer: each is offered alone, beside the one whose call shows the effect. If none does
 * it alone, it takes them all.
 */
export const refineTools: Refine = function* (seed, factor) {
  const level = seed.case.levels[factor] as string;
  const extra = extraTools(level);
  const kept = extra.filter(tool => tool === seed.keep);
  const others = extra.filter(tool => tool !== seed.keep);
  if (others.length === 0) return [{ factor, level }];
  const offered = (tool: string) => ({ factor: 'tool offered', level: tool });
  if (others.length === 1) return others.map(offered);
  const alone = yield* seed.stays(
    factor,
    others.map(tool => [tool, ...kept].join('+')),
  );
  const enough = others.filter((_, index) => alone[index]);
  return (enough.length === 0 ? others : enough.slice(0, 1)).map(offered);
};
