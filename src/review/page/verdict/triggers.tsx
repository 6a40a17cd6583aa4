// Confirmed triggers and open ones; those that fresh cases speak against are counted.
import type { Trigger } from '../../../records/comparison.ts';
import { isRefuted } from '../../../triggers/settled.ts';
import { visible } from '../../../words/visible.ts';
import { effectText, eText, pText, toolText } from '../../../words/wording.ts';
import { useFixed } from '../state.ts';
import { levelText, ModelHeads, share } from '../text.tsx';

export function Triggers() {
  const { triggers, dismissed } = useFixed().model.head;
  const live = triggers.filter(trigger => !isRefuted(trigger));
  const refuted = triggers.length - live.length + dismissed.length;
  return (
    <>
      {live.length === 0 ? null : (
        <div class="scroll" tabIndex={0} role="region" aria-label="Triggers">
          <table class="facts">
            <thead>
              <tr>
                <th scope="col">trigger</th>
                <th scope="col">tool</th>
                <th scope="col" class="number">
                  scenarios
                </th>
                <th scope="col" class="number" title="mean excess on fresh cases with the trigger, nats">
                  excess
                </th>
                <th scope="col" class="number" title="the same cases without it, nats">
                  without
                </th>
                <th scope="col" class="number">
                  e-value
                </th>
                <th scope="col" class="number" title="p-value of: any other level would have done the same">
                  placebo p
                </th>
                <th scope="col">outcome</th>
              </tr>
            </thead>
            <tbody>
              {live.map(trigger => (
                <TriggerRow key={trigger.rank} trigger={trigger} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {live.map(trigger => (
        <Read key={trigger.rank} trigger={trigger} />
      ))}
      {refuted === 0 ? null : (
        <p class="dim small">
          {refuted === 1 ? 'One other case was' : `${refuted} other cases were`} looked into: no trigger, or none that
          happens again.
        </p>
      )}
    </>
  );
}

function TriggerRow({ trigger }: { trigger: Trigger }) {
  const { go } = useFixed();
  const { rank, tool, scenarios, confirmation, cause } = trigger;
  const firing = scenarios.filter(({ fires }) => fires).length;
  return (
    <tr>
      <th scope="row">
        <button
          type="button"
          class="link"
          onClick={() => go({ view: 'cases', filter: { trigger: String(rank) } })}
          title="show the cases that carry it"
        >
          {visible(effectText(trigger))}
        </button>
      </th>
      <td>{visible(toolText(tool))}</td>
      <td class="number">
        {firing} of {scenarios.length}
      </td>
      <td class="number">{confirmation?.triggerMean.toFixed(1)}</td>
      <td class="number">{confirmation?.otherMean.toFixed(1)}</td>
      <td class="number">{confirmation === undefined ? '' : eText(confirmation.eValue)}</td>
      <td class="number">{confirmation === undefined ? '' : pText(confirmation.placeboP)}</td>
      <td>
        {confirmation?.outcome.replaceAll('-', ' ') ?? 'not tried'}
        {cause?.template === undefined ? '' : `; caused by ${cause.outcome}`}
      </td>
    </tr>
  );
}

/** Every level that was read of a trigger's factors, so that its words can be checked. */
function Read({ trigger }: { trigger: Trigger }) {
  const factors = useFixed().model.read[trigger.rank] ?? [];
  if (factors.length === 0) return null;
  const text = visible(effectText(trigger));
  return (
    <details>
      <summary>
        {text}: {factors.map(({ factor, levels }) => `${levels.length} levels of ${visible(factor)}`).join(', ')} read,
        all else held
      </summary>
      {factors.map(({ factor, levels }) => (
        <div class="scroll" key={factor} tabIndex={0} role="region" aria-label={`${visible(factor)}, as read`}>
          <table class="facts">
            <thead>
              <tr>
                <th scope="col">{visible(factor)}</th>
                <ModelHeads />
                <th scope="col">meets the trigger</th>
              </tr>
            </thead>
            <tbody>
              {levels.map(({ level, parts, baseline, candidate, holds }, index) => (
                <tr key={index}>
                  <th scope="row">{visible([levelText(level), ...parts].join(' '))}</th>
                  <td class="number baseline">{share(baseline)}</td>
                  <td class="number candidate">{share(candidate)}</td>
                  <td>{holds ? 'yes' : ''}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      ))}
    </details>
  );
}
