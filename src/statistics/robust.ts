import { medianSorted } from 'simple-statistics';

/** Median of at least one value. Throws RangeError for none: there is no median of nothing. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('median of no values');
  return medianSorted(values.toSorted((a, b) => a - b));
}

/**
 * Quantile of at least one value, by linear interpolation between order statistics.
 * @param share in [0, 1]: 0 is the least value, 0.5 the median, 1 the greatest
 * @throws RangeError for no values or a share outside [0, 1]
 * Source: Hyndman & Fan (1996), The American Statistician 50:361, type 7 (R's default).
 */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) throw new RangeError('quantile of no values');
  if (!(share >= 0 && share <= 1)) throw new RangeError(`a share in [0, 1] is needed, got ${share}`);
  const sorted = values.toSorted((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below] as number;
  const high = sorted[Math.ceil(place)] as number;
  return low === high ? low : low + (place - below) * (high - low);
}

/**
 * Median absolute deviation times 1.4826, which estimates the standard deviation of normal values; >= 0.
 * Throws RangeError for no values. Source: Rousseeuw & Croux (1993), JASA 88:1273, equation 1.1.
 */
export function mad(values: readonly number[]): number {
  const centre = median(values);
  return 1.4826 * median(values.map(value => Math.abs(value - centre)));
}
