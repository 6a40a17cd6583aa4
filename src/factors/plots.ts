// How filters and plots show factors and conditions, whatever the kind: as data, so that a page draws without knowing kinds.
import { storedCondition } from './conditions.ts';
import { type Condition, type KindName, kindOf, languageOf } from './index.ts';
import type { LevelAxis } from './kind.ts';

/** A factor as a page knows it. */
export interface ShownFactor {
  readonly name: string;
  readonly kind: KindName;
}

/** How a page draws a factor beside its bars; undefined for bars alone. */
export function plotOf(factor: ShownFactor): 'calendar' | 'tree' | undefined {
  return kindOf(factor).plot;
}

/** The axes that a factor has in plots of pairs. */
export function axesOfFactor(factor: ShownFactor): LevelAxis[] {
  return kindOf(factor).axes?.(factor.name) ?? [{ name: factor.name, of: level => level }];
}

/** On a calendar, the first day of the time that a condition lasts and the day after its last; undefined where it is no such time. */
export function calendarStretch(condition: Condition): { readonly from: string; readonly to: string } | undefined {
  return languageOf(condition).stretch?.(condition);
}

/** Conditions that a factor's levels meet, to filter by or to plot: by what they are about, sorted, levels themselves last. */
export function conditionsToShow(factor: ShownFactor, levels: readonly string[]): Condition[] {
  const groups = new Map<string, Map<string, Condition>>();
  for (const level of levels) {
    if (level === '') continue;
    for (const condition of kindOf(factor).conditions(factor.name, level)) {
      const stored = storedCondition(condition);
      const group = groups.get(stored.factor) ?? new Map<string, Condition>();
      groups.set(stored.factor, group.set(stored.level, condition));
    }
  }
  const last = groups.get(factor.name);
  groups.delete(factor.name);
  return [...groups.values(), ...(last === undefined ? [] : [last])].flatMap(group => {
    const areNumbers = [...group.keys()].every(level => Number.isFinite(Number(level)));
    const order = (a: string, b: string) => (areNumbers ? Number(a) - Number(b) : 0) || (a < b ? -1 : 1);
    return [...group].toSorted(([a], [b]) => order(a, b)).map(([, condition]) => condition);
  });
}
