function assertProbabilities(pValues: readonly number[]): void {
  const wrong = pValues.find(p => !(p >= 0 && p <= 1));
  if (wrong !== undefined) throw new RangeError(`p-values must be in [0, 1], got ${wrong}`);
}

/** Positions of p-values, smallest first; ties keep their order. */
function ascending(pValues: readonly number[]): number[] {
  return pValues.map((_, index) => index).toSorted((a, b) => (pValues[a] as number) - (pValues[b] as number));
}

/**
 * Bonferroni: min(1, m p). Controls the chance of any false alarm among m tests, however they depend on each other.
 * @param pValues in [0, 1]
 * @param count m, at least the number of p-values: more when tests were made whose p-values are not given
 * @returns adjusted p-values in [0, 1], in the order given
 * @throws RangeError for p outside [0, 1], a count below the number of p-values
 * Source: Dunn (1961), JASA 56:52.
 */
export function bonferroni(pValues: readonly number[], count = pValues.length): number[] {
  assertProbabilities(pValues);
  if (!(count >= pValues.length)) throw new RangeError(`${pValues.length} p-values cannot come from ${count} tests`);
  return pValues.map(p => Math.min(1, count * p));
}

/**
 * Holm's step-down: like Bonferroni without assumptions, never larger. The j-th smallest is multiplied by m - j + 1
 * and may not fall below the ones before it.
 * @param pValues in [0, 1]
 * @returns adjusted p-values in [0, 1], in the order given
 * @throws RangeError for p outside [0, 1]
 * Source: Holm (1979), Scandinavian Journal of Statistics 6:65.
 */
export function holm(pValues: readonly number[]): number[] {
  assertProbabilities(pValues);
  const adjusted = new Array<number>(pValues.length);
  let most = 0;
  ascending(pValues).forEach((index, place) => {
    most = Math.max(most, Math.min(1, (pValues.length - place) * (pValues[index] as number)));
    adjusted[index] = most;
  });
  return adjusted;
}

/**
 * Benjamini-Hochberg: rejecting adjusted p <= q keeps the expected share of false ones among the rejected at q, for
 * independent or positively dependent tests. Weaker than family-wise control: for ranking, not for alarms.
 * @param pValues in [0, 1]
 * @returns adjusted p-values in [0, 1], in the order given
 * @throws RangeError for p outside [0, 1]
 * Source: Benjamini & Hochberg (1995), JRSS B 57:289; adjusted form of Yekutieli & Benjamini (1999).
 */
export function benjaminiHochberg(pValues: readonly number[]): number[] {
  assertProbabilities(pValues);
  const adjusted = new Array<number>(pValues.length);
  let least = 1;
  ascending(pValues)
    .toReversed()
    .forEach((index, place) => {
      least = Math.min(least, (pValues.length / (pValues.length - place)) * (pValues[index] as number));
      adjusted[index] = least;
    });
  return adjusted;
}
