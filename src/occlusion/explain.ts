// A case whose call turned -> the words that turn it, as a generator of cases to be scored under both models.
import { type CaseDivergence, firstSteps, type ToolScore } from '../divergence/index.ts';
import type { Explanation } from '../records/triggers/explanation.ts';
import type { Case } from '../records/suites/case.ts';
import type { PolicyRecord } from '../records/suites/policy.ts';
import { checks as checksOf } from './checks.ts';
import { type Effect, effectOf, isGone } from './effect.ts';
import { type Needed, neededWords, type Place } from './search.ts';
import { withMessages } from '../suite/index.ts';
import { spansOf, type Word, withFillers, wordsOf } from './words.ts';

/** Cases to score -> their scores, in their order. */
export type Scoring<T> = Generator<readonly Case[], T, readonly CaseDivergence[]>;

/** Calm cases of the same task that the found lines are put into. */
const mostCalm = 6;

export type Explained = Omit<Explanation, 'schemaVersion' | 'run' | 'case' | 'scenario'>;

/**
 * Explains one case.
 * @param origin as it was scored
 * @param others cases of the same task, as they were scored
 * @param policy says which writes are harm too
 * @param most prompts of the search; the checks take up to 22 more
 * @returns undefined where the case has no scores
 */
export function* explainCase(
  origin: CaseDivergence,
  others: readonly CaseDivergence[],
  policy: PolicyRecord | undefined,
  most: number,
): Scoring<Explained | undefined> {
  const effect = effectOf(origin, policy);
  if (effect === undefined) return undefined;
  const { tool, threshold, candidate, baseline, shows } = effect;
  const head = { tool, threshold, probability: { candidate, baseline } };
  if (!shows) return { ...head, found: { state: 'no-effect' }, prompts: 0, searched: 0 };
  const words = wordsOf(origin.case.messages);
  const needed = yield* searched(origin.case, words, effect, most);
  const { asked } = needed;
  if (needed.everywhere) return { ...head, found: { state: 'everywhere' }, prompts: asked, searched: asked };
  const [found, checks] = yield* checked(origin.case, words, effect, needed, others);
  return { ...head, found, prompts: asked + checks, searched: asked };
}

const stepOf = (one: CaseDivergence, { tool }: Effect): ToolScore | undefined =>
  firstSteps(one).find(step => step.tool === tool);

function* searched(about: Case, words: readonly Word[], effect: Effect, most: number): Scoring<Needed> {
  const asking = neededWords(words, placesOf(about, words), most);
  let step = asking.next();
  while (!step.done) {
    const cases = step.value.map(({ words: hidden, turn }) =>
      withMessages(about, withFillers(about.messages, words, hidden, about.id, turn)),
    );
    const scored = yield cases;
    step = asking.next(scored.map(one => isGone(effect, stepOf(one, effect))));
  }
  return step.value;
}

/** The context first, before the request and after it: without its request no case is what it was. */
function placesOf({ messages }: Case, words: readonly Word[]): Place[][] {
  const request = messages.findLastIndex(({ role }) => role === 'user');
  const from = words.findIndex(({ message }) => message === request);
  if (from < 0) return [[[0, words.length]]];
  const to = words.findLastIndex(({ message }) => message === request) + 1;
  const context: Place[] = [
    [0, from],
    [to, words.length],
  ];
  return [context.filter(([start, end]) => end > start), [[from, to]]];
}

function* checked(
  about: Case,
  words: readonly Word[],
  effect: Effect,
  { words: needed, alternatives, coarse }: Needed,
  others: readonly CaseDivergence[],
): Scoring<[found: Extract<Explanation['found'], { state: 'spans' }>, prompts: number]> {
  const spans = spansOf(about, words, needed, alternatives);
  const isCalm = (one: CaseDivergence) => isGone(effect, stepOf(one, effect));
  const calm = others.filter(isCalm).slice(0, mostCalm);
  const asked = checksOf({ about, words, needed, spans, calm: calm.map(one => one.case) });
  const stepsOf = (scored: readonly CaseDivergence[]) => scored.flatMap(one => stepOf(one, effect) ?? []);
  const gone = (steps: readonly ToolScore[]) => ({
    count: steps.filter(step => isGone(effect, step)).length,
    of: steps.length,
  });
  const replaced = gone(stepsOf(yield asked.replaced));
  const around = gone(stepsOf(yield asked.kept));
  const kept = { count: around.of - around.count, of: around.of };
  const placebo = gone(stepsOf(yield asked.placebo));
  const steps = stepsOf(yield asked.moved);
  const mean = (role: 'candidate' | 'baseline') =>
    steps.reduce((sum, step) => sum + step[role], 0) / Math.max(1, steps.length);
  const moved = {
    count: steps.filter(step => !isGone(effect, step)).length,
    of: steps.length,
    ...(steps.length > 0 && { mean: { candidate: mean('candidate'), baseline: mean('baseline') } }),
  };
  const prompts = Object.values(asked).reduce((sum, { length }) => sum + length, 0);
  const either = alternatives.length > 0;
  return [{ state: 'spans', spans, either, coarse, replaced, kept, placebo, moved }, prompts];
}
