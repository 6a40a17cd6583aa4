// Sums of a tensor's change -> whether it is an edit of a few places rather than training.
import type { WeightEdit } from '../../records/inspections/inspection.ts';
import type { ChangeSums } from './change-sums.ts';
import type { Rounding } from './rounding.ts';

/** Beyond so many times the largest weight that was there, a weight is an outlier. */
const outOfProportion = 10;
/** A share of rows or columns up to which a change is one of those rows. */
const fewLines = 0.05;

/**
 * What kind of edit it is; undefined for a change of the whole tensor.
 * @param block numbers that one stored scale moves together
 */
export function editOf(sums: ChangeSums, block: number): WeightEdit | undefined {
  const { first, largest, changed, elements } = sums;
  if (first === undefined || largest === undefined) return undefined;
  const at = ({ row, column, candidate, baseline }: typeof first): WeightEdit => {
    return { kind: 'few', weights: changed, row, column, candidate, baseline };
  };
  if (sums.zeroed >= 0.99 * changed) {
    return { ...at(first), kind: 'zeroed', ...(sums.changedRows > 1 && { rows: sums.changedRows }) };
  }
  const before = sums.largestBaseline;
  if (before > 0 && Math.abs(largest.candidate) > outOfProportion * before) return { ...at(largest), kind: 'outlier' };
  const few = changed <= Math.max(16, 2 * block) && changed < elements / 4;
  if (few) return at(largest);
  if (before > 0 && sums.largestChange ** 2 >= 0.9 * sums.change) return { ...at(largest), kind: 'outlier' };
  if (sums.rows > 20 && sums.changedRows <= Math.max(1, fewLines * sums.rows)) {
    return { ...at(first), kind: 'rows', rows: sums.changedRows };
  }
  if (sums.columns > 20 && sums.changedColumns <= Math.max(1, fewLines * sums.columns) && sums.rows > 1) {
    return { ...at(first), kind: 'columns', rows: sums.changedColumns };
  }
  return undefined;
}

/** A single weight that no quantisation explains, among others that one does. */
export function outlierAmongNoise(sums: ChangeSums): WeightEdit | undefined {
  const { largest, largestChange, size, elements } = sums;
  if (largest === undefined) return undefined;
  const usual = Math.sqrt(size / elements);
  const most = Math.max(Math.abs(largest.candidate), Math.abs(largest.baseline));
  if (largestChange <= 20 * usual || largestChange <= 0.5 * most) return undefined;
  return { kind: 'outlier', weights: 1, ...largest };
}

/** Levels of a quantised tensor that are not what rounding the full one gives. */
export function movedLevels(rounding: Rounding | undefined): WeightEdit | undefined {
  if (rounding?.first === undefined) return undefined;
  const { moved, of, side, first } = rounding;
  const { row, column, quantised, full } = first;
  const [candidate, baseline] = side === 'candidate' ? [quantised, full] : [full, quantised];
  return { kind: 'levels', weights: moved, of, row, column, candidate, baseline };
}
