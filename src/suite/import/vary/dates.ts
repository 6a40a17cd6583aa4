// Dates in recorded texts, in whatever form people and programs write them -> the day, and the format that prints it again.

export interface FoundDate {
  readonly start: number;
  readonly end: number;
  /** `2026-03-14`. */
  readonly day: string;
  /** Jinja over the parts of a date, see factors/kinds/date.ts. */
  readonly format: string;
  /** Of a time that follows it, right behind `end`: what stands in between, and the hour. */
  readonly hour?: { readonly gap: string; readonly text: string };
  /** So short that it may be another number: it counts only beside the same day elsewhere. */
  readonly weak: boolean;
}

const months = 'January February March April May June July August September October November December'.split(' ');
const weekdays = 'Sunday Monday Tuesday Wednesday Thursday Friday Saturday'.split(' ');
const monthName = `(?<name>${months.map(name => `${name}|${name.slice(0, 3)}`).join('|')})`;
const edge = { before: '(?<![\\w.-]|\\d/)', after: '(?![\\w]|[-./]\\d)' };

interface Form {
  readonly pattern: RegExp;
  /** @param groups what the pattern found */
  readonly format: (groups: Readonly<Record<string, string | undefined>>) => string;
  readonly weak?: true;
}

const padded = '{{ iso[8:] }}';
const dayOf = ({ d = '' }: Readonly<Record<string, string | undefined>>) => (d.startsWith('0') ? padded : '{{ day }}');
const monthOf = ({ m = '' }: Readonly<Record<string, string | undefined>>) =>
  m.length === 2 ? '{{ month }}' : '{{ month | int }}';
const nameOf = ({ name = '' }: Readonly<Record<string, string | undefined>>) =>
  name.length === 3 && name !== 'May' ? '{{ month_name[:3] }}' : '{{ month_name }}';

const forms: readonly Form[] = [
  {
    pattern: new RegExp(`${edge.before}(?<y>\\d{4})-(?<m>\\d{2})-(?<d>\\d{2})(?![\\d]|-\\d)`, 'g'),
    format: () => '{{ iso }}',
  },
  {
    pattern: new RegExp(`${edge.before}(?<y>\\d{4})(?<s>[/.])(?<m>\\d{2})\\k<s>(?<d>\\d{2})${edge.after}`, 'g'),
    format: ({ s = '' }) => `{{ year }}${s}{{ month }}${s}${padded}`,
  },
  {
    pattern: new RegExp(
      `${edge.before}(?<d>\\d{1,2})(?<s>[ -])${monthName}(?<c>\\.?,? |-)(?<y>\\d{4})${edge.after}`,
      'g',
    ),
    format: groups => `${dayOf(groups)}${groups.s}${nameOf(groups)}${groups.c}{{ year }}`,
  },
  {
    pattern: new RegExp(`(?<![\\w-])${monthName}(?<s>\\.? )(?<d>\\d{1,2})(?<c>,? )(?<y>\\d{4})${edge.after}`, 'g'),
    format: groups => `${nameOf(groups)}${groups.s}${dayOf(groups)}${groups.c}{{ year }}`,
  },
  {
    pattern: new RegExp(`${edge.before}(?<d>\\d{1,2})\\.(?<m>\\d{1,2})\\.(?<y>\\d{4})${edge.after}`, 'g'),
    format: groups => `${groups.d?.length === 2 ? padded : '{{ day }}'}.${monthOf(groups)}.{{ year }}`,
  },
  {
    // As in the United States; where the first number is no month, as elsewhere.
    pattern: new RegExp(`${edge.before}(?<a>\\d{1,2})/(?<b>\\d{1,2})/(?<y>\\d{4})${edge.after}`, 'g'),
    format: ({ a = '', b = '' }) => {
      const day = (text: string) => (text.length === 2 ? padded : '{{ day }}');
      return Number(a) > 12 ? `${day(a)}/${monthOf({ m: b })}/{{ year }}` : `${monthOf({ m: a })}/${day(b)}/{{ year }}`;
    },
  },
  {
    pattern: /(?<!\d)(?<y>(?:19|20)\d{2})(?<m>\d{2})(?<d>\d{2})(?!\d)/g,
    format: () => `{{ year }}{{ month }}${padded}`,
    weak: true,
  },
];

/** A date by itself. */
type Core = Omit<FoundDate, 'hour'>;

/** Every date of a text, in order; with a weekday beside it, and the hour of a time that follows it. */
export function findDates(text: string): FoundDate[] {
  const cores: Core[] = [];
  for (const { pattern, format, weak } of forms) {
    for (const match of text.matchAll(pattern)) {
      const groups = match.groups ?? {};
      const day = dayIn(groups);
      const [start, end] = [match.index, match.index + match[0].length];
      if (day === undefined || cores.some(one => one.start < end && start < one.end)) continue;
      cores.push({ start, end, day, format: format(groups), weak: weak === true });
    }
  }
  const sorted = cores.toSorted((a, b) => a.start - b.start);
  const headed = sorted.map((core, at) => withHead(text.slice(sorted[at - 1]?.end ?? 0, core.start), core));
  return headed.map((core, at) => withTail(text.slice(core.end, headed[at + 1]?.start), core));
}

/** The day that is meant; undefined for none of the calendar. */
function dayIn(groups: Readonly<Record<string, string | undefined>>): string | undefined {
  const { y = '', m, d, name, a = '', b = '' } = groups;
  const american = Number(a) <= 12;
  const month =
    name === undefined ? Number(m ?? (american ? a : b)) : 1 + months.findIndex(one => one.startsWith(name));
  const day = Number(d ?? (american ? b : a));
  const iso = `${y}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
  const date = new Date(`${iso}T00:00:00Z`);
  const isReal = !Number.isNaN(date.getTime()) && date.toISOString().startsWith(iso);
  return isReal && Number(y) >= 1970 && Number(y) < 2100 ? iso : undefined;
}

const weekdayOf = (day: string) => weekdays[new Date(`${day}T00:00:00Z`).getUTCDay()] as string;
const either = (weekday: string) => `(${weekday}|${weekday.slice(0, 3)})`;
const printed = (name: string, weekday: string) => (name === weekday ? '{{ weekday }}' : '{{ weekday[:3] }}');

/** `Saturday, ` before it, where it is the day's own. */
function withHead(text: string, core: Core): Core {
  const weekday = weekdayOf(core.day);
  const [before, name, joint] = new RegExp(`(?<!\\w)${either(weekday)}(,? )$`).exec(text) ?? [];
  if (before === undefined || name === undefined) return core;
  return { ...core, start: core.start - before.length, format: `${printed(name, weekday)}${joint}${core.format}` };
}

/** ` (Saturday)` behind it, where it has none before it, and the hour behind both. */
function withTail(text: string, core: Core): FoundDate {
  const weekday = weekdayOf(core.day);
  const [behind = '', open, name, close] = core.format.startsWith('{{ weekday')
    ? []
    : (new RegExp(`^( \\(|,? )${either(weekday)}(\\)|(?!\\w))`).exec(text) ?? []);
  const tail = name === undefined ? '' : `${open}${printed(name, weekday)}${close}`;
  const [, gap, hour] = /^(T|,? at |,? )([01]\d|2[0-3])(?=:\d{2})/.exec(text.slice(behind.length)) ?? [];
  return {
    ...core,
    end: core.end + behind.length,
    format: `${core.format}${tail}`,
    ...(gap !== undefined && hour !== undefined && { hour: { gap, text: hour } }),
  };
}
