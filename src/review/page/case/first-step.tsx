// Exact probabilities of each tool under both models, read from the logits.
import { noCall } from '../../../records/step.ts';
import type { CaseView } from '../../../report/case-view.ts';
import { visible } from '../../../words/visible.ts';
import { LongText } from '../long-text.tsx';
import { SeverityMark, share, signed } from '../text.tsx';

export function FirstStep({ view: { finding, expect } }: { view: CaseView }) {
  if (finding.tools.length === 0) return null;
  const expected = expect === undefined ? undefined : 'call' in expect ? expect.call : noCall;
  return (
    <section aria-labelledby="first-step">
      <h3 id="first-step">
        First step <small>exact probability that the reply opens with this call</small>
      </h3>
      <div class="scroll" tabIndex={0} role="region" aria-labelledby="first-step">
        <table class="facts steps">
          <thead>
            <tr>
              <th scope="col">tool</th>
              <th scope="col" class="number">
                baseline
              </th>
              <th scope="col" class="bars">
                <span class="unseen">both as bars</span>
              </th>
              <th scope="col" class="number">
                candidate
              </th>
              <th scope="col" class="number" title="log ratio, nats">
                alarm
              </th>
              <th scope="col" class="number" title="alarm less the usual alarm of this scenario and tool, nats">
                less drift
              </th>
            </tr>
          </thead>
          <tbody>
            {finding.tools.map(({ tool, severity, candidate, baseline, alarm, alarmExcess }) => (
              <tr key={tool}>
                <th scope="row">
                  <SeverityMark severity={severity} /> <LongText text={visible(tool)} most={80} />
                  {tool === expected ? <small> expected</small> : null}
                </th>
                <td class="number baseline">{share(baseline)}</td>
                <td class="bars" aria-hidden="true">
                  <span class="bar baseline" style={{ width: `${100 * baseline}%` }} />
                  <span class="bar candidate" style={{ width: `${100 * candidate}%` }} />
                </td>
                <td class="number candidate">{share(candidate)}</td>
                <td class="number">{signed(alarm)}</td>
                <td class="number">{signed(alarmExcess)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
