// What a tool gave back in a conversation: what it should, an error, nothing, or very much.
import { atLevel } from '../condition.ts';
import type { FactorKind, FactorMistake, Written, Z } from '../kind.ts';

const texts = (z: Z) => z.array(z.string().min(1)).min(1);

const schema = (z: Z) =>
  z.strictObject({
    kind: z.literal('result'),
    success: texts(z).describe('what the tool gives back where all is well; one is drawn for each case'),
    error: texts(z).optional().describe('what it gives back where it failed, each beginning with error, failed …'),
    empty: z.literal(true).optional().describe('nothing'),
    long: z.int().min(2).max(5000).optional().describe('so many lines, those of a success again and again'),
  });
type ResultFactor = Written<typeof schema>;

/** Results that say that nothing was done, by the words they begin with. */
export const failure = /^\s*(?:error|failed|failure|exception|traceback)\b/i;

/** What the tool's result is. Level: success, error, empty or long, of which those are levels that the suite gives. */
export const result = {
  schema,
  levels,
  // Each sort is a part too, which is empty where the result is of another: a task may say its own in its place.
  printed: (factor, level) =>
    said(factor, level).map(text => ({
      text: '{{ said }}',
      variables: { ...Object.fromEntries(named.map(sort => [sort, sort === level ? text : ''])), said: text },
    })),
  mistakes,
  since: 2,
  conditions: (name, level) => [atLevel(name, level)],
} satisfies FactorKind<ResultFactor, never>;

const named = ['success', 'error', 'long'] as const;

function levels({ error, empty, long }: ResultFactor): string[] {
  return [
    'success',
    ...(error === undefined ? [] : ['error']),
    ...(empty === undefined ? [] : ['empty']),
    ...(long === undefined ? [] : ['long']),
  ];
}

/** Every text that a level may be. */
function said({ success, error = [], long = 0 }: ResultFactor, level: string): readonly string[] {
  if (level === 'long') return [Array.from({ length: long }, (_, line) => success[line % success.length]).join('\n')];
  return level === 'success' ? success : level === 'error' ? error : [''];
}

/** What a simulated world takes for a failure must be one, or the case's history would have done what its result denies. */
function mistakes(factor: ResultFactor): FactorMistake[] {
  const { success, error = [] } = factor;
  return [
    ...(levels(factor).length < 2
      ? [{ message: 'nothing but success is nothing to vary: give error, empty or long' }]
      : []),
    ...success
      .filter(text => failure.test(text))
      .map(text => ({ key: 'success', message: `${JSON.stringify(text)} reads as an error` })),
    ...error
      .filter(text => !failure.test(text))
      .map(text => ({
        key: 'error',
        message: `${JSON.stringify(text)} does not begin as an error does: error, failed …`,
      })),
  ];
}
