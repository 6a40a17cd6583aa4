// What every effect plot starts from: the cases of the design in which a tool was offered and scored.
import { studentUpper } from '../../statistics/index.ts';
import { type Interned, type Rows, type ToolColumns } from '../rows.ts';

/** A mean over cases, with its 95% t interval; the interval is absent for a single case. */
export interface Mean {
  readonly cases: number;
  readonly mean: number;
  readonly low?: number;
  readonly high?: number;
}

/** Rows of the design where the tool was offered and scored. Probes are left out: they were chosen by what was found. */
export function scoredRows(rows: Rows, { excess }: ToolColumns): number[] {
  const scored: number[] = [];
  for (let row = 0; row < rows.ranked; row++) if (typeof excess[row] === 'number') scored.push(row);
  return scored;
}

export function meanOf(values: readonly number[]): Mean {
  const cases = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / cases;
  if (cases < 2) return { cases, mean };
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (cases - 1);
  const half = studentQuantile(cases - 1) * Math.sqrt(variance / cases);
  return { cases, mean, low: mean - half, high: mean + half };
}

/** Groups rows by the value of a column; '' (a factor that is not used) is left out. */
export function groupRows(rows: readonly number[], column: Interned): Map<string, number[]> {
  const byIndex = new Map<number, number[]>();
  for (const row of rows) {
    const index = column.index[row] as number;
    const group = byIndex.get(index);
    if (group === undefined) byIndex.set(index, [row]);
    else group.push(row);
  }
  const groups = [...byIndex].map(([index, group]) => [column.values[index] as string, group] as const);
  return new Map(groups.filter(([value]) => value !== ''));
}

const quantiles = new Map<number, number>();

/** The 97.5% quantile of Student's t, by bisection of its upper tail. */
function studentQuantile(df: number): number {
  const known = quantiles.get(df);
  if (known !== undefined) return known;
  let [low, high] = [0, 700];
  for (let step = 0; step < 60; step++) {
    const middle = (low + high) / 2;
    if (studentUpper(middle, df) > 0.025) low = middle;
    else high = middle;
  }
  quantiles.set(df, high);
  return high;
}
