// Numbers in, numbers out; nothing of ours is known here.
export { betaCdf, betaQuantile } from './beta.ts';
export {
  binomialCdf,
  binomialPmf,
  binomialUpper,
  hypergeometricCdf,
  hypergeometricPmf,
  hypergeometricUpper,
  normalCdf,
  normalQuantile,
  studentCdf,
  studentUpper,
  type Urn,
} from './distributions.ts';
export {
  exactDivergence,
  logit,
  logOdds,
  logSumExp,
  mixtureDivergence,
  type MixtureDivergence,
  type ScoredSamples,
} from './divergences.ts';
export { clopperPearson, excludedPrevalence, wilson } from './intervals.ts';
export type { IndexSet } from './index-sets.ts';
export { benjaminiHochberg, bonferroni, holm } from './multiplicity.ts';
export { maxT, maxTColumns, type MaxTOptions, type MaxTResult, type SetResult } from './permutation.ts';
export { betweenVariance, leaveOneOutTest, type OutlierTest, randomEffects, type RandomEffects } from './meta.ts';
export { createRandom, type Random } from './random.ts';
export { mad, median, quantile } from './robust.ts';
