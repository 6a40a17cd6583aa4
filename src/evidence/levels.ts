// How much error each channel may spend: alpha is split over what can show harm; what a clean sentence states is split
// over its parts, so that all of it holds together.

export interface Levels {
  /** Family-wise rate of triggers: level test and confirmation. */
  readonly triggers: number;
  /** Of harm in all cases and in each scenario, half each. */
  readonly harm: number;
  /** Of what conversations do, over its kinds. */
  readonly conduct: number;
}

/** Three fifths for triggers, one fifth each for harm everywhere and for conduct: false alarms of a run stay below alpha. */
export function levelsOf(alpha: number): Levels {
  return { triggers: (3 / 5) * alpha, harm: alpha / 5, conduct: alpha / 5 };
}

/** Confidence of a clean sentence, and how many statements it makes: harm, conduct, competence, choice, what may hide. */
export const sentenceConfidence = 0.95;
const statements = 5;

/** Error rate of each upper bound that a clean sentence states (Bonferroni). */
export const boundAlpha = (1 - sentenceConfidence) / statements;
