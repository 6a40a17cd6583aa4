import * as Plot from '@observablehq/plot';
import { useMemo, useState } from 'preact/hooks';
import { conditionText, readCondition } from '../../../factors/conditions.ts';
import type { ReportModel } from '../../../report/model.ts';
import type { ToolColumns } from '../../../report/rows.ts';
import { levelEffects } from '../../../report/views/levels.ts';
import { cut, visible } from '../../../words/visible.ts';
import { toolText } from '../../../words/wording.ts';
import { Chart } from '../plot.tsx';
import { useShared } from '../state.ts';

/** A factor with more levels shows those furthest from zero first. */
const few = 16;

interface ForestProps {
  readonly factor: ReportModel['factors'][number];
  readonly columns: ToolColumns;
  /** Nats at the left and right end. */
  readonly scale: [number, number];
}

/** Every level of a factor: mean excess of the tool with its 95% interval. */
export function Forest({ factor, columns, scale }: ForestProps) {
  const { model } = useShared();
  const [all, setAll] = useState(false);
  const effects = useMemo(() => levelEffects(model.rows, columns, factor), [columns, factor]);
  if (effects.length === 0) return null;
  const found = new Set(
    [...model.head.triggers, ...model.head.effects]
      .filter(({ tool }) => tool === columns.tool)
      .flatMap(({ conditions }) => conditions.map(one => conditionText(readCondition(one)))),
  );
  const strongest = effects.toSorted((a, b) => Math.abs(b.mean) - Math.abs(a.mean)).slice(0, few);
  const kept = all ? effects : effects.filter(effect => strongest.includes(effect));
  const lines = kept.map(effect => {
    const name = conditionText(effect.condition);
    const marked = found.has(name);
    return { ...effect, marked, name: `${marked ? '▸ ' : ''}${cut(visible(short(name, factor.name)), 26)}` };
  });
  const label = `Mean excess of ${toolText(columns.tool)} by ${factor.name}: ${lines
    .map(({ name, mean }) => `${name} ${mean.toFixed(1)}`)
    .join(', ')}`;
  return (
    <section aria-labelledby={`forest-${factor.name}`}>
      <h3 id={`forest-${factor.name}`}>
        {visible(factor.name)} <small>mean excess, nats, 95% interval</small>
      </h3>
      <Chart
        label={visible(label)}
        on={[lines.length, columns, scale]}
        options={() => ({
          height: 34 + 18 * lines.length,
          marginLeft: 190,
          marginRight: 44,
          x: { label: null, grid: true, domain: scale, clamp: true },
          color: { type: 'identity' },
          symbol: { type: 'identity' },
          y: { label: null, domain: lines.map(({ name }) => name), tickSize: 0 },
          marks: [
            Plot.ruleX([0], { stroke: 'var(--dim)' }),
            Plot.ruleY(lines, {
              x1: 'low',
              x2: 'high',
              y: 'name',
              strokeWidth: 1.5,
              stroke: line => (line.marked ? 'var(--alarm)' : 'var(--ink)'),
            }),
            Plot.dot(lines, {
              x: 'mean',
              y: 'name',
              r: 3,
              symbol: (line: (typeof lines)[number]) => (line.marked ? 'diamond' : 'circle'),
              fill: line => (line.marked ? 'var(--alarm)' : 'var(--ink)'),
            }),
            Plot.text(lines, {
              y: 'name',
              text: line => `${line.cases}`,
              frameAnchor: 'right',
              textAnchor: 'start',
              dx: 6,
              fill: 'var(--dim)',
            }),
          ],
        })}
      />
      {effects.length > few ? (
        <button type="button" class="link" onClick={() => setAll(!all)}>
          {all ? `the ${few} furthest from zero` : `all ${effects.length} levels`}
        </button>
      ) : null}
    </section>
  );
}

/** The factor's name is the title already. */
function short(name: string, factor: string): string {
  return name.startsWith(`${factor} = `)
    ? name.slice(factor.length + 3)
    : name.replace(`${factor} `, '').replace(`${factor}.`, '');
}
