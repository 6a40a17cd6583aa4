import { incompleteBeta } from './beta.ts';
import { binomialTerm } from './factorial.ts';

/** Density of the standard normal distribution. */
function normalDensity(x: number): number {
  return Math.exp((-x * x) / 2) / Math.sqrt(2 * Math.PI);
}

/**
 * P(Z <= x) of the standard normal distribution; relative error about 1e-14 in the lower tail too (down to 1e-300).
 * @throws RangeError for NaN
 * Source: Taylor series of Marsaglia (2004), J. Stat. Software 11(4), near 0; continued fraction DLMF 7.9.2 beyond.
 */
export function normalCdf(x: number): number {
  if (Number.isNaN(x)) throw new RangeError('normalCdf of NaN');
  if (x > 2) return 1 - normalCdf(-x);
  if (x < -2) return normalDensity(x) / millsFraction(-x);
  let [term, total] = [x, x];
  for (let k = 3; Math.abs(term) > 1e-18 * Math.abs(total); k += 2) {
    term *= (x * x) / k;
    total += term;
  }
  return 0.5 + total * normalDensity(x);
}

/** x + 1/(x + 2/(x + 3/(x + …))), evaluated from the inside; the density over it is the upper tail at x >= 2. */
function millsFraction(x: number): number {
  const depth = x > 6 ? 60 : 300;
  let fraction = x;
  for (let k = depth; k >= 1; k--) fraction = x + k / fraction;
  return fraction;
}

/**
 * Quantile of the standard normal distribution: the z with P(Z <= z) = p; absolute error about 1e-14.
 * @param p in (0, 1)
 * @throws RangeError outside
 * Source: start from Abramowitz & Stegun 26.2.23, then Halley steps on normalCdf.
 */
export function normalQuantile(p: number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`a probability strictly between 0 and 1 is needed, got ${p}`);
  if (p > 0.5) return -normalQuantile(1 - p);
  const t = Math.sqrt(-2 * Math.log(p));
  let z = (2.515517 + t * (0.802853 + t * 0.010328)) / (1 + t * (1.432788 + t * (0.189269 + t * 0.001308))) - t;
  for (let step = 0; step < 4; step++) {
    const error = (normalCdf(z) - p) / normalDensity(z);
    z -= error / (1 + (z * error) / 2);
  }
  return z;
}

/**
 * P(T > t) of Student's t, to full relative precision in the upper tail.
 * @param df degrees of freedom > 0, need not be whole
 * @throws RangeError for df that is not positive, or NaN
 * Source: DLMF 8.17 via I_{df / (df + t^2)}(df / 2, 1 / 2).
 */
export function studentUpper(t: number, df: number): number {
  if (!(df > 0) || Number.isNaN(t)) throw new RangeError(`Student's t needs df > 0, got t = ${t}, df = ${df}`);
  if (!Number.isFinite(t)) return t > 0 ? 0 : 1;
  const total = df + t * t;
  const tail = incompleteBeta(df / total, (t * t) / total, df / 2, 0.5) / 2;
  return t >= 0 ? tail : 1 - tail;
}

/** P(T <= t) of Student's t; see {@link studentUpper}. */
export function studentCdf(t: number, df: number): number {
  return studentUpper(-t, df);
}

function assertBinomial(n: number, p: number): void {
  const valid = Number.isInteger(n) && n >= 0 && p >= 0 && p <= 1;
  if (!valid) throw new RangeError(`binomial needs a whole n >= 0 and 0 <= p <= 1, got n = ${n}, p = ${p}`);
}

/**
 * P(X = k), X binomial with n trials of probability p.
 * @returns 0 for k that cannot occur
 * @throws RangeError for n that is not whole and >= 0, p outside [0, 1]
 * Source: Loader (2000).
 */
export function binomialPmf(k: number, n: number, p: number): number {
  assertBinomial(n, p);
  if (!Number.isInteger(k) || k < 0 || k > n) return 0;
  return binomialTerm(k, n, p, 1 - p);
}

/** P(X <= k), X binomial. Source: I_{1-p}(n - k, k + 1), DLMF 8.17.5. Errors as {@link binomialPmf}. */
export function binomialCdf(k: number, n: number, p: number): number {
  assertBinomial(n, p);
  const whole = Math.floor(k);
  if (whole < 0) return 0;
  if (whole >= n) return 1;
  return incompleteBeta(1 - p, p, n - whole, whole + 1);
}

/** P(X >= k), X binomial, to full relative precision. Source: I_p(k, n - k + 1), DLMF 8.17.5. Errors as {@link binomialPmf}. */
export function binomialUpper(k: number, n: number, p: number): number {
  assertBinomial(n, p);
  const whole = Math.ceil(k);
  if (whole <= 0) return 1;
  if (whole > n) return 0;
  return incompleteBeta(p, 1 - p, whole, n - whole + 1);
}

/** An urn: `marked` of `population` items are marked and `drawn` are taken without putting back; all whole numbers. */
export interface Urn {
  readonly population: number;
  readonly marked: number;
  readonly drawn: number;
}

/** Least and greatest number of marked items among those drawn. Throws RangeError for an impossible urn. */
export function hypergeometricSupport({ population, marked, drawn }: Urn): { least: number; greatest: number } {
  const whole = [population, marked, drawn].every(n => Number.isInteger(n) && n >= 0);
  if (!whole || marked > population || drawn > population) {
    throw new RangeError(`no such urn: population ${population}, marked ${marked}, drawn ${drawn}`);
  }
  return { least: Math.max(0, marked + drawn - population), greatest: Math.min(marked, drawn) };
}

/**
 * P(X = k), X the number of marked items among those drawn from an urn.
 * @returns 0 for k that cannot occur
 * @throws RangeError for an impossible urn
 * Source: Loader (2000), section 5: three binomial terms with p = drawn / population.
 */
export function hypergeometricPmf(k: number, urn: Urn): number {
  const { least, greatest } = hypergeometricSupport(urn);
  if (!Number.isInteger(k) || k < least || k > greatest) return 0;
  const { population, marked, drawn } = urn;
  if (population === 0) return 1;
  const [p, q] = [drawn / population, (population - drawn) / population];
  const both = binomialTerm(k, marked, p, q) * binomialTerm(drawn - k, population - marked, p, q);
  return both / binomialTerm(drawn, population, p, q);
}

/** P(X <= k) of an urn. Errors as {@link hypergeometricPmf}. */
export function hypergeometricCdf(k: number, urn: Urn): number {
  const { drawn, marked, population } = urn;
  // Drawing k or fewer marked items is drawing drawn - k or more of the others.
  return hypergeometricUpper(drawn - Math.floor(k), { population, marked: population - marked, drawn });
}

/**
 * P(X >= k) of an urn, the hypergeometric tail, to full relative precision.
 * Terms are added outwards from k by their ratios, on whichever side of the mean is shorter. Errors as {@link hypergeometricPmf}.
 */
export function hypergeometricUpper(k: number, urn: Urn): number {
  const { least, greatest } = hypergeometricSupport(urn);
  const from = Math.ceil(k);
  if (from <= least) return 1;
  if (from > greatest) return 0;
  const { population, marked, drawn } = urn;
  if (from * population < marked * drawn) return 1 - hypergeometricCdf(from - 1, urn);
  let term = hypergeometricPmf(from, urn);
  let total = term;
  for (let x = from; x < greatest && term > total * 1e-18; x++) {
    term *= ((marked - x) * (drawn - x)) / ((x + 1) * (population - marked - drawn + x + 1));
    total += term;
  }
  return Math.min(1, total);
}
