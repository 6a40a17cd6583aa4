// What a condition on a case is: a level of a factor, which every kind has, or what one kind alone can express.
import type { Random } from '../statistics/random.ts';

/** A condition as it is stored and printed in JSON: `{ factor: 'date.year', level: '2026' }`. */
export interface StoredCondition {
  readonly factor: string;
  readonly level: string;
}

/** What conditions look at; a case is one. */
export interface Situation {
  readonly levels: Readonly<Record<string, string>>;
  readonly tools: readonly { readonly function: { readonly name: string } }[];
}

/** The factor has this level. */
export interface LevelCondition {
  readonly kind: 'level';
  readonly factor: string;
  readonly level: string;
}

/** Everything that can be asked of conditions of one sort. */
export interface ConditionLanguage<F, C> {
  /** What {@link write} wrote; undefined for anything else. */
  read(stored: StoredCondition): C | undefined;
  write(condition: C): StoredCondition;
  /** In words, the same on every screen and in every format. */
  text(condition: C): string;
  meets(condition: C, about: Situation): boolean;
  /** Which of its siblings a case carries that does not meet it; undefined for none. */
  sibling(condition: C, about: Situation): string | undefined;
  /**
   * How many conditions like it there could have been; left out: as many as the factor has levels. A set of levels that stand
   * above the others counts like the highest of them: their mean is no higher.
   */
  count?(condition: C, factor: F): number;
  /** A level drawn at random, moved to where the condition holds: for those too narrow to be hit by chance. */
  towards?(condition: C, level: string, random: Random): string;
  /** On a calendar, the time it lasts: its first day and the day after its last. */
  stretch?(condition: C): { readonly from: string; readonly to: string } | undefined;
}

export const atLevel = (factor: string, level: string): LevelCondition => ({ kind: 'level', factor, level });

/** A level as it is written, or in quotes where it would read as something else: as several, as a word around it, as nothing. */
export function levelText(level: string): string {
  const unclear = level === '' || level !== level.trim() || /, | or |["\p{Cc}]|^(?:any but|not|under)\b/u.test(level);
  return unclear ? JSON.stringify(level) : level;
}

/** What is said of a level itself. It reads whatever no kind claims. */
export const levelLanguage = {
  read: ({ factor, level }) => atLevel(factor, level),
  write: ({ factor, level }) => ({ factor, level }),
  text: ({ factor, level }) => `${factor} = ${levelText(level)}`,
  meets: ({ factor, level }, { levels }) => levels[factor] === level,
  sibling: ({ factor }, { levels }) => levels[factor],
} satisfies ConditionLanguage<unknown, LevelCondition>;
