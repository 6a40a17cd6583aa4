// What a factor kind says about itself, one object in one file each, listed in ./index.ts. Whatever is left out means what
// most kinds mean by it. Nothing here knows suites, cases or triggers: a kind speaks of levels and of conditions on them.
import type { z as Zod } from 'zod';
import type { Random } from '../statistics/random.ts';
import type { ConditionLanguage, LevelCondition, Situation } from './condition.ts';
import type { Further, Line, Refinement, Seed, Shown } from './search.ts';
import type { SetCondition } from './sets.ts';

/** Zod as it is handed in: a page that draws factors carries no validator. */
export type Z = typeof Zod;
/** What a schema accepts. */
export type Written<S extends (z: Z) => Zod.ZodType> = Zod.infer<ReturnType<S>>;

/** A way in which a level is printed: a text, or a Jinja template over variables. */
export interface Printed {
  readonly text: string;
  readonly variables?: Readonly<Record<string, string>>;
}

/** What a kind can have checked that it doesn't know itself; each answers with what is wrong, in words. */
export interface Checks {
  unknownTools(names: readonly string[]): readonly string[];
  /** @param variables names that the template may print */
  brokenTemplate(text: string, variables: readonly string[]): readonly string[];
}

/** What is wrong with a factor of a suite, and in which of its keys; the factor itself without one. */
export interface FactorMistake {
  readonly key?: string;
  readonly message: string;
}

/** What was said, and answered. */
export const roundSchema = (z: Z) => z.strictObject({ user: z.string().min(1), assistant: z.string().min(1) });
export type Round = Readonly<Written<typeof roundSchema>>;

/** What a level does to a case beside being printed. */
export interface Context {
  /** The time that the case takes place at. */
  clock?(level: string): string;
  /** The working directory of its calls. */
  directory?(level: string): string;
  /** Tools offered beside the scenario's own. */
  offers?(level: string): readonly string[];
  /** The order in which its tools are offered. */
  arrange?<T>(items: readonly T[], level: string, random: Random): T[];
}

/** How levels are grouped on an axis of a plot. */
export interface LevelAxis {
  readonly name: string;
  readonly of: (level: string) => string;
}

/**
 * @typeParam F a factor of this kind, as a suite has it
 * @typeParam C conditions that only this kind can express; `never` where a level itself is all there is
 */
export interface FactorKind<F, C> {
  /** How a suite writes a factor. */
  schema(z: Z): Zod.ZodType<F>;
  /** Every level there is; none where levels are drawn from a range. */
  levels(factor: F): readonly string[];
  /**
   * The level behind a symbol of the orthogonal array; left out: that one of {@link levels}.
   * @param symbol 0 <= symbol < of
   */
  draw?(factor: F, symbol: number, of: number, random: Random): string;
  /** Every way in which suite texts may print a level; left out: itself. */
  printed?(factor: F, level: string): readonly Printed[];
  /** What to mark in a prompt, where that isn't what is printed. */
  marks?(level: string): readonly string[];
  /** What the schema can't say about a factor. */
  mistakes?(factor: F, checks: Checks): FactorMistake[];
  /** True where a prompt shows the factor without any text that prints it. */
  readonly seenUnprinted?: boolean;
  readonly context?: Context;
  /** What was said before the task. */
  rounds?(factor: F, level: string, random: Random): readonly Round[];
  /** Parts of a level that a task prints all of, or none: one that is left out is a level that is not there. */
  together?(factor: F): readonly string[];
  /** The first suite format that has it; left out: the first. */
  readonly since?: 2;

  /** The conditions that a level meets, each of which could be a trigger. */
  conditions(name: string, level: string): (C | LevelCondition)[];
  /** Conditions that a case meets whatever its levels. */
  conditionsOfCase?(about: Situation): C[];
  readonly language?: ConditionLanguage<F, C>;
  /** Where levels lie on a line: stretches of it are conditions too. */
  readonly line?: Line<C>;
  /** How much two levels have in common; left out: the number of conditions that both meet. */
  likeness?(a: string, b: string): number;
  /** The least condition on a factor that matters; left out: the levels that show the effect, all of them read. */
  refine?(seed: Seed<F, C | LevelCondition | SetCondition>): Refinement<C | LevelCondition | SetCondition>;
  /** What was found on a factor, with what the design shows elsewhere: other stretches of a line; undefined for nothing more. */
  further?(seed: Seed<F, C>, found: readonly (C | LevelCondition | SetCondition)[], design: Shown): Further<C>;
  /**
   * What else a refuted condition could have been, the likeliest first; left out: any other condition that the level meets.
   * @param own the conditions that the level meets
   */
  narrower?(refuted: C | LevelCondition, own: readonly (C | LevelCondition)[]): (C | LevelCondition)[];

  /** How a page draws it beside the bars that every factor has. */
  readonly plot?: 'calendar' | 'tree';
  /** The axes of plots of pairs; left out: its levels. */
  axes?(name: string): LevelAxis[];
}

/** The level that is listed twice. */
export function repeated(levels: readonly string[]): FactorMistake[] {
  const twice = levels.find((level, index) => levels.indexOf(level) !== index);
  return twice === undefined ? [] : [{ message: `the level '${twice}' is listed twice` }];
}
