// The context of a case, level by level; those of a found trigger stand out.
import type { Finding, Probed } from '../../../records/comparison.ts';
import { baseFactor } from '../../../report/filter.ts';
import { visible } from '../../../report/visible.ts';
import { useShared } from '../state.ts';
import { levelText } from '../text.tsx';

export function Levels({ finding }: { finding: Finding | Probed }) {
  const { head } = useShared().model;
  const carried = [...head.triggers, ...head.effects].filter(found =>
    ('confirmation' in found ? finding.triggers : finding.effects).includes(found.rank),
  );
  const telling = new Set(carried.flatMap(({ conditions }) => conditions.map(baseFactor)));
  return (
    <dl class="levels">
      {Object.entries(finding.levels).map(([factor, level]) => (
        <div key={factor} class={telling.has(factor) ? 'telling' : ''}>
          <dt>
            {telling.has(factor) ? <span title="of a trigger or effect that the case carries">▸ </span> : ''}
            {visible(factor)}
          </dt>
          <dd>{visible(levelText(level))}</dd>
        </div>
      ))}
    </dl>
  );
}
