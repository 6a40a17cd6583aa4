// Conditions on a date: a part of it, which comes again and again (a weekday, a month), or a window of days, which comes once.
import type { ConditionLanguage, Situation } from '../condition.ts';
import { datePart, dayNumber, dayText, type TriggerPart, triggerParts } from './calendar.ts';

/** A part of the date is this, or its day lies in a window, both ends included. */
export type DateCondition =
  | { readonly kind: 'date'; readonly factor: string; readonly attribute: TriggerPart; readonly level: string }
  | {
      readonly kind: 'date';
      readonly factor: string;
      readonly attribute: 'window';
      readonly from: string;
      readonly to: string;
    };

/** The window from one day to another; day numbers. */
export const windowOf = (factor: string, from: number, to: number): DateCondition => {
  return { kind: 'date', factor, attribute: 'window', from: dayText(from), to: dayText(to) };
};

/** The parts of a date, each a condition that it meets. */
export const calendarOf = (factor: string, level: string): DateCondition[] =>
  triggerParts.map(attribute => ({ kind: 'date', factor, attribute, level: datePart(level, attribute) }));

/** First and last day, as a factor has them. */
export interface DateRange {
  readonly from: string;
  readonly to: string;
}

export const dateLanguage = {
  read: stored => {
    const [factor = '', attribute] = stored.factor.split('.');
    const part = triggerParts.find(one => one === attribute);
    if (part !== undefined) return { kind: 'date', factor, attribute: part, level: stored.level };
    const [, from, to] = /^(\d{4}-\d\d-\d\d)\.\.(\d{4}-\d\d-\d\d)$/.exec(stored.level) ?? [];
    if (attribute !== 'window' || from === undefined || to === undefined) return undefined;
    return { kind: 'date', factor, attribute, from, to };
  },
  write: condition => {
    const level = condition.attribute === 'window' ? `${condition.from}..${condition.to}` : condition.level;
    return { factor: `${condition.factor}.${condition.attribute}`, level };
  },
  text: condition => {
    if (condition.attribute === 'window') return `${condition.factor} in ${condition.from}..${condition.to}`;
    return `${condition.factor}.${condition.attribute} = ${condition.level}`;
  },
  meets: (condition, { levels }: Pick<Situation, 'levels'>) => {
    const level = levels[condition.factor];
    if (level === undefined) return false;
    if (condition.attribute !== 'window') return datePart(level, condition.attribute) === condition.level;
    return level.slice(0, 10) >= condition.from && level.slice(0, 10) <= condition.to;
  },
  // The time line is cut into windows as wide as the condition's own, counted from it.
  sibling: (condition, { levels }) => {
    const level = levels[condition.factor];
    if (level === undefined) return undefined;
    if (condition.attribute !== 'window') return datePart(level, condition.attribute);
    return `window ${Math.floor((dayNumber(level) - dayNumber(condition.from)) / width(condition))}`;
  },
  count: (condition, { from, to }) => {
    if (condition.attribute === 'window') return Math.ceil(width({ from, to }) / width(condition));
    if (condition.attribute === 'year') return Number(to.slice(0, 4)) - Number(from.slice(0, 4)) + 1;
    return { month: 12, weekday: 7, hour: 24 }[condition.attribute];
  },
  towards: (condition, level, random) => {
    if (condition.attribute !== 'window') return level;
    return `${dayText(dayNumber(condition.from) + random.integer(width(condition)))}${level.slice(10)}`;
  },
  stretch: condition => {
    if (condition.attribute === 'window') return { from: condition.from, to: dayText(dayNumber(condition.to) + 1) };
    if (condition.attribute !== 'year') return undefined;
    return { from: `${condition.level}-01-01`, to: `${Number(condition.level) + 1}-01-01` };
  },
} satisfies ConditionLanguage<DateRange, DateCondition>;

/** Days from one to another, both included. */
function width({ from, to }: DateRange): number {
  return dayNumber(to) - dayNumber(from) + 1;
}
