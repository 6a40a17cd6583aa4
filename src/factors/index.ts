// Every kind of factor, and what follows from the list: how a suite writes a factor, what a condition may be. ./levels.ts,
// ./conditions.ts and ./plots.ts are what other rooms ask of them. A new kind is one file and its line here.
import { type ConditionLanguage, type LevelCondition, levelLanguage } from './condition.ts';
import type { FactorKind, Written, Z } from './kind.ts';
import { choice } from './kinds/choice.ts';
import { date } from './kinds/date.ts';
import { history } from './kinds/history.ts';
import { number } from './kinds/number.ts';
import { order } from './kinds/order.ts';
import { path } from './kinds/path.ts';
import { result } from './kinds/result.ts';
import { text } from './kinds/text.ts';
import { tools } from './kinds/tools.ts';
import { turns } from './kinds/turns.ts';
import { type SetCondition, setLanguage } from './sets.ts';

const kinds = { date, choice, path, tools, order, text, turns, history, result, number };

type Kinds = typeof kinds;
type Own<K> = K extends { language: { text(condition: infer C): string } } ? C : never;

/** A factor as a suite writes it. */
export type Factor = Written<Kinds[keyof Kinds]['schema']>;
export type KindName = Factor['kind'];
/** A condition on a case: a level of a factor, several of them, or what a factor's kind can say beside that. */
export type Condition = LevelCondition | SetCondition | Own<Kinds[keyof Kinds]>;

/** How suites write factors, one schema a kind. */
export function factorSchemas(z: Z): [FactorSchema, ...FactorSchema[]] {
  return Object.values(kinds).map(({ schema }) => schema(z)) as [FactorSchema, ...FactorSchema[]];
}
type FactorSchema = ReturnType<Kinds[keyof Kinds]['schema']>;

type AnyKind = FactorKind<Factor, Condition>;
type AnyLanguage = ConditionLanguage<Factor, Condition>;
/** Whoever has a factor or a condition of any kind may call what belongs to that kind. */
const byName = kinds as Readonly<Record<KindName, unknown>> as Readonly<Record<KindName, AnyKind>>;

/** Every kind, where a case is asked what it meets whatever its levels. */
export const everyKind = Object.values(byName);

/** What is known of a factor's kind. */
export function kindOf({ kind }: { readonly kind: KindName }): AnyKind {
  return byName[kind];
}

/** What can be asked of a condition. */
export function languageOf({ kind }: Condition): AnyLanguage {
  if (kind === 'set') return setLanguage as AnyLanguage;
  return (kind === 'level' ? undefined : byName[kind].language) ?? levelLanguage;
}
