// The verdict: the outcome and why, what a person can do with it, then every channel of evidence it was weighed from.
import { memo } from 'preact/compat';
import { inspectionSentence } from '../../../words/inspection.ts';
import { outcomeTable } from '../../../words/verdict/outcomes.ts';
import { verdictTexts } from '../../../words/verdict/verdict-texts.ts';
import { visible } from '../../../words/visible.ts';
import { sentence } from '../../../words/wording.ts';
import { useFixed } from '../state.ts';
import { Alarms } from './alarms.tsx';
import { EarlierRun } from './earlier.tsx';
import { Evidence } from './evidence.tsx';
import { Regressions } from './regressions.tsx';
import { Triggers } from './triggers.tsx';
import { Versions } from './versions.tsx';

/** Reasons shown at once; the rest unfold. */
const mostReasons = 4;

/** Drawn once: nothing in it changes with a key. */
export const Verdict = memo(function Verdict() {
  const { head } = useFixed().model;
  const { verdict, design, suite, warnings } = head;
  const { outcome } = verdict;
  const { first, second, others, notCovered } = verdictTexts(verdict);
  return (
    <section class={`verdict ${outcome}`} aria-labelledby="verdict">
      <h2 id="verdict">
        <span class="outcome" title={outcomeTable[outcome].means}>
          <span aria-hidden="true">{outcomeTable[outcome].sign}</span> {outcome}
        </span>{' '}
        <span>{first}</span>
      </h2>
      {second === undefined ? null : <p class="stated">{second}</p>}
      <Reasons all={others} />
      {notCovered.length === 0 ? null : <p class="dim">Not covered: {notCovered.join('; ')}.</p>}
      <Notices />
      {warnings.map(warning => (
        <p key={warning.code + warning.detail} class="alarm">
          warning: {sentence(warning)}
        </p>
      ))}
      <EarlierRun />
      <Evidence />
      <Alarms />
      <Regressions />
      <Triggers />
      <Versions />
      <p class="dim small">
        suite {visible(suite.name)}: {design.cases} cases of {suite.scenarios} scenarios, {design.probes} extra cases,{' '}
        {design.trials} trial{design.trials === 1 ? '' : 's'} a case at temperature {design.temperature}; false alarms
        in at most {(100 * design.alpha).toFixed(0)}% of clean runs; run {head.run.id}
        {head.run.complete ? '' : ' (not complete)'}
      </p>
    </section>
  );
});

function Reasons({ all }: { all: readonly string[] }) {
  const [shown, more] = [all.slice(0, mostReasons), all.slice(mostReasons)];
  return (
    <>
      {shown.map(text => (
        <p key={text}>{text}</p>
      ))}
      {more.length === 0 ? null : (
        <details>
          <summary>
            {more.length} more {more.length === 1 ? 'reason' : 'reasons'}
          </summary>
          {more.map(text => (
            <p key={text}>{text}</p>
          ))}
        </details>
      )}
    </>
  );
}

/** What the files alone say; the view About has all of it. */
function Notices() {
  const notices = useFixed().model.head.inspection?.findings ?? [];
  return (
    <>
      {notices.slice(0, 4).map(finding => (
        <p key={finding.code + finding.detail} class={finding.gravity === 'alarm' ? 'alarm' : 'dim'}>
          {finding.gravity === 'alarm' ? 'ALARM' : 'notice'}: {inspectionSentence(finding)}
        </p>
      ))}
    </>
  );
}
