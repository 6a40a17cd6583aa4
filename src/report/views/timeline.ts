// A date factor as a line through time: every case while there are few, and means over equal stretches of days.
import { dayNumber, dayText } from '../../factors/dates/calendar.ts';
import type { Rows, ToolColumns } from '../rows.ts';
import { scoredRows } from './columns.ts';

export interface TimelinePoint {
  readonly id: string;
  /** `2026-03-14`. */
  readonly day: string;
  readonly candidate: number;
  readonly baseline: number;
}

export interface TimelineBin {
  /** First and last day, both included. */
  readonly from: string;
  readonly to: string;
  readonly cases: number;
  readonly candidate: number;
  readonly baseline: number;
}

export interface Timeline {
  /** Empty where there are more cases than an eye can tell apart. */
  readonly points: readonly TimelinePoint[];
  readonly bins: readonly TimelineBin[];
}

const mostPoints = 3000;
/** Cases that a stretch holds on average, and stretches at most. */
const perBin = 10;
const mostBins = 120;

export function timeline(rows: Rows, columns: ToolColumns, factor: string): Timeline {
  const column = rows.levels[factor];
  if (column === undefined) return { points: [], bins: [] };
  const all = scoredRows(rows, columns).flatMap(row => {
    const level = column.values[column.index[row] as number] ?? '';
    if (level === '') return [];
    const [candidate, baseline] = [columns.candidate[row] as number, columns.baseline[row] as number];
    return [{ id: rows.id[row] as string, day: level.slice(0, 10), number: dayNumber(level), candidate, baseline }];
  });
  if (all.length === 0) return { points: [], bins: [] };
  const points =
    all.length > mostPoints ? [] : all.map(({ id, day, candidate, baseline }) => ({ id, day, candidate, baseline }));
  return { points, bins: binned(all) };
}

function binned(all: readonly { number: number; candidate: number; baseline: number }[]): TimelineBin[] {
  const first = all.reduce((least, { number }) => Math.min(least, number), Number.POSITIVE_INFINITY);
  const last = all.reduce((most, { number }) => Math.max(most, number), Number.NEGATIVE_INFINITY);
  const count = Math.max(1, Math.min(mostBins, Math.floor(all.length / perBin)));
  const width = Math.ceil((last - first + 1) / count);
  const bins = new Map<number, { cases: number; candidate: number; baseline: number }>();
  for (const { number, candidate, baseline } of all) {
    const at = Math.floor((number - first) / width);
    const bin = bins.get(at) ?? { cases: 0, candidate: 0, baseline: 0 };
    bins.set(at, {
      cases: bin.cases + 1,
      candidate: bin.candidate + candidate,
      baseline: bin.baseline + baseline,
    });
  }
  return [...bins]
    .toSorted((a, b) => a[0] - b[0])
    .map(([at, { cases, candidate, baseline }]) => ({
      from: dayText(first + at * width),
      to: dayText(Math.min(last, first + (at + 1) * width - 1)),
      cases,
      candidate: candidate / cases,
      baseline: baseline / cases,
    }));
}
