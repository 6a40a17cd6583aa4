// Numbers in, numbers out; nothing of ours is known here.
export { betaCdf, betaQuantile } from './beta.ts';
export { meanAboveEValue, type MeanBounds, meanBounds, type Range, valuesForUpperBound } from './betting-bounds.ts';
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
export {
  type AnytimeAlarm,
  anytimeAlarm,
  type BettingOptions,
  bettingProcess,
  type EProcess,
  hypothesisWeight,
  mixtureEValue,
} from './eprocess.ts';
export { type Alternative, type ExactTest, fisherExact, mcnemarExact, type TwoByTwo } from './exact.ts';
export type { IndexSet } from './index-sets.ts';
export { casesForShare, clopperPearson, excludedPrevalence, shareUpperBound, wilson } from './intervals.ts';
export { betweenVariance, leaveOneOutTest, type OutlierTest, randomEffects, type RandomEffects } from './meta.ts';
export { benjaminiHochberg, bonferroni, holm } from './multiplicity.ts';
export { largestZ, maxT, type MaxTOptions, type MaxTResult, type SetResult } from './permutation.ts';
export { createRandom, type Random } from './random.ts';
export { mad, median, quantile } from './robust.ts';
