// What both models wrote before their calls, folded, side by side: the text of one seed in a row.
import type { CaseView } from '../../../report/case-view.ts';
import type { Written } from '../../../records/observation.ts';
import { likeliestCall, writtenEnds } from '../../../words/written.ts';
import { visible } from '../../../words/visible.ts';
import { ModelText } from '../long-text.tsx';

export function WrittenTexts({ view: { written } }: { view: CaseView }) {
  if (written === undefined) return null;
  const count = Math.max(written.candidate.length, written.baseline.length);
  if (count === 0) return null;
  return (
    <section aria-labelledby="written">
      <details>
        <summary>
          <h3 id="written">
            Before the call <small>{count} sampled texts, the same seeds; each with its exact likeliest step</small>
          </h3>
        </summary>
        {Array.from({ length: count }, (_, at) => (
          <div key={at} class="pair">
            <One name="baseline" text={written.baseline[at]} />
            <One name="candidate" text={written.candidate[at]} />
          </div>
        ))}
      </details>
    </section>
  );
}

function One({ name, text }: { name: 'candidate' | 'baseline'; text: Written | undefined }) {
  return (
    <div class="reply">
      <h4 class={name}>{name}</h4>
      {text === undefined ? <p class="dim">not sampled</p> : null}
      {text === undefined ? null : <ModelText text={text.text} />}
      {text === undefined ? null : (
        <p class="dim">
          {visible(likeliestCall(text))}; {writtenEnds[text.end]}
          {text.closed === true ? ', its thought was closed at the limit' : ''}
        </p>
      )}
    </div>
  );
}
