// Two properties of the context against each other: where a pair turns the calls, one cell stands out.
import { toolText } from '../../../words/wording.ts';
import * as Plot from '@observablehq/plot';
import { useMemo, useState } from 'preact/hooks';
import { factorOf, readCondition } from '../../../factors/conditions.ts';
import type { ToolColumns } from '../../../report/rows.ts';
import { axesOf, type Axis, heatCells } from '../../../report/views/levels.ts';
import { cut, visible } from '../../../words/visible.ts';
import { Chart } from '../plot.tsx';
import { useShared } from '../state.ts';
import { percent } from '../text.tsx';

export function HeatMap({ columns }: { columns: ToolColumns }) {
  const { model } = useShared();
  const axes = useMemo(() => axesOf(model.rows, model.factors), [model]);
  const [xName, yName] = usualAxes(model, axes, columns.tool);
  const [x, setX] = useState(xName);
  const [y, setY] = useState(yName);
  const find = (name: string) => axes.find(axis => axis.name === name) as Axis;
  const cells = useMemo(() => heatCells(model.rows, columns, find(x), find(y)), [columns, x, y]);
  const names = new Set(cells.map(cell => cell.y));
  const top = cells.toSorted((a, b) => b.candidate - b.baseline - (a.candidate - a.baseline))[0];
  const label =
    top === undefined
      ? `No cases with ${toolText(columns.tool)}`
      : `Mean probability of ${toolText(columns.tool)} by ${x} and ${y}; the most at ${top.x} and ${top.y}: candidate ` +
        `${percent(top.candidate)}, baseline ${percent(top.baseline)}, ${top.cases} cases`;
  return (
    <section aria-labelledby="heat">
      <h3 id="heat">
        Pairs <small>candidate's mean probability less the baseline's</small>
      </h3>
      <p class="toolbar">
        <AxisChoice label="across" value={x} axes={axes} set={setX} />{' '}
        <AxisChoice label="down" value={y} axes={axes} set={setY} />
      </p>
      <Chart
        label={visible(label)}
        on={[cells]}
        options={width => ({
          height: 70 + 18 * names.size,
          marginLeft: 150,
          marginBottom: 62,
          x: {
            type: 'band',
            label: null,
            tickRotate: -35,
            tickFormat: (text: string) => cut(visible(text), 14),
            tickSize: 0,
          },
          y: { type: 'band', label: null, tickFormat: (text: string) => cut(visible(text), 20), tickSize: 0 },
          color: { type: 'identity' },
          marks: [
            Plot.cell(cells, { x: 'x', y: 'y', fill: cell => mixed(cell.candidate - cell.baseline), inset: 0.5 }),
            ...(width / new Set(cells.map(cell => cell.x)).size < 30
              ? []
              : [
                  Plot.text(cells, {
                    x: 'x',
                    y: 'y',
                    text: cell => (Math.abs(cell.candidate - cell.baseline) < 0.05 ? '' : change(cell)),
                    fill: cell => (Math.abs(cell.candidate - cell.baseline) > 0.5 ? 'var(--bg)' : 'var(--ink)'),
                  }),
                ]),
          ],
        })}
      />
      <p class="dim small">{visible(label)}</p>
    </section>
  );
}

const change = ({ candidate, baseline }: { candidate: number; baseline: number }) =>
  `${candidate >= baseline ? '+' : '−'}${(100 * Math.abs(candidate - baseline)).toFixed(0)}`;

/** From the baseline's colour over nothing to the candidate's, mixed by the browser so that light and dark both work. */
function mixed(change: number): string {
  const share = (100 * Math.min(1, Math.abs(change))).toFixed(0);
  return `color-mix(in oklab, ${change < 0 ? 'var(--base)' : 'var(--cand)'} ${share}%, var(--panel))`;
}

function usualAxes(
  { head }: ReturnType<typeof useShared>['model'],
  axes: readonly Axis[],
  tool: string,
): [string, string] {
  const found = [...head.triggers, ...head.effects].filter(one => one.tool === tool);
  const known = found
    .flatMap(({ conditions }) => conditions)
    .flatMap(one => {
      const names = [one.factor, factorOf(readCondition(one))];
      return axes.find(axis => names.includes(axis.name))?.name ?? [];
    });
  const [first = axes[1]?.name ?? 'scenario', second] = [...new Set(known)];
  return [first, second ?? 'scenario'];
}

interface AxisChoiceProps {
  readonly label: string;
  readonly value: string;
  readonly axes: readonly Axis[];
  readonly set: (name: string) => void;
}

function AxisChoice({ label, value, axes, set }: AxisChoiceProps) {
  return (
    <label>
      {label}{' '}
      <select value={value} onChange={event => set(event.currentTarget.value)}>
        {axes.map(({ name }) => (
          <option key={name} value={name}>
            {visible(name)}
          </option>
        ))}
      </select>
    </label>
  );
}
