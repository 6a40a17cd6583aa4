// Conditions on a date: parts of it, which come again and again (weekdays, months), or a window of days, which comes once.
import type { ConditionLanguage, Situation, StoredCondition } from '../condition.ts';
import { listText, readSet, suffixes } from '../sets.ts';
import { datePart, dayNumber, dayText, type DatePart, levelsOfPart, scanParts } from './calendar.ts';
import { partText } from './words.ts';

/** A part of the date is one of these, or its day lies in a window, both ends included; a window may lack one of them. */
export type DateCondition = PartCondition | WindowCondition;
export interface PartCondition {
  readonly kind: 'date';
  readonly factor: string;
  readonly attribute: DatePart;
  /** At least one, as {@link datePart} has them, in the part's order. */
  readonly levels: readonly string[];
}
export interface WindowCondition {
  readonly kind: 'date';
  readonly factor: string;
  readonly attribute: 'window';
  readonly from?: string;
  readonly to?: string;
}

/** The window from one day to another; day numbers, undefined for an open end. */
export const windowOf = (factor: string, from: number | undefined, to: number | undefined): WindowCondition => ({
  kind: 'date',
  factor,
  attribute: 'window',
  ...(from === undefined ? {} : { from: dayText(from) }),
  ...(to === undefined ? {} : { to: dayText(to) }),
});

export const partOf = (factor: string, attribute: DatePart, levels: readonly string[]): PartCondition => {
  return { kind: 'date', factor, attribute, levels };
};

/** The parts of a date that are tested as triggers, each a condition that it meets. */
export const calendarOf = (factor: string, level: string): PartCondition[] =>
  scanParts.map(attribute => partOf(factor, attribute, [datePart(level, attribute)]));

/** First and last day, as a factor has them. */
export interface DateRange {
  readonly from: string;
  readonly to: string;
}

export const dateLanguage = {
  read: stored => readPart(stored) ?? readWindow(stored),
  write: condition => {
    const name = `${condition.factor}.${condition.attribute}`;
    if (condition.attribute === 'window')
      return { factor: name, level: `${condition.from ?? ''}..${condition.to ?? ''}` };
    const [first = '', ...more] = condition.levels;
    if (more.length === 0) return { factor: name, level: first };
    return { factor: `${name}${suffixes.within}`, level: listText(condition.levels) };
  },
  text: condition => {
    if (condition.attribute !== 'window')
      return `${condition.factor}.${condition.attribute} = ${partText(condition.attribute, condition.levels)}`;
    const { factor, from, to } = condition;
    if (from === undefined) return `${factor} until ${to}`;
    return to === undefined ? `${factor} from ${from}` : `${factor} in ${from}..${to}`;
  },
  meets: (condition, { levels }: Pick<Situation, 'levels'>) => {
    const level = levels[condition.factor];
    if (level === undefined) return false;
    if (condition.attribute !== 'window') return condition.levels.includes(datePart(level, condition.attribute));
    const day = level.slice(0, 10);
    return day >= (condition.from ?? day) && day <= (condition.to ?? day);
  },
  // The time line is cut into windows as wide as the condition's own, counted from it.
  sibling: (condition, { levels }) => {
    const level = levels[condition.factor];
    if (level === undefined) return undefined;
    if (condition.attribute !== 'window') return datePart(level, condition.attribute);
    const { from, to } = condition;
    if (from === undefined || to === undefined) return 'the rest';
    return `window ${Math.floor((dayNumber(level) - dayNumber(from)) / width({ from, to }))}`;
  },
  count: (condition, range) => {
    if (condition.attribute !== 'window') return levelsOfPart(condition.attribute, range).length;
    const { from = range.from, to = range.to } = condition;
    return Math.ceil(width(range) / width({ from, to }));
  },
  towards: (condition, level, random) => {
    if (condition.attribute !== 'window') return level;
    const { from, to } = condition;
    if (from !== undefined && to !== undefined)
      return `${dayText(dayNumber(from) + random.integer(width({ from, to })))}${level.slice(10)}`;
    const day = dayNumber(level);
    // Half of all time is met by chance, unless its end is near.
    if (from !== undefined && day < dayNumber(from)) return `${from}${level.slice(10)}`;
    return to !== undefined && day > dayNumber(to) ? `${to}${level.slice(10)}` : level;
  },
  stretch: condition => {
    if (condition.attribute === 'window') {
      const { from, to } = condition;
      if (from === undefined || to === undefined) return undefined;
      return { from, to: dayText(dayNumber(to) + 1) };
    }
    const [year, ...more] = condition.levels;
    if (condition.attribute !== 'year' || more.length > 0) return undefined;
    return { from: `${year}-01-01`, to: `${Number(year) + 1}-01-01` };
  },
} satisfies ConditionLanguage<DateRange, DateCondition>;

function readPart(stored: StoredCondition): PartCondition | undefined {
  const set = readSet(stored);
  const [factor = '', part, ...more] = (set?.name ?? stored.factor).split('.');
  const attribute = partNames.find(one => one === part);
  if (attribute === undefined || more.length > 0 || set?.within === false) return undefined;
  return partOf(factor, attribute, set?.levels ?? [stored.level]);
}
const partNames = ['year', 'quarter', 'month', 'day', 'weekday', 'hour'] as const satisfies DatePart[];

function readWindow({ factor: stored, level }: StoredCondition): WindowCondition | undefined {
  const [factor = '', attribute] = stored.split('.');
  const [, from, to] = /^(\d{4}-\d\d-\d\d)?\.\.(\d{4}-\d\d-\d\d)?$/.exec(level) ?? [];
  if (attribute !== 'window' || (from === undefined && to === undefined)) return undefined;
  return { kind: 'date', factor, attribute, ...(from && { from }), ...(to && { to }) };
}

/** Days from one to another, both included. */
function width({ from, to }: DateRange): number {
  return dayNumber(to) - dayNumber(from) + 1;
}
