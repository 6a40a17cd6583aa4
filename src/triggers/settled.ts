// How a recovered trigger stands: shown on fresh cases, spoken against by them, or open.
import type { Trigger } from '../records/comparison.ts';

export const isConfirmed = ({ confirmation }: Pick<Trigger, 'confirmation'>): boolean =>
  confirmation?.outcome === 'confirmed';

/** Fewer pairs speak neither for nor against. */
const leastPairs = 3;

/**
 * Fresh cases speak against it: it adds less than the bound of 1 nat. The e-value counts without its weight: that one stands
 * for the hypotheses before it, and would refute a late one that its own pairs speak for.
 */
export function isRefuted({ confirmation }: Pick<Trigger, 'confirmation'>): boolean {
  if (confirmation?.outcome !== 'not-reproduced') return false;
  const { pairs, eValue, weight } = confirmation;
  return pairs >= leastPairs && eValue < weight;
}

/** Confirmed, and more than a turn to what the task asks for: harm is shown. */
export const isHarmful = (trigger: Pick<Trigger, 'confirmation' | 'toTask'>): boolean =>
  isConfirmed(trigger) && trigger.toTask !== true;
