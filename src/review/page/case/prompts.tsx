// What was shown to the models, with the levels of the case marked where they stand in the text.
import { diffLines } from 'diff';
import type { Message } from '../../../records/suites/case.ts';
import type { CaseView, Mark } from '../../../report/case-view.ts';
import { madeText, messageLines } from '../../../words/messages.ts';
import { visible, visibleLines } from '../../../words/visible.ts';
import { expectedText } from '../../../words/wording.ts';
import { ModelText } from '../long-text.tsx';
import { useFixed } from '../state.ts';
import { tellingFactors } from './levels.tsx';

const comparable = 60_000;

export function Prompts({ view }: { view: CaseView }) {
  const { messages, tools, marks, expect } = view;
  const telling = tellingFactors(useFixed().model.head, view.finding);
  return (
    <section aria-labelledby="prompt">
      <h3 id="prompt">
        Prompt{' '}
        <small>levels of the case are marked{telling.size === 0 ? '' : ', those of a trigger or effect in bold'}</small>
      </h3>
      <Talk messages={messages} marks={marks} telling={telling} />
      <div class="message">
        <span class="label">tools</span>
        <p>{visible(tools.map(tool => tool.function.name).join(', '))}</p>
      </div>
      <div class="message">
        <span class="label">expected</span>
        <p>{visible(expectedText(expect))}</p>
      </div>
      <Rendered prompts={view.prompts} />
    </section>
  );
}

interface Marking {
  readonly marks: readonly Mark[];
  readonly telling: ReadonlySet<string>;
}

/** Messages and characters of what came before that stand open; more is folded, but for the last round. */
const open = { messages: 6, characters: 4000, last: 2 };

/** What was said, called and answered up to the decision point; a long history is folded. */
function Talk({ messages, ...marking }: Marking & Pick<CaseView, 'messages'>) {
  const first = messages.findIndex(({ role }) => role !== 'system');
  const last = messages.length - open.last;
  const folded = first < 0 ? [] : messages.slice(first, last);
  const size = folded.reduce((sum, message) => sum + messageLines(message).join('').length, 0);
  const show = (from: number, to?: number) =>
    messages.slice(from, to).map((message, at) => <Said key={from + at} message={message} {...marking} />);
  if (folded.length <= open.messages && size <= open.characters) return <>{show(0)}</>;
  return (
    <>
      {show(0, first)}
      <details>
        <summary>
          {folded.length} messages before, {size.toLocaleString('en')} characters
        </summary>
        {show(first, last)}
      </details>
      {show(last)}
    </>
  );
}

function Said({ message, ...marking }: Marking & { message: Message }) {
  const { role, content, name, tool_calls: calls = [] } = message;
  return (
    <div class="message">
      <span class="label">{role === 'tool' && name !== undefined ? `tool ${visible(name)}` : role}</span>
      {content === '' && calls.length > 0 ? null : (
        <pre>
          <Marked text={content} {...marking} />
        </pre>
      )}
      {calls.map((call, at) => (
        <pre key={at} class="called">
          → <Marked text={madeText(call)} {...marking} />
        </pre>
      ))}
    </div>
  );
}

/** Where each level stands; the title names the factor. */
interface MarkedProps extends Marking {
  readonly text: string;
}

function Marked({ text, marks, telling }: MarkedProps) {
  const spans = marks
    .flatMap(({ factor, texts }) =>
      texts.flatMap(level => occurrences(text, level).map(at => ({ factor, at, end: at + level.length }))),
    )
    .toSorted((a, b) => a.at - b.at || b.end - a.end);
  const parts = [];
  let done = 0;
  for (const { factor, at, end } of spans) {
    if (at < done) continue;
    parts.push(visibleLines(text.slice(done, at)).join('\n'));
    parts.push(
      <mark key={at} title={factor} class={telling.has(factor) ? 'telling' : ''}>
        {visible(text.slice(at, end))}
      </mark>,
    );
    done = end;
  }
  return (
    <>
      {parts}
      <ModelText text={text.slice(done)} />
    </>
  );
}

/** Positions of a word or phrase; `app` is not found in `application`. */
function occurrences(text: string, phrase: string): number[] {
  if (phrase.length < 2) return [];
  const found = [];
  for (let at = text.indexOf(phrase); at >= 0; at = text.indexOf(phrase, at + 1)) {
    const around = [text[at - 1] ?? ' ', text[at + phrase.length] ?? ' '];
    if (around.every(character => !/[\p{L}\p{N}]/u.test(character))) found.push(at);
  }
  return found;
}

/** The text that each model was given, down to its special tokens. */
function Rendered({ prompts: { candidate, baseline } }: { prompts: CaseView['prompts'] }) {
  if (candidate === undefined || baseline === undefined) {
    return <p class="dim small">The rendered prompts are not shown: a model file is gone or changed.</p>;
  }
  if (candidate === baseline) {
    return (
      <details>
        <summary>as rendered, the same text for both models</summary>
        <pre>
          <ModelText text={candidate} most={20_000} />
        </pre>
      </details>
    );
  }
  return (
    <details open>
      <summary>as rendered: the chat templates differ</summary>
      <div class="pair">
        <RenderedSide name="baseline" own={baseline} other={candidate} />
        <RenderedSide name="candidate" own={candidate} other={baseline} />
      </div>
    </details>
  );
}

function RenderedSide({ name, own, other }: { name: 'baseline' | 'candidate'; own: string; other: string }) {
  const small = own.length + other.length <= comparable;
  const parts = small ? diffLines(other, own).filter(({ removed }) => !removed) : [];
  return (
    <div class="reply">
      <h4 class={name}>{name}</h4>
      <pre>
        {small ? (
          parts.map(({ value, added }, at) =>
            added ? (
              <mark key={at} class={name}>
                {visibleLines(value).join('\n')}
              </mark>
            ) : (
              visibleLines(value).join('\n')
            ),
          )
        ) : (
          <ModelText text={own} most={20_000} />
        )}
      </pre>
    </div>
  );
}
