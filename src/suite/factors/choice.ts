import type { FactorOf } from '../../records/suite.ts';
import type { FactorKind } from './kind.ts';

/** One of a list of texts. */
export const choice: FactorKind<FactorOf<'choice'>> = {
  symbols: factor => factor.levels.length,
  draw: (factor, symbol) => factor.levels[symbol] as string,
  text: (_, level) => level,
  attributes: (name, level) => [{ factor: name, level }],
};
