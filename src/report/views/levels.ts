// A factor's levels, and what derives from them, by how far they move a tool: the rows of a forest plot, the nodes of a
// path tree, the cells of a heat map.
import { levelMeets } from '../../factors/conditions.ts';
import type { Condition } from '../../factors/index.ts';
import { axesOfFactor, conditionsToShow } from '../../factors/plots.ts';
import type { ReportModel } from '../model.ts';
import type { Rows, ToolColumns } from '../rows.ts';
import { groupRows, type Mean, meanOf, scoredRows } from './columns.ts';

/** How far the tool moves where a condition holds: mean excess in nats, drift of scenario and tool removed. */
export interface LevelEffect extends Mean {
  readonly condition: Condition;
}

/** Every level of a factor, in the factor's own order. */
export function levelEffects(rows: Rows, columns: ToolColumns, factor: ReportModel['factors'][number]): LevelEffect[] {
  const column = rows.levels[factor.name];
  if (column === undefined) return [];
  const groups = groupRows(scoredRows(rows, columns), column);
  return conditionsToShow(factor, [...groups.keys()]).map(condition => {
    const members = [...groups].flatMap(([value, group]) => (levelMeets(condition, value) ? group : []));
    return { condition, ...meanOf(members.map(row => columns.excess[row] as number)) };
  });
}

export interface HeatCell {
  readonly x: string;
  readonly y: string;
  readonly cases: number;
  /** Mean exact probability of the tool. */
  readonly candidate: number;
  readonly baseline: number;
}

/** A way to group cases on an axis: scenarios, a factor's levels, a part of a date. */
export interface Axis {
  readonly name: string;
  readonly of: (row: number) => string;
}

/** The axes that rows offer; hours and single days are left out, they are too many to see. */
export function axesOf(rows: Rows, factors: ReportModel['factors']): Axis[] {
  const value = (column: Rows['scenario'], row: number) => column.values[column.index[row] as number] ?? '';
  const axes = factors.flatMap((factor): Axis[] => {
    const column = rows.levels[factor.name];
    if (column === undefined) return [];
    return axesOfFactor(factor).map(({ name, of }) => ({ name, of: row => of(value(column, row)) }));
  });
  return [{ name: 'scenario', of: row => value(rows.scenario, row) }, ...axes];
}

/** Mean probabilities where two axes cross; crossings without a case are left out. */
export function heatCells(rows: Rows, columns: ToolColumns, x: Axis, y: Axis): HeatCell[] {
  const cells = new Map<string, { x: string; y: string; cases: number; candidate: number; baseline: number }>();
  for (const row of scoredRows(rows, columns)) {
    const place = { x: x.of(row), y: y.of(row) };
    if (place.x === '' || place.y === '') continue;
    const key = JSON.stringify([place.x, place.y]);
    const cell = cells.get(key) ?? { ...place, cases: 0, candidate: 0, baseline: 0 };
    cell.cases += 1;
    cell.candidate += columns.candidate[row] ?? 0;
    cell.baseline += columns.baseline[row] ?? 0;
    cells.set(key, cell);
  }
  return [...cells.values()].map(({ candidate, baseline, cases, ...place }) => {
    return { ...place, cases, candidate: candidate / cases, baseline: baseline / cases };
  });
}
