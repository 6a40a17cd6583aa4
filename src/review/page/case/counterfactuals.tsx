// The same case with one thing changed, as it was asked and observed: what it takes for the call to turn.
import type { CaseView, Counterfactual } from '../../../report/case-view.ts';
import { visible } from '../../../words/visible.ts';
import { addressText } from '../address.ts';
import { useShared } from '../state.ts';
import { levelText, ModelHeads, share } from '../text.tsx';

export function Counterfactuals({ view: { finding, counterfactuals } }: { view: CaseView }) {
  const { address } = useShared();
  const origin = 'probe' in finding ? finding.probe.of : undefined;
  const tool = finding.tool?.tool;
  if (counterfactuals.length === 0 && origin === undefined) return null;
  return (
    <section aria-labelledby="counterfactuals">
      <h3 id="counterfactuals">
        Counterfactuals{' '}
        <small>the same case with a level changed{tool === undefined ? '' : `: probability of ${visible(tool)}`}</small>
      </h3>
      {origin === undefined ? null : (
        <p>
          made from case{' '}
          <a href={addressText({ view: 'cases', case: origin, filter: address.filter })}>
            <code>{origin}</code>
          </a>
          {'probe' in finding && finding.probe.changed.length > 0
            ? ` by changing ${visible(finding.probe.changed.join(', '))}`
            : ''}
        </p>
      )}
      {counterfactuals.length === 0 || tool === undefined ? null : (
        <div class="scroll" tabIndex={0} role="region" aria-labelledby="counterfactuals">
          <table class="facts">
            <thead>
              <tr>
                <th scope="col">changed</th>
                <th scope="col">asked to</th>
                <ModelHeads />
                <th scope="col">the call</th>
                <th scope="col">case</th>
              </tr>
            </thead>
            <tbody>
              <tr class="origin">
                <th scope="row">this case</th>
                <td />
                <td class="number baseline">{share(finding.tool?.baseline ?? 0)}</td>
                <td class="number candidate">{share(finding.tool?.candidate ?? 0)}</td>
                <td />
                <td />
              </tr>
              {counterfactuals.map(one => (
                <CounterfactualRow key={one.case} one={one} tool={tool} usual={finding.tool?.candidate ?? 0} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function CounterfactualRow({ one, tool, usual }: { one: Counterfactual; tool: string; usual: number }) {
  const { address } = useShared();
  const found = one.tools.find(({ tool: name }) => name === tool);
  const changed = Object.entries(one.changed).map(([factor, level]) => `${factor} → ${levelText(level)}`);
  return (
    <tr>
      <th scope="row">{changed.length === 0 ? 'fresh case with the trigger' : visible(changed.join(', '))}</th>
      <td>{one.stage}</td>
      <td class="number baseline">{found === undefined ? 'not offered' : share(found.baseline)}</td>
      <td class="number candidate">{found === undefined ? 'not offered' : share(found.candidate)}</td>
      <td>{found === undefined ? '' : found.candidate < usual / 2 ? 'goes away' : 'stays'}</td>
      <td>
        <a href={addressText({ view: 'cases', case: one.case, filter: address.filter })}>
          <code>{one.case}</code>
        </a>
      </td>
    </tr>
  );
}
