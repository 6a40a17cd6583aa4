// What models were shown, against the longest text that they were trained on. Behind that, what a model does says nothing of what
// it does where it is used.
import type { CaseDivergence } from '../divergence/index.ts';
import type { Spoken } from '../records/evidence.ts';
import type { RunRecord } from '../records/run.ts';

/**
 * One entry for each model that was shown more than its file says it knows; a file that says nothing of it is refused by
 * llama.cpp.
 */
export function lengthsEvidence(
  { inspection }: Pick<RunRecord, 'inspection'>,
  all: readonly CaseDivergence[],
): Spoken[] {
  return (['candidate', 'baseline'] as const).flatMap((role): Spoken[] => {
    const known = inspection?.[role]?.contextLength ?? Number.POSITIVE_INFINITY;
    const shown = all.map(({ longestPrompt }) => longestPrompt?.[role] ?? 0);
    const beyond = shown.filter(tokens => tokens > known);
    if (beyond.length === 0) return [];
    const longest = beyond.reduce((most, tokens) => Math.max(most, tokens), 0);
    const detail = `in ${beyond.length} of ${all.length} cases; ${longest} tokens, trained on up to ${known}`;
    return [{ role, what: 'beyond-training', detail, grave: true }];
  });
}
