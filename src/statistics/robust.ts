import { medianSorted } from 'simple-statistics';

/** Median of at least one value. Throws RangeError for none: there is no median of nothing. */
export function median(values: readonly number[]): number {
  if (values.length === 0) throw new RangeError('median of no values');
  return medianSorted(values.toSorted((a, b) => a - b));
}

/** Median absolute deviation times 1.4826, which estimates the standard deviation of normal values. */
export function mad(values: readonly number[]): number {
  const centre = median(values);
  return 1.4826 * median(values.map(value => Math.abs(value - centre)));
}
