// Factors and their levels, whatever the kind: how they are drawn, printed and checked, and what they do to a case.
import type { Random } from '../statistics/random.ts';
import { type Factor, kindOf } from './index.ts';
import type { Checks, Context, FactorMistake, Printed, Round } from './kind.ts';

/** Number of symbols a factor needs in the orthogonal array; 0 when any number will do. */
export function symbolsOf(factor: Factor): number {
  return kindOf(factor).levels(factor).length;
}

/** The level behind symbol `symbol` of `of` (0 <= symbol < of). */
export function drawLevel(factor: Factor, symbol: number, of: number, random: Random): string {
  const kind = kindOf(factor);
  return kind.draw?.(factor, symbol, of, random) ?? (kind.levels(factor)[symbol] as string);
}

/** A level drawn at random: uniform over listed levels, over the whole range of others. */
export function randomLevel(factor: Factor, random: Random): string {
  const of = Math.max(1, symbolsOf(factor));
  return drawLevel(factor, random.integer(of), of, random);
}

/** Every way in which suite texts may print a level. */
export function printedOf(factor: Factor, level: string): readonly Printed[] {
  return kindOf(factor).printed?.(factor, level) ?? [{ text: level }];
}

/** Texts that show a level in a prompt where what is printed does not; undefined where it does. */
export function marksOf(factor: Factor, level: string): readonly string[] | undefined {
  return kindOf(factor).marks?.(level);
}

/** What a level of a factor does to a case beside being printed. */
export function contextOf(factor: Factor | undefined): Context {
  return (factor && kindOf(factor).context) ?? {};
}

/** What was said before the task where a factor has a level. */
export function roundsOf(factor: Factor | undefined, level: string, random: Random): readonly Round[] {
  return (factor && kindOf(factor).rounds?.(factor, level, random)) ?? [];
}

/** Parts of a factor of which a task prints all or none. */
export function partsTogether(factor: Factor): readonly string[] {
  return kindOf(factor).together?.(factor) ?? [];
}

/** Does it need a later suite format than this? */
export function isLater(factor: Factor, format: number): boolean {
  return (kindOf(factor).since ?? 1) > format;
}

/** The tools that any level of a factor offers. */
export function toolsOf(factor: Factor): string[] {
  return kindOf(factor)
    .levels(factor)
    .flatMap(level => contextOf(factor).offers?.(level) ?? []);
}

/** Does a prompt show it without any text that prints it? */
export function isSeenUnprinted(factor: Factor): boolean {
  return kindOf(factor).seenUnprinted === true;
}

/** What the schema lets through and is wrong all the same. */
export function factorMistakes(factor: Factor, checks: Checks): FactorMistake[] {
  return kindOf(factor).mistakes?.(factor, checks) ?? [];
}
