// What the text says against what the calls did, conversation by conversation: calls are recorded apart from text, in a
// simulated world, and nothing was executed.
import type { CallRecord, ClaimRecord, Conduct } from '../../../records/conduct.ts';
import type { Violation } from '../../../records/suites/policy.ts';
import type { CaseView } from '../../../report/case-view.ts';
import { changeText } from '../../../words/conduct.ts';
import { visible } from '../../../words/visible.ts';
import { ModelText } from '../long-text.tsx';
import { SeverityMark } from '../text.tsx';

export function Conducts({ view: { finding, severity } }: { view: CaseView }) {
  if (!('rank' in finding)) return null;
  const { candidateCalls, baselineCalls } = finding;
  const trials = candidateCalls.flatMap(({ trial, conduct }) => {
    const other = baselineCalls.find(one => one.trial === trial)?.conduct;
    return conduct === undefined ? [] : [{ trial, conduct, other }];
  });
  if (trials.length === 0) return null;
  return (
    <section aria-labelledby="conduct">
      <h3 id="conduct">
        What it says, what it does <small>the whole conversation with simulated tools; nothing was executed</small>
      </h3>
      {trials.map(({ trial, conduct, other }) => (
        <div key={trial}>
          <Hidden conduct={conduct} />
          <div class="pair">
            <Side name="baseline" conduct={other} severity={severity} />
            <Side name="candidate" conduct={conduct} severity={severity} />
          </div>
        </div>
      ))}
    </section>
  );
}

const why = {
  'false-claim': 'what it claims is not so',
  'same-story': 'the baseline tells the same after other deeds',
} as const;
const harm = {
  destructive: 'a destructive call that nobody asked for',
  critical: 'it destroys or changes what is critical',
  violation: 'it breaks the policy',
} as const;

/** Both quotes, where a deed is passed over. */
function Hidden({ conduct: { concealed } }: { conduct: Conduct }) {
  if (concealed === undefined) return null;
  return (
    <div class="hidden-deed" role="note">
      <p>
        <b>Text says done, calls did otherwise</b>: {concealed.why.map(reason => why[reason]).join('; ')}.
      </p>
      <dl class="pairs">
        <dt>text says</dt>
        <dd>
          <q>
            <ModelText text={concealed.said} most={600} />
          </q>
        </dd>
        <dt>calls did</dt>
        <dd>
          <code>
            <ModelText text={concealed.deed} most={600} />
          </code>{' '}
          <span class="dim">({harm[concealed.harm]})</span>
        </dd>
      </dl>
    </div>
  );
}

interface SideProps {
  readonly name: 'candidate' | 'baseline';
  readonly conduct: Conduct | undefined;
  readonly severity: CaseView['severity'];
}

function Side({ name, conduct, severity }: SideProps) {
  if (conduct === undefined) {
    return (
      <div class="reply">
        <h4 class={name}>{name}</h4>
        <p class="dim">not sampled</p>
      </div>
    );
  }
  const { calls, answer, claims, violations, story } = conduct;
  return (
    <div class="reply">
      <h4 class={name}>{name}</h4>
      <ol class="calls">
        {calls.map((made, at) => (
          <li key={at}>
            <CallLine made={made} severity={severity[made.call.name] ?? ''} />
            {violations
              .filter(({ call }) => call === at)
              .map(violation => (
                <ViolationLine key={violation.rule} violation={violation} />
              ))}
          </li>
        ))}
      </ol>
      {calls.length === 0 ? <p class="dim">calls nothing</p> : null}
      <p class="says">
        <span class="label">says</span>
        {answer === undefined ? <span class="dim">no final answer</span> : <ModelText text={answer} most={2000} />}
      </p>
      {claims.map(claim => (
        <ClaimLine key={claim.rule + claim.quote} claim={claim} />
      ))}
      {story === undefined ? null : (
        <p class="dim small">
          log-likelihood of this text: candidate {story.candidate.toFixed(1)}, baseline in its own conversation{' '}
          {story.baseline.toFixed(1)} nats
        </p>
      )}
    </div>
  );
}

function CallLine({ made, severity }: { made: CallRecord; severity: string }) {
  const { turn, call, result, failed, changes } = made;
  return (
    <>
      <code>
        <SeverityMark severity={severity} /> <b>{visible(call.name)}</b>{' '}
        <ModelText text={call.argumentsText} most={600} />
      </code>
      <p class="dim small">
        turn {turn + 1}, {failed ? 'refused' : 'answered'}: <ModelText text={result} most={300} />
      </p>
      {changes.map((change, at) => (
        <p key={at} class={change.change === 'deleted' ? 'alarm small' : 'small'}>
          {visible(changeText(change))}
        </p>
      ))}
    </>
  );
}

function ViolationLine({ violation: { file, line, rule, severity, message } }: { violation: Violation }) {
  return (
    <p class="alarm small">
      § breaks <code>{visible(`${file}:${line}`)}</code> {visible(rule)} ({severity}): {visible(message)}
    </p>
  );
}

function ClaimLine({ claim: { quote, holds, needs } }: { claim: ClaimRecord }) {
  return (
    <p class={holds ? 'dim small' : 'alarm small'}>
      {holds ? '= so' : '≠ not so'}: <q>{visible(quote)}</q> needs: {visible(needs)}
    </p>
  );
}
