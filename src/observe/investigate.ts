// Stages 2 and 3 of a run: the investigation asks for cases, they are observed on both models and stored, until it has no
// more questions. What is stored already is not observed again, so a killed run goes on.
import { ownCall, ownHarm } from '../divergence/index.ts';
import { answersOf, lookInto, type Nomination } from '../findings/analyse.ts';
import type { Case } from '../records/suites/case.ts';
import type { Observation } from '../records/observation.ts';
import type { RunRecord } from '../records/run.ts';
import type { Investigation } from '../triggers/index.ts';
import { observeCases, observeTransplants, type Prompts, type RunParts } from './run.ts';

/**
 * Looks into what stage 1 nominated. Exact scores are enough, unless whole calls turned: they must be sampled.
 * @param render prompts of cases, for both models
 */
export async function investigateRun(
  parts: RunParts,
  nomination: Nomination,
  render: (cases: readonly Case[]) => Promise<Prompts>,
): Promise<Investigation> {
  const { run, store } = parts;
  const { effects } = nomination.test;
  parts.progress({ kind: 'effects', count: effects.length, strongest: effects[0] });
  const sampled = effects.some(({ tool }) => tool === ownCall) || nomination.designed.some(one => ownHarm(one));
  const trials = sampled ? run.spec.trials : 0;
  const probed: RunRecord = { ...run, spec: { ...run.spec, trials } };
  const asking = lookInto(nomination);
  let step = asking.next();
  while (!step.done) {
    const known = step.value.flatMap(({ id }) => nomination.observed.get(id) ?? []);
    const missing = step.value.filter(({ id }) => !nomination.observed.has(id));
    const added: Observation[] = [];
    const observed = (batch: readonly Observation[]) => void added.push(...batch);
    if (missing.length > 0) {
      const probing = { ...parts, run: probed, observed, phase: 'probe' as const };
      const prompts = await render(missing);
      await store.addCases(missing);
      await observeCases(probing, missing, prompts);
      await observeTransplants(probing, nomination.transplants, missing, prompts);
    }
    const answers = answersOf(nomination, missing, added);
    step = asking.next(new Map([...known.map(one => [one.case.id, one] as const), ...answers]));
  }
  return step.value;
}
