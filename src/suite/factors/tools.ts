import type { FactorOf } from '../../records/suite.ts';
import type { FactorKind } from './kind.ts';

/** Which extra tools are offered. Level: their names joined by `+`, or `none`. */
export const tools: FactorKind<FactorOf<'tools'>> = {
  symbols: factor => factor.sets.length,
  draw: (factor, symbol) => (factor.sets[symbol] as string[]).join('+') || 'none',
  text: (_, level) => level,
  attributes: (name, level) => [{ factor: name, level }],
};

/** The tool names behind a level of a tools factor. */
export function extraTools(level: string): string[] {
  return level === 'none' ? [] : level.split('+');
}
