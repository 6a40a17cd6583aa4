// Values of known range come in; bounds on their mean go out that assume no distribution and hold at any stopping time.

/** Range that every value keeps to, whatever its distribution. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

export interface MeanBounds {
  /** Mean of the values; 0 where there are none, and then the bounds are the whole range. */
  readonly estimate: number;
  /** Lower and upper bound, each holding by itself with probability 1 - alpha. */
  readonly low: number;
  readonly high: number;
  /** How many values. */
  readonly n: number;
}

/**
 * Shares of the largest admissible bet, with their weights in the mixture. Half goes to the whole bet: where nothing ever
 * happened it is the best one, and the bound is ln(2 / alpha) / n. The others are spread over the logarithm, so that some
 * bet is near the best one whatever the spread of the values. The weights sum to 1.
 */
const bets = [1, 0.95, 0.9, 0.8, 0.65, 0.5, 0.35, 0.25, 0.15, 0.1, 0.05, 0.025, 0.01, 0.005].map((share, index) => ({
  share,
  weight: index === 0 ? 0.5 : 0.5 / 13,
}));

/**
 * One-sided bounds of a mean, each at level alpha, from the values alone.
 *
 * Against "the mean is at least m" one bets on the values being lower: the capital is the mixture, over fixed shares f, of
 * prod(1 + f (m - x_i) / (to - m)), a non-negative martingale that starts at 1 where the mean is m (Ville). The upper bound
 * is the smallest m whose capital has reached 1 / alpha; it grows with m, so there is only one. The lower bound is the
 * same for the values turned round. The bets are fixed beforehand, so the result does not depend on the order of values.
 *
 * @param values each within the range
 * @param alpha in (0, 1), of each side
 * @throws RangeError for values outside the range, an empty range or an alpha outside (0, 1)
 * Source: Waudby-Smith & Ramdas (2024), Estimating means of bounded random variables by betting, JRSS B 86:1, theorem 3 and
 * section 4 (capital processes); mixture over bets as in their appendix on conjugate and grid mixtures.
 */
export function meanBounds(values: readonly number[], alpha: number, range: Range): MeanBounds {
  assertRange(range);
  if (!(alpha > 0 && alpha < 1)) throw new RangeError(`alpha must be in (0, 1), got ${alpha}`);
  const counted = countedOf(values, range);
  if (values.length === 0) return { estimate: 0, low: range.from, high: range.to, n: 0 };
  const estimate = counted.reduce((sum, { value, count }) => sum + value * count, 0) / values.length;
  const turned = counted.map(({ value, count }) => ({ value: -value, count }));
  const low = -upperBound(turned, alpha, { from: -range.to, to: -range.from }, -estimate);
  return { estimate, low, high: upperBound(counted, alpha, range, estimate), n: values.length };
}

/**
 * Evidence that the mean is above a value: the final capital of the bets against "the mean is at most `mean`". An e-value:
 * under that hypothesis its expectation is at most 1, so 1 / it is a p-value.
 * @returns e-value >= 0, at most Number.MAX_VALUE; 1 without values
 * @throws RangeError as {@link meanBounds}, and for a mean outside the range
 */
export function meanAboveEValue(values: readonly number[], mean: number, range: Range): number {
  assertRange(range);
  if (!(mean >= range.from && mean <= range.to)) throw new RangeError(`mean ${mean} outside the range`);
  if (mean === range.to || values.length === 0) return 1;
  // Values above a mean that is the lower end of the range are impossible under it: any at all is decisive.
  if (mean === range.from) return values.some(value => value > mean) ? Number.MAX_VALUE : 1;
  const turned = countedOf(values, range).map(({ value, count }) => ({ value: -value, count }));
  return Math.min(Number.MAX_VALUE, Math.exp(logCapital(turned, -mean, -range.from)));
}

/**
 * How many values like these it takes for the upper bound to fall to `wanted`; undefined where it never would, because
 * their mean is not below it.
 * @throws RangeError as {@link meanBounds}
 */
export function valuesForUpperBound(
  values: readonly number[],
  alpha: number,
  range: Range,
  wanted: number,
): number | undefined {
  assertRange(range);
  if (values.length === 0 || !(wanted > range.from && wanted < range.to)) return undefined;
  const counted = countedOf(values, range);
  const needed = bets.flatMap(({ share, weight }) => {
    const growth = logGain(counted, share, wanted, range.to) / values.length;
    return growth > 0 ? [(Math.log(1 / alpha) - Math.log(weight)) / growth] : [];
  });
  return needed.length === 0 ? undefined : Math.ceil(Math.min(...needed));
}

interface Counted {
  readonly value: number;
  readonly count: number;
}

/** Equal values together: exact zeros are most of what comes in. */
function countedOf(values: readonly number[], { from, to }: Range): Counted[] {
  const counts = new Map<number, number>();
  for (const value of values) {
    if (!(value >= from && value <= to)) throw new RangeError(`value ${value} outside ${from}..${to}`);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return [...counts].map(([value, count]) => ({ value, count }));
}

function assertRange({ from, to }: Range): void {
  if (!(Number.isFinite(from) && Number.isFinite(to) && from < to)) throw new RangeError(`not a range: ${from}..${to}`);
}

/** Halvings of the range: far below anything that is printed. */
const steps = 40;

function upperBound(counted: readonly Counted[], alpha: number, { to }: Range, estimate: number): number {
  const wanted = Math.log(1 / alpha);
  let [below, above] = [estimate, to];
  for (let step = 0; step < steps; step++) {
    const middle = (below + above) / 2;
    if (logCapital(counted, middle, to) >= wanted) above = middle;
    else below = middle;
  }
  return above;
}

/** Natural log of the mixture's capital against "the mean is at least m". */
function logCapital(counted: readonly Counted[], m: number, to: number): number {
  const logs = bets.map(({ share, weight }) => Math.log(weight) + logGain(counted, share, m, to));
  const top = Math.max(...logs);
  if (top === Number.NEGATIVE_INFINITY) return top;
  return top + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - top), 0));
}

function logGain(counted: readonly Counted[], share: number, m: number, to: number): number {
  let sum = 0;
  for (const { value, count } of counted) sum += count * Math.log1p((share * (m - value)) / (to - m));
  return sum;
}
