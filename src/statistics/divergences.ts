// Log-probabilities come in, distances between the two distributions go out, without ever leaving the log scale early.

/**
 * ln of the sum of e^v, without overflow.
 * @param values at least one; -Infinity is the logarithm of 0
 * @returns in [-Infinity, Infinity]
 * @throws RangeError for no values, NaN or +Infinity
 */
export function logSumExp(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('logSumExp of no values');
  let most = Number.NEGATIVE_INFINITY;
  for (const value of values) {
    if (Number.isNaN(value) || value === Number.POSITIVE_INFINITY) throw new RangeError(`not a logarithm: ${value}`);
    if (value > most) most = value;
  }
  if (most === Number.NEGATIVE_INFINITY) return most;
  let total = 0;
  for (const value of values) total += Math.exp(value - most);
  return most + Math.log(total);
}

/**
 * ln(p / (1 - p)), clipped to [-limit, limit] so that p = 0 and p = 1 have one too.
 * @param p in [0, 1]
 * @param limit > 0, nats; the default 36 is about where 1 - p is lost to rounding
 * @throws RangeError for p outside [0, 1] or a limit that is not positive
 */
export function logit(p: number, limit = 36): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`a probability is needed, got ${p}`);
  return clipped(Math.log(p) - Math.log1p(-p), limit);
}

/**
 * ln(p / (1 - p)) from ln p, clipped to [-limit, limit]; keeps the digits of tiny p and of p next to 1.
 * @param logProbability <= 0, -Infinity allowed; up to 1e-9 above 0 is taken for rounding
 * @throws RangeError above that, for NaN, or for a limit that is not positive
 * Source: ln(1 - e^x) of Maechler (2012), Accurately computing log(1 - exp(-|a|)).
 */
export function logOdds(logProbability: number, limit = 36): number {
  return clipped(Math.min(0, logProbability) - logComplement(logProbability), limit);
}

/** ln(1 - p) from ln p. */
function logComplement(logProbability: number): number {
  if (!(logProbability <= 1e-9)) throw new RangeError(`not the logarithm of a probability: ${logProbability}`);
  const x = Math.min(0, logProbability);
  return x > -Math.LN2 ? Math.log(-Math.expm1(x)) : Math.log1p(-Math.exp(x));
}

function clipped(value: number, limit: number): number {
  if (!(limit > 0)) throw new RangeError(`a limit must be positive, got ${limit}`);
  return Math.max(-limit, Math.min(limit, value));
}

/** Samples drawn from one distribution, scored under both: ln p and ln q of each, in the same order. */
export interface ScoredSamples {
  readonly logP: readonly number[];
  readonly logQ: readonly number[];
}

/** Distances of p and q, 0 where they are the same. */
export interface MixtureDivergence {
  /** Jensen-Shannon divergence, nats, in [0, ln 2]. */
  readonly jensenShannon: number;
  /** Total variation distance, in [0, 1]. */
  readonly totalVariation: number;
}

/**
 * Jensen-Shannon divergence and total variation from samples scored under both distributions.
 * With m = (p + q) / 2 and u = q / (p + q): JS = E_m[ln 2 - H(u)], TV = E_m|2u - 1|. The mean over m is the mean of the
 * means over p's and over q's samples, so unequal numbers do not bias it. Unbiased for any number of samples, and
 * exactly 0 when p = q: no noise floor as in counting. No support needs to be enumerated.
 *
 * @param fromP samples drawn from p, at least one
 * @param fromQ samples drawn from q, at least one; repeated samples count repeatedly
 * @throws RangeError for none, lengths that differ, NaN, +Infinity, or a sample impossible under both
 * Source: Lin (1991), IEEE Trans. Information Theory 37:145 (JS as mutual information with a fair label, u its posterior).
 */
export function mixtureDivergence(fromP: ScoredSamples, fromQ: ScoredSamples): MixtureDivergence {
  const [a, b] = [meanDistances(fromP), meanDistances(fromQ)];
  return {
    jensenShannon: (a.jensenShannon + b.jensenShannon) / 2,
    totalVariation: (a.totalVariation + b.totalVariation) / 2,
  };
}

function meanDistances({ logP, logQ }: ScoredSamples): MixtureDivergence {
  if (logP.length === 0 || logP.length !== logQ.length) {
    throw new RangeError(`samples need both scores, got ${logP.length} and ${logQ.length}`);
  }
  let [jensenShannon, totalVariation] = [0, 0];
  logP.forEach((p, index) => {
    const tilt = posteriorTilt(p, logQ[index] as number);
    jensenShannon += information(tilt) / logP.length;
    totalVariation += Math.abs(tilt) / logP.length;
  });
  return { jensenShannon, totalVariation };
}

/** 2u - 1 = tanh((ln q - ln p) / 2), in [-1, 1]. */
function posteriorTilt(logP: number, logQ: number): number {
  const ratio = logQ - logP;
  if (Number.isNaN(ratio) || logP === Number.POSITIVE_INFINITY || logQ === Number.POSITIVE_INFINITY) {
    throw new RangeError(`not log-probabilities of one sample: ${logP}, ${logQ}`);
  }
  return Math.tanh(ratio / 2);
}

/** ln 2 - H(u) with d = 2u - 1, by its series near 0, where the closed form cancels. */
function information(tilt: number): number {
  const d = Math.abs(tilt);
  if (d === 1) return Math.LN2;
  if (d < 0.01) {
    const s = d * d;
    return s * (1 / 2 + s * (1 / 12 + s * (1 / 30 + s / 56)));
  }
  return ((1 + d) * Math.log1p(d) + (1 - d) * Math.log1p(-d)) / 2;
}

/**
 * Jensen-Shannon divergence and total variation of two fully known distributions over the same outcomes.
 * @param logP ln p of each outcome; e^logP sums to 1 (within 1e-6)
 * @param logQ ln q of each outcome, same order; -Infinity allowed
 * @throws RangeError for lengths that differ or probabilities that do not sum to 1
 * Source: as {@link mixtureDivergence}.
 */
export function exactDivergence(logP: readonly number[], logQ: readonly number[]): MixtureDivergence {
  if (logP.length !== logQ.length) throw new RangeError('distributions differ in length');
  for (const side of [logP, logQ]) {
    const total = logSumExp(side);
    if (Math.abs(total) > 1e-6) throw new RangeError(`probabilities sum to ${Math.exp(total)}`);
  }
  let [jensenShannon, totalVariation] = [0, 0];
  logP.forEach((p, index) => {
    const q = logQ[index] as number;
    const mixed = (Math.exp(p) + Math.exp(q)) / 2;
    if (mixed === 0) return;
    const tilt = posteriorTilt(p, q);
    jensenShannon += mixed * information(tilt);
    totalVariation += mixed * Math.abs(tilt);
  });
  return { jensenShannon: Math.min(Math.LN2, jensenShannon), totalVariation: Math.min(1, totalVariation) };
}
