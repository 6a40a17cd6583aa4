// Effects: what was found as a table, then for one tool how every level of every factor moves it.
import { useEffect, useMemo, useState } from 'preact/hooks';
import { plotOf } from '../../../factors/plots.ts';
import { visible } from '../../../words/visible.ts';
import { effectText, pText, toolText } from '../../../words/wording.ts';
import type { ToolColumns } from '../../../report/rows.ts';
import { type LevelEffect, levelEffects } from '../../../report/views/levels.ts';
import { useShared } from '../state.ts';
import { ModelHeads, percent } from '../text.tsx';
import { Forest } from './forest.tsx';
import { HeatMap } from './heat-map.tsx';
import { PathTree } from './path-tree.tsx';
import { TimelinePlot } from './timeline.tsx';

export function Effects() {
  const { model, address, go, source } = useShared();
  const tool = address.tool ?? model.tools[0];
  const [columns, setColumns] = useState<ToolColumns>();
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    if (tool === undefined) return;
    source.columns(tool).then(setColumns, (error: Error) => setProblem(error.message));
  }, [tool]);
  return (
    <>
      <Table />
      {tool === undefined ? (
        <p>No exact scores were taken, so there is nothing to plot by level.</p>
      ) : (
        <p class="toolbar">
          <label>
            tool{' '}
            <select value={tool} onChange={event => go({ tool: event.currentTarget.value }, 'replace')}>
              {[...new Set([tool, ...model.tools])].map(name => (
                <option key={name} value={name}>
                  {visible(toolText(name)).slice(0, 80)}
                </option>
              ))}
            </select>
          </label>{' '}
          <span class="dim">exact probability of the first step; nats are log ratios less the usual drift</span>
        </p>
      )}
      {problem === undefined ? null : <p class="failure">{problem}</p>}
      {columns !== undefined && columns.tool === tool ? <Plots columns={columns} /> : null}
    </>
  );
}

function Plots({ columns }: { columns: ToolColumns }) {
  const { factors, rows } = useShared().model;
  // One scale for all, so that factors compare at a glance.
  const scale = useMemo(() => scaleOf(factors.flatMap(factor => levelEffects(rows, columns, factor))), [columns]);
  return (
    <>
      {factors
        .filter(factor => plotOf(factor) === 'calendar')
        .map(({ name }) => (
          <TimelinePlot key={name} factor={name} columns={columns} />
        ))}
      <div class="plots">
        {factors.map(factor => (
          <Forest key={factor.name} factor={factor} columns={columns} scale={scale} />
        ))}
        {factors
          .filter(factor => plotOf(factor) === 'tree')
          .map(factor => (
            <PathTree key={factor.name} factor={factor} columns={columns} />
          ))}
      </div>
      <HeatMap columns={columns} />
    </>
  );
}

/** From the lowest to the highest mean, with a margin for intervals; those of a level with few cases may be cut off. */
function scaleOf(effects: readonly LevelEffect[]): [number, number] {
  const means = effects.flatMap(({ mean, low, high, cases }) =>
    cases >= 8 ? [mean, low ?? mean, high ?? mean] : [mean],
  );
  return [Math.min(-0.5, ...means), Math.max(0.5, ...means)];
}

/** What the level test nominated: levels, pairs, windows, subtrees. */
function Table() {
  const { model, go } = useShared();
  const { effects } = model.head;
  if (effects.length === 0) return <p>No level, pair, window or subtree stands out.</p>;
  return (
    <section aria-labelledby="effects">
      <h2 id="effects">
        Effects <small>what turns the calls; p counts every hypothesis tried</small>
      </h2>
      <div class="scroll" tabIndex={0} role="region" aria-labelledby="effects">
        <table class="facts">
          <thead>
            <tr>
              <th scope="col">when</th>
              <th scope="col">tool</th>
              <ModelHeads />
              <th scope="col" class="number">
                z
              </th>
              <th scope="col" class="number">
                p
              </th>
              <th scope="col" class="number">
                cases
              </th>
            </tr>
          </thead>
          <tbody>
            {effects.map(effect => (
              <tr key={effect.rank}>
                <th scope="row">
                  <button
                    type="button"
                    class="link"
                    onClick={() => go({ view: 'cases', filter: { effect: String(effect.rank) } })}
                  >
                    {visible(effectText(effect))}
                  </button>
                </th>
                <td>{visible(toolText(effect.tool)).slice(0, 80)}</td>
                <td class="number baseline">{percent(effect.baselineMean)}</td>
                <td class="number candidate">{percent(effect.candidateMean)}</td>
                <td class="number">{effect.z.toFixed(1)}</td>
                <td class="number">{pText(effect.pValue)}</td>
                <td class="number">{effect.cases}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
