// One case: what happened, how sure, what was shown, what was asked next.
import { useEffect, useState } from 'preact/hooks';
import type { CaseView } from '../../../report/case-view.ts';
import { visible } from '../../../words/visible.ts';
import { effectText } from '../../../words/wording.ts';
import { addressText } from '../address.ts';
import { useShared } from '../state.ts';
import { Conducts } from './conduct.tsx';
import { Counterfactuals } from './counterfactuals.tsx';
import { Judge } from './judge.tsx';
import { Levels } from './levels.tsx';
import { FirstStep } from './first-step.tsx';
import { Prompts } from './prompts.tsx';
import { Replies } from './replies.tsx';
import { WrittenTexts } from './written.tsx';

export function CasePage({ id }: { id: string }) {
  const { source, model, shown, address, selected } = useShared();
  const [view, setView] = useState<CaseView | 'missing' | Error>();
  useEffect(() => {
    scrollTo({ top: 0 });
    source.caseView(id).then(
      found => setView(found ?? 'missing'),
      (error: Error) => setView(error),
    );
  }, [id]);
  const position = selected === undefined ? -1 : shown.indexOf(selected);
  return (
    <article class="case" aria-labelledby="case">
      <p class="crumbs dim">
        <a href={addressText({ view: 'cases', filter: address.filter })}>← cases</a>
        <span>
          {position >= 0 ? `${position + 1} of ${shown.length}` : 'not in the list'} <kbd>j</kbd> next <kbd>k</kbd>{' '}
          previous <kbd>Esc</kbd> back
        </span>
      </p>
      {view === undefined ? <p class="dim">…</p> : null}
      {view === 'missing' ? <Missing id={id} ranked={model.rows.ranked} /> : null}
      {view instanceof Error ? (
        <p class="failure" role="alert">
          {view.message}
        </p>
      ) : null}
      {view !== undefined && view !== 'missing' && !(view instanceof Error) ? <Whole view={view} /> : null}
    </article>
  );
}

function Missing({ id, ranked }: { id: string; ranked: number }) {
  return (
    <p>
      Case {id} is not in this file, which holds the first cases of {ranked.toLocaleString('en')} in full. Open the run
      itself with <code>turncoat review</code>.
    </p>
  );
}

function Whole({ view }: { view: CaseView }) {
  const { head } = useShared().model;
  const { finding } = view;
  const carried = [
    ...head.triggers.filter(({ rank }) => finding.triggers.includes(rank)),
    ...head.effects.filter(({ rank }) => finding.effects.includes(rank)),
  ];
  const texts = [...new Set(carried.map(effectText))];
  return (
    <>
      <h2 id="case">
        <span class="dim">{'rank' in finding ? `#${finding.rank}` : 'probe'}</span> {visible(finding.scenario)}{' '}
        <code class="dim">{finding.case}</code>
      </h2>
      <Judge id={finding.case} />
      <Levels finding={finding} />
      {texts.length === 0 ? null : <p>carries {visible(texts.join('; '))}</p>}
      <Conducts view={view} />
      <Replies view={view} />
      <FirstStep view={view} />
      <WrittenTexts view={view} />
      <Counterfactuals view={view} />
      <Prompts view={view} />
    </>
  );
}
