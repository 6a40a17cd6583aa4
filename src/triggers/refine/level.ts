import type { Refine } from './kind.ts';

/** A listed level is its own least condition. */
// oxlint-disable-next-line require-yield -- a refinement may ask; this one has nothing to ask
export const refineLevel: Refine = function* (seed, factor) {
  return [{ factor, level: seed.case.levels[factor] as string }];
};
