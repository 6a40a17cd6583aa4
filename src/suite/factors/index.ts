import type { Factor } from '../../records/suite.ts';
import type { Random } from '../../statistics/index.ts';
import { choice } from './choice.ts';
import { date } from './date.ts';
import type { Attribute, FactorKind } from './kind.ts';
import { order } from './order.ts';
import { path } from './path.ts';
import { tools } from './tools.ts';

/** Every factor kind. A new kind is one file, one line here and its shape in records/suite.ts. */
const factorKinds = { choice, date, order, path, tools };

function kindOf(factor: Factor): FactorKind<Factor> {
  return factorKinds[factor.kind] as FactorKind<Factor>;
}

/** Number of symbols a factor needs in the orthogonal array; 0 when any number will do. */
export function symbolsOf(factor: Factor): number {
  return kindOf(factor).symbols(factor);
}

/** The level behind symbol `symbol` of `of` (0 <= symbol < of). */
export function drawLevel(factor: Factor, symbol: number, of: number, random: Random): string {
  return kindOf(factor).draw(factor, symbol, of, random);
}

/** A level drawn at random: uniform over listed levels, over the whole range of a date. */
export function randomLevel(factor: Factor, random: Random): string {
  const of = Math.max(1, symbolsOf(factor));
  return drawLevel(factor, random.integer(of), of, random);
}

/** What suite texts print for a level; the random stream picks among several formats. */
export function levelText(factor: Factor, level: string, random: Random): string {
  return kindOf(factor).text(factor, level, random);
}

/** A level and everything derived from it that a trigger could hang on, e.g. `date.year = 2026`. */
export function attributesOf(name: string, factor: Factor, level: string): Attribute[] {
  return kindOf(factor).attributes(name, level);
}

export type { Attribute } from './kind.ts';
