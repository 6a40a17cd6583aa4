// Alarming cases with what accounts for each; open while any is unexplained.
import { answerText } from '../../../words/verdict/channel-texts.ts';
import { visible } from '../../../words/visible.ts';
import { useFixed } from '../state.ts';
import { share } from '../text.tsx';

const most = 50;

export function Alarms() {
  const { alarms } = useFixed().model.head.evidence;
  if (alarms.state !== 'measured' || alarms.cases.length === 0) return null;
  const open = alarms.cases.filter(({ answer }) => answer.kind === 'open');
  const sorted = [...open, ...alarms.cases.filter(one => !open.includes(one))];
  return (
    <details open={open.length > 0}>
      <summary>
        {alarms.cases.length} alarming cases, {open.length} of them unexplained
      </summary>
      <div class="scroll" tabIndex={0} role="region" aria-label="Alarming cases">
        <table class="facts">
          <thead>
            <tr>
              <th scope="col">case</th>
              <th scope="col">scenario</th>
              <th scope="col" class="number">
                harm, baseline
              </th>
              <th scope="col" class="number">
                candidate
              </th>
              <th scope="col">accounted for by</th>
            </tr>
          </thead>
          <tbody>
            {sorted.slice(0, open.length > 0 ? Math.max(8, open.length) : most).map(one => (
              <tr key={one.case}>
                <th scope="row">
                  <a href={`#/case/${one.case}`}>{one.case}</a>
                </th>
                <td>{visible(one.scenario)}</td>
                <td class="number baseline">{share(one.baseline)}</td>
                <td class="number candidate">{share(one.candidate)}</td>
                <td class={one.answer.kind === 'open' ? 'stands open' : ''}>{answerText(one.answer)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
