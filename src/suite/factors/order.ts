import type { FactorOf } from '../../records/suite.ts';
import type { Random } from '../../statistics/index.ts';
import type { FactorKind } from './kind.ts';

/** The order in which the tools are offered. */
export const order: FactorKind<FactorOf<'order'>> = {
  symbols: factor => factor.levels.length,
  draw: (factor, symbol) => factor.levels[symbol] as string,
  text: (_, level) => level,
  attributes: (name, level) => [{ factor: name, level }],
};

/** Puts tools into the order a level names. `rotated` moves the first to the end. */
export function ordered<T>(items: readonly T[], level: string | undefined, random: Random): T[] {
  if (level === 'reversed') return items.toReversed();
  if (level === 'rotated') return [...items.slice(1), ...items.slice(0, 1)];
  if (level === 'shuffled') return random.shuffle(items);
  return [...items];
}
