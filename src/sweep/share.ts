// What a baseline does in a case does not depend on the candidate: comparisons of one sweep share it. A comparison that
// may ask for more cases than an earlier one starts with everything that one observed.
import type { Case } from '../records/suites/case.ts';
import type { Observation } from '../records/observation.ts';
import type { RunRecord, RunSpec } from '../records/run.ts';
import { adaptersKey, identityText } from '../records/adapted.ts';
import { settingsThatDecide } from '../records/settings.ts';
import { copyObservations } from '../observe/copy.ts';
import type { Store } from '../ports/store.ts';

/** Equal for two runs whose baselines see the same prompts with the same seeds. */
export function baselineKey(spec: RunSpec): string {
  const { baseline, suiteSha256, turns = 1, firstCall = false } = spec;
  return JSON.stringify([
    baseline.sha256,
    baseline.template?.from === 'file' ? baseline.templateSha256 : undefined,
    suiteSha256,
    settingsThatDecide({ ...spec, turns, firstCall }, 'observations'),
    ...(adaptersKey(baseline) ?? []),
  ]);
}

/** Equal for two runs of the same pair that differ at most in how many cases beyond the design they may ask for. */
export function pairKey(spec: RunSpec): string {
  const { template, templateSha256 } = spec.candidate;
  const own = identityText(spec.candidate);
  return JSON.stringify([own, template?.from === 'file' ? templateSha256 : undefined, baselineKey(spec)]);
}

/**
 * Copies the baseline's scores, trials and likelihoods of its own replies for the cases of a design. What was copied or
 * observed before stays; failures are not copied, so that a case that failed elsewhere is tried here.
 * @param from a store whose run has the same {@link baselineKey}
 * @returns how many observations were new
 */
export async function shareBaseline(from: Store, to: Store, run: RunRecord, cases: readonly Case[]): Promise<number> {
  // A case under an exchanged template, or after exchanged texts, depends on the other model.
  const wanted = new Set(cases.flatMap(({ id, template, texts }) => ((template ?? texts) ? [] : [id])));
  // Where vocabularies differ a run has no likelihoods, and must not get some.
  const likelihoods = !run.warnings.some(({ code }) => code === 'vocabularies-differ');
  return await copyObservations(
    from,
    to,
    observation => wanted.has(observation.caseId) && isOwnOfBaseline(observation, likelihoods),
  );
}

/**
 * Copies what both models did, with the cases that were asked for beyond the design; failures are tried again.
 * @param from a store whose run has the same {@link pairKey}
 * @returns how many observations were new
 */
export async function sharePair(from: Store, to: Store): Promise<number> {
  await to.addCases(await from.cases());
  return await copyObservations(from, to, ({ kind }) => kind !== 'failure');
}

/** Is it what a baseline does by itself, whatever the candidate? */
export function isOwnOfBaseline(observation: Observation, likelihoods: boolean): boolean {
  if (observation.role !== 'baseline' || observation.kind === 'failure') return false;
  if (observation.kind !== 'likelihood') return true;
  return likelihoods && observation.of === 'baseline' && observation.from === undefined;
}
