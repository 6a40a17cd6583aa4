// The context of a case, level by level; those of a found trigger stand out.
import type { Finding, Probed } from '../../../records/comparison.ts';
import { factorsIn } from '../../../factors/conditions.ts';
import { visible } from '../../../words/visible.ts';
import type { Head } from '../../../records/comparison.ts';
import { useFixed } from '../state.ts';
import { levelText } from '../text.tsx';

/** Factors of the triggers and effects that a case carries. */
export function tellingFactors({ triggers, effects }: Head, finding: Finding | Probed): Set<string> {
  const carried = [
    ...triggers.filter(({ rank }) => finding.triggers.includes(rank)),
    ...effects.filter(({ rank }) => finding.effects.includes(rank)),
  ];
  return new Set(carried.flatMap(factorsIn));
}

export function Levels({ finding }: { finding: Finding | Probed }) {
  const telling = tellingFactors(useFixed().model.head, finding);
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
