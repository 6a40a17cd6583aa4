import {
  binomialUpper,
  hypergeometricCdf,
  hypergeometricPmf,
  hypergeometricSupport,
  hypergeometricUpper,
} from './distributions.ts';

/** An exact test; undetermined where the margins allow one outcome only, so that nothing could have been seen. */
export type ExactTest =
  | { readonly kind: 'tested' /** In (0, 1]. */; readonly pValue: number }
  | { readonly kind: 'undetermined' };

export type Alternative = 'greater' | 'less' | 'two-sided';

/** Counts of two groups (rows) with and without an event (columns): [[with, without], [with, without]]. */
export type TwoByTwo = readonly [readonly [number, number], readonly [number, number]];

/**
 * Fisher's exact test of a two-by-two table, conditional on its margins.
 * `greater`: the first row has the event more often (odds ratio above 1), which is the hypergeometric tail P(X >= a);
 * `two-sided`: sum of all tables no more probable than the one seen, as R's fisher.test.
 * @param table whole numbers >= 0
 * @throws RangeError for counts that are not whole or are negative
 * Source: Fisher (1935), JRSS 98:39; two-sided rule of Freeman & Halton (1951).
 */
export function fisherExact(table: TwoByTwo, alternative: Alternative): ExactTest {
  const [[a, b], [c, d]] = table;
  const urn = { population: a + b + c + d, marked: a + c, drawn: a + b };
  if ([a, b, c, d].some(count => !(Number.isInteger(count) && count >= 0))) {
    throw new RangeError(`counts must be whole and not negative: ${a}, ${b}, ${c}, ${d}`);
  }
  const { least, greatest } = hypergeometricSupport(urn);
  if (least === greatest) return { kind: 'undetermined' };
  if (alternative === 'greater') return { kind: 'tested', pValue: hypergeometricUpper(a, urn) };
  if (alternative === 'less') return { kind: 'tested', pValue: hypergeometricCdf(a, urn) };
  // Equal terms differ by rounding; R allows the same margin.
  const limit = hypergeometricPmf(a, urn) * (1 + 1e-7);
  let total = 0;
  for (let k = least; k <= greatest; k++) {
    const term = hypergeometricPmf(k, urn);
    if (term <= limit) total += term;
  }
  return { kind: 'tested', pValue: Math.min(1, total) };
}

/**
 * McNemar's exact test of paired yes/no outcomes: only the pairs that differ count, each way equally likely under the null.
 * @param onlyFirst pairs where only the first has the event, whole, >= 0
 * @param onlySecond pairs where only the second has it, whole, >= 0
 * @param alternative `greater`: the first has the event more often
 * @returns undetermined where no pair differs
 * @throws RangeError for counts that are not whole or are negative
 * Source: McNemar (1947), Psychometrika 12:153; exact form, Fay (2010), R Journal 2(1):53. Two-sided is twice the smaller tail.
 */
export function mcnemarExact(onlyFirst: number, onlySecond: number, alternative: Alternative): ExactTest {
  if ([onlyFirst, onlySecond].some(count => !(Number.isInteger(count) && count >= 0))) {
    throw new RangeError(`counts must be whole and not negative: ${onlyFirst}, ${onlySecond}`);
  }
  const differing = onlyFirst + onlySecond;
  if (differing === 0) return { kind: 'undetermined' };
  const greater = binomialUpper(onlyFirst, differing, 0.5);
  const less = binomialUpper(onlySecond, differing, 0.5);
  const oneSided = alternative === 'greater' ? greater : less;
  return { kind: 'tested', pValue: alternative === 'two-sided' ? Math.min(1, 2 * Math.min(greater, less)) : oneSided };
}
