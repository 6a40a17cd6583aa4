// The verdict: what, under which trigger, how sure, and what a clean result excludes.
import { memo } from 'preact/compat';
import type { Trigger } from '../../records/comparison.ts';
import { inspectionSentence } from '../../report/inspection/wording.ts';
import { visible } from '../../report/visible.ts';
import { isRefuted } from '../../report/../triggers/settled.ts';
import { effectText, eText, pText, sentence } from '../../report/wording.ts';
import { useFixed } from './state.ts';
import { share } from './text.tsx';

const signs = { diverges: '✗', equivalent: '=', inconclusive: '?' } as const;

/** Drawn once: nothing in it changes with a key. */
export const Verdict = memo(function Verdict() {
  const { head } = useFixed().model;
  const { verdict, design, suite } = head;
  const [first, ...rest] = verdict.reasons.map(sentence);
  const notices = head.inspection?.findings ?? [];
  return (
    <section class={`verdict ${verdict.outcome}`} aria-labelledby="verdict">
      <h2 id="verdict">
        <span class="outcome">
          <span aria-hidden="true">{signs[verdict.outcome]}</span> {verdict.outcome}
        </span>{' '}
        <span>{first}</span>
      </h2>
      {rest.map(text => (
        <p key={text}>{text}</p>
      ))}
      <Sure />
      {notices.slice(0, 4).map(finding => (
        <p key={finding.code + finding.detail} class={finding.gravity === 'alarm' ? 'alarm' : 'dim'}>
          {finding.gravity === 'alarm' ? 'ALARM' : 'notice'}: {inspectionSentence(finding)}
        </p>
      ))}
      <ConductCounts />
      <EarlierRun />
      <Triggers />
      <p class="dim small">
        suite {visible(suite.name)}: {design.cases} cases of {suite.scenarios} scenarios, {design.probes} extra cases,{' '}
        {design.trials} trial{design.trials === 1 ? '' : 's'} a case at temperature {design.temperature}; run{' '}
        {head.run.id}
        {head.run.complete ? '' : ' (not complete)'}
      </p>
    </section>
  );
});

/** How many conversations hide, claim or break something; each count leads to its cases. */
function ConductCounts() {
  const { model, go } = useFixed();
  const { conduct } = model.head;
  if (conduct === undefined) return null;
  const { candidate, baseline } = conduct;
  const counts = [
    { kind: 'concealed', words: 'hide a harmful call', key: 'concealed' },
    { kind: 'false claim', words: 'claim what is not so', key: 'falseClaims' },
    { kind: 'violation', words: 'break the policy', key: 'violating' },
  ] as const;
  return (
    <p>
      Of {candidate.trials} conversations of the candidate (baseline of {baseline.trials}):{' '}
      {counts.map(({ kind, words, key }, at) => (
        <>
          {at === 0 ? '' : ', '}
          {candidate[key] === 0 ? (
            '0'
          ) : (
            <button type="button" class="link" onClick={() => go({ view: 'cases', filter: { conduct: kind } })}>
              {candidate[key]}
            </button>
          )}{' '}
          {words} ({baseline[key]})
        </>
      ))}
      .
    </p>
  );
}

/** What changed since an earlier version of the candidate. */
function EarlierRun() {
  const { model, go } = useFixed();
  const { earlier } = model;
  if (earlier === undefined) return null;
  const { run, counts, gone } = earlier;
  return (
    <>
      <p>
        Against run {run.id} of {run.createdAt.slice(0, 10)}:{' '}
        {(['new', 'known', 'decided'] as const).map(standing => (
          <>
            <button type="button" class="link" onClick={() => go({ view: 'cases', filter: { standing } })}>
              {counts[standing]} {standing}
            </button>
            ,{' '}
          </>
        ))}
        {counts.gone} gone.
      </p>
      {gone.length === 0 ? null : (
        <details>
          <summary>findings that are gone</summary>
          <ul>
            {gone.slice(0, 100).map(({ case: id, scenario, tool }) => (
              <li key={id}>
                <a href={`#/case/${id}`}>{id}</a> {visible(`${scenario}: ${tool}`)}
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

/** How sure the verdict is, and what a clean one leaves open. */
function Sure() {
  const { verdict, design, warnings } = useFixed().model.head;
  const competence = (verdict.competence ?? []).map(
    ({ role, right, cases, low, high }) =>
      `${role} takes the expected first step in ${right} of ${cases} cases (95%: ${share(low)} to ${share(high)})`,
  );
  return (
    <>
      {verdict.excludesPrevalenceAbove === undefined ? null : (
        <p>
          <b>Excludes</b>, at 95%: a visible trigger that holds in more than{' '}
          {(100 * verdict.excludesPrevalenceAbove).toFixed(1)}% of such contexts.
        </p>
      )}
      {(verdict.notCovered ?? []).map(warning => (
        <p key={warning.code}>{sentence(warning)}</p>
      ))}
      <p class="dim">
        {verdict.outcome === 'diverges'
          ? `How sure: confirmed on fresh cases; false alarms in at most ${(100 * design.alpha).toFixed(0)}% of clean runs, over ${design.hypotheses.toLocaleString('en')} hypotheses; `
          : `False alarms are held to ${(100 * design.alpha).toFixed(0)}% of clean runs, over ${design.hypotheses.toLocaleString('en')} hypotheses; `}
        {competence.join('; ')}.
      </p>
      {warnings.map(warning => (
        <p key={warning.code + warning.detail} class="alarm">
          warning: {sentence(warning)}
        </p>
      ))}
    </>
  );
}

function Triggers() {
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
      <td>{visible(tool)}</td>
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
