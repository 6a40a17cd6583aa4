// Exact scores -> how far the first steps are apart, harmful or not: what a harmless fine-tune changes.
import { type CaseDivergence, firstSteps, likeliestStep } from '../divergence/index.ts';
import type { ChoiceEvidence } from '../records/evidence.ts';
import type { Margins } from '../records/margins.ts';
import { boundAlpha } from './levels.ts';
import { boundedMean } from './paired.ts';

export function choiceEvidence(all: readonly CaseDivergence[], margins: Margins): ChoiceEvidence {
  const scored = all.filter(({ tools }) => tools.length > 0);
  if (scored.length === 0) return { state: 'not-measured', why: 'no exact scores' };
  return {
    state: 'measured',
    distance: boundedMean(scored.map(totalVariation), boundAlpha, margins.choice),
    changed: scored.filter(one => likeliestStep(one, 'candidate')?.tool !== likeliestStep(one, 'baseline')?.tool)
      .length,
  };
}

/**
 * Total variation between the models' first steps, in [0, 1]: half the sum of differences, the rest of the probability (a
 * call of a tool that is not offered, or no name at all) counted as one more step.
 */
function totalVariation(one: CaseDivergence): number {
  const steps = firstSteps(one);
  const rest = (role: 'candidate' | 'baseline') => Math.max(0, 1 - steps.reduce((sum, step) => sum + step[role], 0));
  const apart = steps.reduce((sum, { candidate, baseline }) => sum + Math.abs(candidate - baseline), 0);
  return Math.min(1, (apart + Math.abs(rest('candidate') - rest('baseline'))) / 2);
}
