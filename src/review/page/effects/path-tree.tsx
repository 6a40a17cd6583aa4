// A path factor as the tree it is: each folder with the mean excess of everything below it.
import { useMemo } from 'preact/hooks';
import { storedCondition } from '../../../factors/conditions.ts';
import { pathPrefixes } from '../../../factors/paths/tree.ts';
import type { ReportModel } from '../../../report/model.ts';
import type { ToolColumns } from '../../../report/rows.ts';
import { levelEffects } from '../../../report/views/levels.ts';
import { visible } from '../../../words/visible.ts';
import { useShared } from '../state.ts';
import { signed } from '../text.tsx';

export function PathTree({ factor, columns }: { factor: ReportModel['factors'][number]; columns: ToolColumns }) {
  const { model, go, address } = useShared();
  const nodes = useMemo(
    () =>
      levelEffects(model.rows, columns, factor)
        .map(effect => ({ ...effect, ...storedCondition(effect.condition) }))
        .toSorted((a, b) => (`${a.level}/` < `${b.level}/` ? -1 : 1)),
    [columns, factor],
  );
  const most = Math.max(1, ...nodes.map(({ mean }) => Math.abs(mean)));
  return (
    <section aria-labelledby={`tree-${factor.name}`}>
      <h3 id={`tree-${factor.name}`}>
        {visible(factor.name)} as a tree <small>mean excess below each folder, nats</small>
      </h3>
      <table class="facts tree">
        <thead class="unseen">
          <tr>
            <th scope="col">folder</th>
            <th scope="col">mean excess</th>
            <th scope="col">as a bar</th>
            <th scope="col">cases</th>
          </tr>
        </thead>
        <tbody>
          {nodes.map(({ condition, factor, level, mean, cases }) => {
            const depth = pathPrefixes(level).length;
            return (
              <tr key={factor + level}>
                <th scope="row" style={{ paddingLeft: `${(depth - 1) * 1.2}rem` }}>
                  <button
                    type="button"
                    class="link"
                    title="show these cases"
                    onClick={() => go({ view: 'cases', filter: { ...address.filter, levels: [condition] } })}
                  >
                    {visible(`/${level.split('/').at(-1)}`)}
                  </button>
                </th>
                <td class="number">{signed(mean)}</td>
                <td class="bars" aria-hidden="true">
                  <span
                    class={`bar ${mean < 0 ? 'baseline' : 'candidate'}`}
                    style={{ width: `${(100 * Math.abs(mean)) / most}%` }}
                  />
                </td>
                <td class="number dim">{cases}</td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </section>
  );
}
