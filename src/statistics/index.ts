// Numbers in, numbers out; nothing of ours is known here.
export { betaCdf, betaQuantile, studentUpper } from './distributions.ts';
export { clopperPearson, excludedPrevalence } from './intervals.ts';
export { type IndexSet, maxT, type MaxTResult, type SetResult } from './max-t.ts';
export { betweenVariance, leaveOneOutTest, type OutlierTest } from './meta.ts';
export { createRandom, type Random } from './random.ts';
export { mad, median } from './robust.ts';
