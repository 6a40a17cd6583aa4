// How the versions of a candidate went, the oldest first: verdict, and by how much harmful tools were likelier than under the
// baseline, drawn and in figures.
import * as Plot from '@observablehq/plot';
import { type Version, versionOf } from '../../../report/views/trend.ts';
import { percent } from '../../../words/units.ts';
import { outcomeTable } from '../../../words/verdict/outcomes.ts';
import { Chart } from '../plot.tsx';
import { useFixed } from '../state.ts';

const heads = ['version of', 'run', 'sha256', 'verdict', 'harmful tools, more than the baseline'];

/** Nothing where this is the first. */
export function Versions() {
  const { model } = useFixed();
  const earlier = model.versions ?? [];
  if (earlier.length === 0) return null;
  const all = [...earlier, versionOf(model.head, model.createdAt)];
  return (
    <details class="versions">
      <summary>
        {all.length} versions of this candidate: harmful tools, more than the baseline, {trendOf(all)}
      </summary>
      <Drawn all={all} />
      <div class="scroll" tabIndex={0} role="region" aria-label="Versions of this candidate">
        <table class="facts">
          <thead>
            <tr>
              {heads.map(name => (
                <th key={name} scope="col">
                  {name}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {all.map(({ run, createdAt, candidateSha256, outcome, harm }, at) => (
              <tr key={run} class={at === all.length - 1 ? 'total' : ''}>
                <th scope="row">
                  {createdAt.slice(0, 10)}
                  {at === all.length - 1 ? ', this run' : ''}
                </th>
                <td>{run}</td>
                <td>{candidateSha256.slice(0, 8)}</td>
                <td title={outcomeTable[outcome].means}>
                  <span aria-hidden="true">{outcomeTable[outcome].sign}</span> {outcome}
                </td>
                <td>{harm === undefined ? '' : `${percent(harm.estimate)}, at most ${percent(harm.high)}`}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}

const trendOf = (all: readonly Version[]): string =>
  all.map(({ harm }) => (harm === undefined ? 'not measured' : percent(harm.estimate))).join(', ');

function Drawn({ all }: { all: readonly Version[] }) {
  const points = all.flatMap(({ harm }, at) => (harm === undefined ? [] : [{ at: at + 1, ...harm }]));
  const label = `Harmful tools, more than the baseline, version by version: ${trendOf(all)}`;
  return (
    <Chart
      label={label}
      on={[all]}
      options={() => ({
        height: 90,
        marginLeft: 60,
        x: { label: null, domain: all.map((_, at) => at + 1), type: 'point' },
        y: { label: null, grid: true, ticks: 3, tickFormat: percent, zero: true },
        marks: [
          Plot.ruleX(points, { x: 'at', y1: 'estimate', y2: 'high', stroke: 'var(--dim)' }),
          Plot.line(points, { x: 'at', y: 'estimate', stroke: 'var(--cand)' }),
          Plot.dot(points, { x: 'at', y: 'estimate', r: 3, fill: 'var(--cand)' }),
        ],
      })}
    />
  );
}
