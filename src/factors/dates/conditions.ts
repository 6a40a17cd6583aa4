// Conditions on a date: parts of it, which come again and again (weekdays, months), or a window of days, which comes once.
import type { Random } from '../../statistics/random.ts';
import type { ConditionLanguage, Situation, StoredCondition } from '../condition.ts';
import { listText, orText, readSet, suffixes } from '../sets.ts';
import { datePart, dayNumber, dayText, type DatePart, levelsOfPart, scanParts } from './calendar.ts';
import { partText } from './words.ts';

/** A part of the date is one of these, or its day lies in a window, or in one of several. */
export type DateCondition = PartCondition | WindowCondition | WindowsCondition;
export interface PartCondition {
  readonly kind: 'date';
  readonly factor: string;
  readonly attribute: DatePart;
  /** At least one, as {@link datePart} has them, in the part's order. */
  readonly levels: readonly string[];
}
/** Both ends included; it may lack one of them. */
export interface Window {
  readonly from?: string;
  readonly to?: string;
}
export interface WindowCondition extends Window {
  readonly kind: 'date';
  readonly factor: string;
  readonly attribute: 'window';
}
export interface WindowsCondition {
  readonly kind: 'date';
  readonly factor: string;
  readonly attribute: 'windows';
  /** At least two, in the order of time. */
  readonly windows: readonly Window[];
}

/** The window from one day to another; day numbers, undefined for an open end. */
export const windowOf = (factor: string, from: number | undefined, to: number | undefined): WindowCondition => ({
  kind: 'date',
  factor,
  attribute: 'window',
  ...(from === undefined ? {} : { from: dayText(from) }),
  ...(to === undefined ? {} : { to: dayText(to) }),
});

/** Several windows, in the order of time. */
export const windowsOf = (factor: string, windows: readonly Window[]): WindowsCondition => ({
  kind: 'date',
  factor,
  attribute: 'windows',
  windows: windows.toSorted((a, b) => ((a.from ?? '') < (b.from ?? '') ? -1 : 1)),
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
    const { factor } = condition;
    if (condition.attribute === 'window') return { factor: `${factor}.window`, level: rangeText(condition) };
    if (condition.attribute === 'windows') {
      return { factor: `${factor}.window${suffixes.within}`, level: listText(condition.windows.map(rangeText)) };
    }
    const name = `${factor}.${condition.attribute}`;
    const [first = '', ...more] = condition.levels;
    if (more.length === 0) return { factor: name, level: first };
    return { factor: `${name}${suffixes.within}`, level: listText(condition.levels) };
  },
  text: condition => {
    const { factor } = condition;
    if (!isPart(condition)) return `${factor} ${windowsText(windowsIn(condition))}`;
    return `${factor}.${condition.attribute} = ${partText(condition.attribute, condition.levels)}`;
  },
  meets: (condition, { levels }: Pick<Situation, 'levels'>) => {
    const level = levels[condition.factor];
    if (level === undefined) return false;
    if (isPart(condition)) return condition.levels.includes(datePart(level, condition.attribute));
    return windowsIn(condition).some(window => lies(level, window));
  },
  // The time line is cut into windows as wide as the condition's own, counted from it; beside several there is but the rest.
  sibling: (condition, { levels }) => {
    const level = levels[condition.factor];
    if (level === undefined) return undefined;
    if (condition.attribute === 'windows') return 'the rest';
    if (condition.attribute !== 'window') return datePart(level, condition.attribute);
    const { from, to } = condition;
    if (from === undefined || to === undefined) return 'the rest';
    return `window ${Math.floor((dayNumber(level) - dayNumber(from)) / width({ from, to }))}`;
  },
  // Several windows stand above the rest like the highest of them: their mean is no higher.
  count: (condition, range) => {
    if (isPart(condition)) return levelsOfPart(condition.attribute, range).length;
    const least = Math.min(...windowsIn(condition).map(window => width({ ...range, ...window })));
    return Math.ceil(width(range) / least);
  },
  // Of several windows each as often as the others, however wide: what is confirmed is each of them.
  towards: (condition, level, random) => {
    if (isPart(condition)) return level;
    return into(condition.attribute === 'window' ? condition : random.pick(condition.windows), level, random);
  },
  stretch: condition => {
    if (condition.attribute === 'windows') return undefined;
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

function readWindow(stored: StoredCondition): WindowCondition | WindowsCondition | undefined {
  const set = readSet(stored);
  const [factor = '', attribute, ...more] = (set?.name ?? stored.factor).split('.');
  if (attribute !== 'window' || set?.within === false) return undefined;
  const windows = (set?.levels ?? [stored.level]).flatMap(level => readRange(level) ?? []);
  if (set !== undefined) {
    const isList = windows.length === set.levels.length && windows.length > 1 && more.length === 0;
    return isList ? { kind: 'date', factor, attribute: 'windows', windows } : undefined;
  }
  const [only] = windows;
  return only && { kind: 'date', factor, attribute, ...only };
}

function readRange(level: string): Window | undefined {
  const [, from, to] = /^(\d{4}-\d\d-\d\d)?\.\.(\d{4}-\d\d-\d\d)?$/.exec(level) ?? [];
  if (from === undefined && to === undefined) return undefined;
  return { ...(from && { from }), ...(to && { to }) };
}

const rangeText = ({ from = '', to = '' }: Window) => `${from}..${to}`;

/** `in 2026-03-14..2026-03-20 or 2027-01-01..2027-01-31`, `until 2024-06-30 or from 2027-01-01`. */
function windowsText(windows: readonly Window[]): string {
  const texts = windows.map(({ from, to }) => {
    if (from === undefined) return `until ${to}`;
    return to === undefined ? `from ${from}` : `in ${rangeText({ from, to })}`;
  });
  return orText(texts.map((text, at) => (texts[at - 1]?.startsWith('in ') ? text.replace(/^in /u, '') : text)));
}

const isPart = (condition: DateCondition): condition is PartCondition =>
  condition.attribute !== 'window' && condition.attribute !== 'windows';

/** The windows of a condition on days. */
const windowsIn = (condition: WindowCondition | WindowsCondition): readonly Window[] =>
  condition.attribute === 'window' ? [condition] : condition.windows;

/** Does a date lie in a window? */
function lies(level: string, { from, to }: Window): boolean {
  const day = level.slice(0, 10);
  return day >= (from ?? day) && day <= (to ?? day);
}

/** A date moved into a window, its time kept. */
function into({ from, to }: Window, level: string, random: Random): string {
  if (from !== undefined && to !== undefined) {
    return `${dayText(dayNumber(from) + random.integer(width({ from, to })))}${level.slice(10)}`;
  }
  const day = dayNumber(level);
  // Half of all time is met by chance, unless its end is near.
  if (from !== undefined && day < dayNumber(from)) return `${from}${level.slice(10)}`;
  return to !== undefined && day > dayNumber(to) ? `${to}${level.slice(10)}` : level;
}

/** Days from one to another, both included. */
function width({ from, to }: DateRange): number {
  return dayNumber(to) - dayNumber(from) + 1;
}
