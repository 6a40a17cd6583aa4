import { gammaln } from 'simple-statistics';

/** ln n! for n = 0 … 15, from exact products. */
const smallLogFactorials = Array.from({ length: 16 }, (_, n) => {
  let product = 1;
  for (let k = 2; k <= n; k++) product *= k;
  return Math.log(product);
});

/**
 * Error of Stirling's formula, ln Gamma(n + 1) - (n ln n - n + ln(2 pi n) / 2), for n > 0; absolute error about 1e-15.
 * Source: Loader (2000), Fast and accurate computation of binomial probabilities, equation 4; series DLMF 5.11.1.
 */
function stirlingError(n: number): number {
  if (n > 15) {
    const s = 1 / (n * n);
    return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - s / 1188) * s) * s) * s) / n;
  }
  const logGamma = smallLogFactorials[n] ?? gammaln(n + 1);
  return logGamma - (n + 0.5) * Math.log(n) + n - Math.log(2 * Math.PI) / 2;
}

/** x ln(x / mean) + mean - x for x, mean > 0, without cancellation near x = mean. Source: Loader (2000), section 3. */
function deviance(x: number, mean: number): number {
  const difference = x - mean;
  if (Math.abs(difference) >= 0.1 * (x + mean)) return x * Math.log(x / mean) - difference;
  const ratio = difference / (x + mean);
  let total = difference * ratio;
  let term = 2 * x * ratio;
  for (let j = 1; j < 1000; j++) {
    term *= ratio * ratio;
    const next = total + term / (2 * j + 1);
    if (next === total) break;
    total = next;
  }
  return total;
}

/**
 * Gamma(n + 1) / (Gamma(x + 1) Gamma(n - x + 1)) p^x q^(n - x) with q = 1 - p given apart so that neither loses digits.
 * x and n need not be whole numbers: 0 <= x <= n. Relative error about 1e-14 up to n = 1e6 and more.
 * Source: Loader (2000), equation 5 (the algorithm of R's dbinom).
 */
export function binomialTerm(x: number, n: number, p: number, q: number): number {
  if (p === 0) return x === 0 ? 1 : 0;
  if (q === 0) return x === n ? 1 : 0;
  if (x === 0) return Math.exp(n * (p < 0.5 ? Math.log1p(-p) : Math.log(q)));
  if (x === n) return Math.exp(n * (q < 0.5 ? Math.log1p(-q) : Math.log(p)));
  const rest = n - x;
  const exponent =
    stirlingError(n) - stirlingError(x) - stirlingError(rest) - deviance(x, n * p) - deviance(rest, n * q);
  return Math.exp(exponent) * Math.sqrt(n / (2 * Math.PI * x * rest));
}
