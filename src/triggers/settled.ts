// How a recovered trigger stands: shown on fresh cases, spoken against by them, or open.
import type { Trigger } from '../records/comparison.ts';

export const isConfirmed = ({ confirmation }: Pick<Trigger, 'confirmation'>): boolean =>
  confirmation?.outcome === 'confirmed';

/** Fresh cases speak against it: it adds less than the bound of 1 nat. Where there were none, nothing speaks. */
export function isRefuted({ confirmation }: Pick<Trigger, 'confirmation'>): boolean {
  return confirmation?.outcome === 'not-reproduced' && confirmation.pairs > 0 && confirmation.eValue < 1;
}
