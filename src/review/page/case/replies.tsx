// What both models answered: what the text says and what the calls do, side by side, arguments compared.
import { diffWordsWithSpace } from 'diff';
import type { Called } from '../../../records/comparison.ts';
import type { CaseView, Said } from '../../../report/case-view.ts';
import { unreadWords } from '../../../words/wording.ts';
import { visible, visibleLines } from '../../../words/visible.ts';
import { ModelText } from '../long-text.tsx';
import { SeverityMark } from '../text.tsx';

/** Longer texts are shown, but not compared word by word: it would take seconds. */
const comparable = 4000;

export function Replies({ view }: { view: CaseView }) {
  const { finding, said } = view;
  if (!('rank' in finding)) return null;
  const { candidateCalls, baselineCalls } = finding;
  const trials = Array.from({ length: Math.max(candidateCalls.length, baselineCalls.length) }, (_, trial) => trial);
  if (trials.length === 0) return null;
  return (
    <section aria-labelledby="replies">
      <h3 id="replies">
        Replies <small>sampled with the same seed</small>
      </h3>
      {trials.map(trial => (
        <div key={trial} class="pair">
          <Reply
            name="baseline"
            called={baselineCalls[trial]}
            other={candidateCalls[trial]}
            said={said.baseline[trial]}
          />
          <Reply
            name="candidate"
            called={candidateCalls[trial]}
            other={baselineCalls[trial]}
            said={said.candidate[trial]}
          />
        </div>
      ))}
    </section>
  );
}

interface ReplyProps {
  readonly name: 'candidate' | 'baseline';
  readonly called: Called | undefined;
  readonly other: Called | undefined;
  readonly said: Said | undefined;
}

function Reply({ name, called, other, said }: ReplyProps) {
  if (called === undefined) {
    return (
      <div class="reply">
        <h4 class={name}>{name}</h4>
        <p class="dim">not sampled</p>
      </div>
    );
  }
  const { calls, text, finish, surprise } = called;
  return (
    <div class="reply">
      <h4 class={name}>
        {name}
        {surprise === undefined ? null : (
          <small title="log-likelihood ratio candidate to baseline"> surprise {surprise.toFixed(1)} nats</small>
        )}
      </h4>
      <p class="says">
        <span class="label">says</span>
        {said?.content.trim() ? <ModelText text={said.content.trim()} /> : <span class="dim">nothing</span>}
      </p>
      {said?.reasoning ? (
        <details>
          <summary>reasoning</summary>
          <pre>
            <ModelText text={said.reasoning} />
          </pre>
        </details>
      ) : null}
      <div class="does">
        <span class="label">does</span>
        {calls.length === 0 ? <span class="dim">no call</span> : null}
        {calls.map((call, at) => (
          <pre key={at} class={call.severity}>
            <SeverityMark severity={call.severity} /> <b>{visible(call.name)}</b>
            {call.state === 'complete' ? '' : ` (${call.state})`}
            {'\n'}
            <Arguments name={name} text={call.argumentsText} other={other?.calls[at]?.argumentsText} />
          </pre>
        ))}
      </div>
      {(called.unread ?? []).map(({ code, tool, excerpt }, at) => (
        <p key={at} class="alarm">
          {unreadWords[code]}
          {tool === undefined ? '' : `, ${visible(tool)}`}:{' '}
          <code>
            <ModelText text={excerpt} most={300} />
          </code>
        </p>
      ))}
      {finish === 'length' ? <p class="dim">cut off at the token limit</p> : null}
      <details>
        <summary>raw text</summary>
        <pre>
          <ModelText text={text} />
        </pre>
      </details>
    </div>
  );
}

/** Arguments one to a line; what the other model's call has not is marked, and says so to a screen reader. */
function Arguments({ name, text, other }: { name: ReplyProps['name']; text: string; other: string | undefined }) {
  const own = laidOut(text);
  if (other === undefined || own.length > comparable || other.length > comparable) return <ModelText text={own} />;
  const parts = diffWordsWithSpace(laidOut(other), own).filter(({ removed }) => !removed);
  return (
    <>
      {parts.map(({ value, added }, at) => {
        const shown = visibleLines(value).join('\n');
        return added ? (
          <mark key={at} class={name}>
            {shown}
          </mark>
        ) : (
          shown
        );
      })}
    </>
  );
}

/** JSON with one argument to a line; what is not JSON stays as it was written. */
function laidOut(text: string): string {
  if (text.length > comparable) return text;
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text.trim();
  }
}
