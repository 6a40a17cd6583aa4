import * as Plot from '@observablehq/plot';
import { useMemo } from 'preact/hooks';
import { conditionText, factorOf, readCondition } from '../../../factors/conditions.ts';
import type { Condition } from '../../../factors/index.ts';
import { calendarStretch } from '../../../factors/plots.ts';
import type { ToolColumns } from '../../../report/rows.ts';
import { visible } from '../../../words/visible.ts';
import { timeline } from '../../../report/views/timeline.ts';
import { toolText } from '../../../words/wording.ts';
import { Chart } from '../plot.tsx';
import { useShared } from '../state.ts';

interface Stretch {
  readonly text: string;
  readonly from: Date;
  readonly to: Date;
}

/** Both models' probability of the tool over a date factor, with the windows and years that were found. */
export function TimelinePlot({ factor, columns }: { factor: string; columns: ToolColumns }) {
  const { model } = useShared();
  const { points, bins } = useMemo(() => timeline(model.rows, columns, factor), [columns, factor]);
  if (bins.length < 2) return null;
  const found = [...model.head.triggers, ...model.head.effects]
    .filter(({ tool }) => tool === columns.tool)
    .flatMap(({ conditions }) => conditions.map(readCondition).filter(condition => factorOf(condition) === factor));
  const stretches = distinct(found.flatMap(condition => stretchOf(condition)));
  const both = (['baseline', 'candidate'] as const).flatMap(who =>
    bins.map(bin => ({ who, day: middle(bin.from, bin.to), mean: bin[who] })),
  );
  const dots = (['baseline', 'candidate'] as const).flatMap(who =>
    points.map(point => ({ who, day: new Date(point.day), probability: point[who] })),
  );
  const label = `Probability of ${toolText(columns.tool)} over ${factor}; ${
    stretches.length === 0 ? 'no window was found' : `found: ${stretches.map(({ text }) => text).join(', ')}`
  }`;
  return (
    <section aria-labelledby={`timeline-${factor}`}>
      <h3 id={`timeline-${factor}`}>
        {visible(factor)}{' '}
        <small>
          <span class="candidate">■ candidate</span> <span class="baseline">● baseline</span>; means over stretches of
          days{stretches.length === 0 ? '' : `; shaded: ${stretches.map(({ text }) => visible(text)).join(', ')}`}
        </small>
      </h3>
      <Chart
        label={visible(label)}
        on={[columns, factor]}
        options={width => ({
          height: 200,
          marginLeft: 40,
          x: { type: 'utc', label: null },
          y: { label: null, percent: true, domain: [0, 100], ticks: 5, grid: true },
          color: { domain: ['baseline', 'candidate'], range: ['var(--base)', 'var(--cand)'] },
          symbol: { domain: ['baseline', 'candidate'], range: ['circle', 'square'] },
          marks: [
            Plot.rectY(stretches, { x1: 'from', x2: 'to', y1: 0, y2: 1, fill: 'var(--found)' }),
            Plot.dot(dots, {
              x: 'day',
              y: 'probability',
              stroke: 'who',
              symbol: 'who',
              r: width < 600 ? 1 : 1.6,
              strokeOpacity: 0.45,
            }),
            Plot.lineY(both, { x: 'day', y: 'mean', stroke: 'who', strokeWidth: 1.6, curve: 'step' }),
            Plot.ruleY([0]),
          ],
        })}
      />
    </section>
  );
}

const middle = (from: string, to: string) => new Date((Date.parse(from) + Date.parse(to)) / 2);

/** The stretch of time that a condition names; months and weekdays come again and again, so they are none. */
function stretchOf(condition: Condition): Stretch[] {
  const stretch = calendarStretch(condition);
  if (stretch === undefined) return [];
  return [{ text: conditionText(condition), from: new Date(stretch.from), to: new Date(stretch.to) }];
}

function distinct(stretches: readonly Stretch[]): Stretch[] {
  return [...new Map(stretches.map(stretch => [stretch.text, stretch])).values()];
}
