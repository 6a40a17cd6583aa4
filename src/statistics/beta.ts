import { binomialTerm } from './factorial.ts';

/**
 * Regularised incomplete beta function I_x(a, b), the distribution function of Beta(a, b).
 * @param x any number; 0 below 0 and 1 above 1
 * @param a, b shapes > 0
 * @returns probability in [0, 1], relative error about 1e-13
 * @throws RangeError for shapes that are not positive and finite, or NaN
 * Source: continued fraction DLMF 8.17.22, modified Lentz (Numerical Recipes 6.4); leading factor by Loader (2000).
 */
export function betaCdf(x: number, a: number, b: number): number {
  return incompleteBeta(x, 1 - x, a, b);
}

/** I_x(a, b) with y = 1 - x given apart: keeps the digits of an x close to 1. */
export function incompleteBeta(x: number, y: number, a: number, b: number): number {
  const valid = a > 0 && b > 0 && Number.isFinite(a + b) && !Number.isNaN(x);
  if (!valid) throw new RangeError(`beta shapes must be positive, got x = ${x}, a = ${a}, b = ${b}`);
  if (x <= 0) return 0;
  if (y <= 0) return 1;
  // x^a y^b / B(a, b)
  const front = binomialTerm(a, a + b, x, y) * ((a * b) / (a + b));
  // The fraction converges fast below the mean; above it the mirrored one does.
  if (x < (a + 1) / (a + b + 2)) return Math.min(1, (front * betaFraction(x, a, b)) / a);
  return Math.max(0, 1 - (front * betaFraction(y, b, a)) / b);
}

function betaFraction(x: number, a: number, b: number): number {
  const tiny = 1e-300;
  const guard = (value: number) => (Math.abs(value) < tiny ? tiny : value);
  let c = 1;
  let d = 1 / guard(1 - ((a + b) * x) / (a + 1));
  let fraction = d;
  for (let m = 1; m <= 100_000; m++) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    d = 1 / guard(1 + even * d);
    c = guard(1 + even / c);
    fraction *= d * c;
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    d = 1 / guard(1 + odd * d);
    c = guard(1 + odd / c);
    const step = d * c;
    fraction *= step;
    if (Math.abs(step - 1) < 1e-15) return fraction;
  }
  throw new Error(`incomplete beta did not converge: x = ${x}, a = ${a}, b = ${b}`);
}

/**
 * Quantile of Beta(a, b): the x with I_x(a, b) = p, by bisection down to neighbouring numbers.
 * @param p probability in [0, 1]
 * @param a, b shapes > 0
 * @throws RangeError for p outside [0, 1] or shapes that are not positive
 */
export function betaQuantile(p: number, a: number, b: number): number {
  if (!(p >= 0 && p <= 1)) throw new RangeError(`a probability is needed, got ${p}`);
  betaCdf(0.5, a, b);
  if (p === 0 || p === 1) return p;
  let [low, high] = [0, 1];
  for (let step = 0; step < 1100; step++) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (betaCdf(middle, a, b) < p) low = middle;
    else high = middle;
  }
  return high;
}
