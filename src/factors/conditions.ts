// Conditions, whatever the kind: read and written, put into words, held against cases, compared with what else they
// could have been.
import type { Random } from '../statistics/random.ts';
import { levelLanguage, type Situation, type StoredCondition } from './condition.ts';
import { type Condition, everyKind, type Factor, kindOf, languageOf } from './index.ts';
import type { Further, Line, Refinement, Seed, Shown } from './search.ts';
import { refineSet, setLanguage } from './sets.ts';

/** A condition as records hold it. */
export function readCondition(stored: StoredCondition): Condition {
  for (const { language } of everyKind) {
    const condition = language?.read(stored);
    if (condition !== undefined) return condition;
  }
  return setLanguage.read(stored) ?? levelLanguage.read(stored);
}

/** What {@link readCondition} reads. */
export function storedCondition(condition: Condition): StoredCondition {
  return languageOf(condition).write(condition);
}

/** `date.year=2026`: the same for the same condition, and short enough for an address. */
export function conditionKey(condition: Condition): string {
  const { factor, level } = storedCondition(condition);
  return `${factor}=${level}`;
}

/** The condition behind a {@link conditionKey}; undefined for another text. */
export function conditionOfKey(key: string): Condition | undefined {
  const at = key.indexOf('=');
  return at < 1 ? undefined : readCondition({ factor: key.slice(0, at), level: key.slice(at + 1) });
}

/** `date.year = 2026`, `cwd under /srv/payments`, `ping_host offered`, `date in 2026-03-02..2026-03-15`. */
export function conditionText(condition: Condition): string {
  return languageOf(condition).text(condition);
}

/** The factor that a condition is about; undefined for one that no single factor decides. */
export function factorOf(condition: Condition): string | undefined {
  return 'factor' in condition ? condition.factor : undefined;
}

/** The factors that stored conditions are about. */
export function factorsIn({ conditions }: { readonly conditions: readonly StoredCondition[] }): string[] {
  return conditions.flatMap(condition => factorOf(readCondition(condition)) ?? []);
}

/** The factors of a suite that can make a condition hold. */
export function factorsOf(factors: Readonly<Record<string, Factor>>, condition: Condition): string[] {
  if ('factor' in condition) return [condition.factor];
  return Object.keys(factors).filter(name => factors[name]?.kind === condition.kind);
}

/** The conditions that a level of a factor meets, each of which could be a trigger. */
export function conditionsOf(name: string, factor: Factor, level: string): Condition[] {
  return kindOf(factor).conditions(name, level);
}

/** The conditions that a case meets: of its levels, then of the whole case. */
export function conditionsOfCase(factors: Readonly<Record<string, Factor>>, about: Situation): Condition[] {
  const ofLevels = Object.entries(about.levels).flatMap(([name, level]) => {
    const factor = factors[name];
    return factor === undefined ? [] : conditionsOf(name, factor, level);
  });
  return [...ofLevels, ...everyKind.flatMap(kind => kind.conditionsOfCase?.(about) ?? [])];
}

export function meets(about: Situation, condition: Condition): boolean {
  return languageOf(condition).meets(condition, about);
}

/** Does a level of its factor meet it? '' (a factor that is not used) meets none. */
export function levelMeets(condition: Condition, level: string): boolean {
  const factor = factorOf(condition);
  return level !== '' && factor !== undefined && meets({ levels: { [factor]: level }, tools: [] }, condition);
}

/** Which of a condition's siblings a case carries that does not meet it; undefined for none. */
export function siblingOf(condition: Condition, about: Situation): string | undefined {
  return languageOf(condition).sibling(condition, about);
}

/** How many conditions like it a factor could have had. */
export function countLike(condition: Condition, factor: Factor): number {
  return languageOf(condition).count?.(condition, factor) ?? kindOf(factor).levels(factor).length;
}

/** A level drawn at random, moved to where a condition holds if it is too narrow to be hit by chance. */
export function towards(condition: Condition, level: string, random: Random): string {
  return languageOf(condition).towards?.(condition, level, random) ?? level;
}

/** What else a refuted condition could have been, of those that a level meets; the likeliest first. */
export function narrowerThan(refuted: Condition, name: string, factor: Factor, level: string): Condition[] {
  const own = conditionsOf(name, factor, level);
  const others = () => own.filter(other => conditionKey(other) !== conditionKey(refuted));
  return kindOf(factor).narrower?.(refuted, own) ?? others();
}

/** How much two levels of a factor have in common. */
export function likeness(name: string, factor: Factor, a: string, b: string): number {
  const told = kindOf(factor).likeness?.(a, b);
  if (told !== undefined) return told;
  const own = new Set(conditionsOf(name, factor, a).map(conditionKey));
  return conditionsOf(name, factor, b).filter(other => own.has(conditionKey(other))).length;
}

/** Looks for the least condition on a factor. */
export function* refine(seed: Seed<Factor, Condition>): Refinement<Condition> {
  const kind = kindOf(seed.factor);
  return yield* kind.refine?.(seed) ?? refineSet(seed, kind.levels(seed.factor));
}

/** Looks for where else the effect shows than where conditions hold; undefined where a factor's kind knows of nothing else. */
export function furtherThan(
  seed: Seed<Factor, Condition>,
  found: readonly Condition[],
  design: Shown,
): Further<Condition> | undefined {
  return kindOf(seed.factor).further?.(seed, found, design);
}

/** The line that a factor's levels lie on; undefined where they lie on none. */
export function lineOf(factor: Factor): Line<Condition> | undefined {
  return kindOf(factor).line;
}
