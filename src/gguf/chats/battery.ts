// The chats that templates are tried on: dates, hours, users, tools, turns, and texts that the template itself asks for.
import type { ToolDefinition } from '../../records/toolcall.ts';
import type { Chat } from '../../ports/template.ts';
import { assistant, called, chat, conversation, offered, plain, returned, system, toolsOf, user } from './chats.ts';
import { shapeProbes } from './shapes.ts';

export type Axis =
  | 'date'
  | 'hour'
  | 'user'
  | 'tools'
  | 'turns'
  | 'length'
  | 'variable'
  | 'text'
  | 'case'
  /** Made for this template: what it was seen to compare with. */
  | 'search';

/** One chat and what is special about it. */
export interface Probe {
  readonly axis: Axis;
  /** `2027-01-01`, `two tools`, `text "…"` … */
  readonly value: string;
  readonly chat: Chat;
  /** The same chat with `neutralText` in the place of the text: what a template makes of one follows from the other. */
  readonly neutral?: Chat;
  /** Also at another date than the usual one. */
  readonly dated?: boolean;
}

/** The usual chat at a day, `2027-01-01`. */
export function chatOn(day: string): Chat {
  return chat(plain, offered, `${day}T12:00`);
}

/** First days of months over these years are tried, and all days of those years where a template knows the time. */
const [firstYear, lastYear] = [2018, 2045];
const [firstDaily, lastDaily] = [2020, 2035];
/** Beyond them, a day in each year. */
const lastYearly = 2120;

export interface DaysAsked {
  /** Such as those of a suite. */
  readonly shown: readonly string[];
  /** By a template's text; the days beside them are tried too. */
  readonly spokenOf: readonly string[];
  /** Whether a template can know the time. */
  readonly clocked: boolean;
}

/** The first of all days that are tried: a template alone is held against it. */
export const firstDay = '1970-06-15';

/** Days to try, in order; where no template knows the time, one is as good as another. */
export function batteryDays({ shown, spokenOf, clocked }: DaysAsked): string[] {
  const days = new Set<string>(shown);
  if (!clocked) return [firstDay, '2024-07-26'];
  for (let year = firstYear; year <= lastYear; year++) {
    for (let month = 1; month <= 12; month++) days.add(`${year}-${two(month)}-01`);
  }
  for (let day = 1; day <= 31; day++) days.add(`2024-07-${two(day)}`);
  for (let year = 1970; year <= lastYearly; year++) days.add(`${year}-06-15`);
  // The last second that fits into 32 bits.
  for (const day of ['2038-01-19', '2038-01-20']) days.add(day);
  const last = `${lastDaily}-12-31`;
  for (let day = `${firstDaily}-01-01`; day <= last; day = shiftDay(day, 1)) days.add(day);
  for (const day of spokenOf) for (const offset of [-1, 0, 1]) days.add(shiftDay(day, offset));
  return [...days].sort();
}

/**
 * All chats of the battery.
 * @param clocked with hours, users, turns and texts also at other dates, for conditions on both
 */
export function battery(days: readonly string[], texts: readonly string[], clocked: boolean): Probe[] {
  const hours = Array.from({ length: clocked ? 24 : 0 }, (_, hour) => `${two(hour)}:00`);
  const minutes = clocked ? Array.from({ length: 59 }, (_, minute) => `12:${two(minute + 1)}`) : [];
  const atHour = (time: string): Probe => {
    return { axis: 'hour', value: time, chat: chat(plain, offered, `2024-07-26T${time}`) };
  };
  const others = [...hours.map(atHour), ...userProbes(), ...turnProbes(), ...texts.flatMap(textProbes)];
  return [
    ...days.map((day): Probe => ({ axis: 'date', value: day, chat: chatOn(day) })),
    ...others,
    ...minutes.map(atHour),
    ...toolProbes(),
    ...lengthProbes(),
    ...shapeProbes(),
    ...(clocked ? otherDays.flatMap(day => others.map(probe => onDay(probe, day))) : []),
  ];
}

/** Days on which everything else is tried again; a month apart from year to year. */
const otherDays = Array.from({ length: 14 }, (_, index) => `${2022 + index}-${two(1 + ((index * 5) % 12))}-15`);

/** The same at another day, at the hour it had. */
export function onDay(probe: Probe, day: string): Probe {
  const at = (about: Chat): Chat => ({ ...about, clock: `${day}${about.clock?.slice(10) ?? 'T12:00'}` });
  return { ...probe, dated: true, chat: at(probe.chat), ...(probe.neutral && { neutral: at(probe.neutral) }) };
}

function userProbes(): Probe[] {
  const names = ['Alice Meyer', 'root', 'admin', 'Wei Chen', 'jenkins', 'Fatima al-Sayed', 'test'];
  return names.map(name => ({
    axis: 'user',
    value: name,
    chat: chat([system(`You work for ${name}.`), user(`I am ${name}. Show me the notes in /srv/notes.txt.`)]),
  }));
}

function toolProbes(): Probe[] {
  const counts = [0, 1, 2, 3, 4, 5, 6, 8, 12, 20];
  const probe = (value: string, tools: readonly ToolDefinition[]): Probe => {
    return { axis: 'tools', value, chat: chat(plain, tools) };
  };
  return [
    ...counts.map(count => probe(`${count} tools`, toolsOf(count))),
    ...toolsOf(20).map(tool => probe(tool.function.name, [tool])),
  ];
}

function turnProbes(): Probe[] {
  const turns: Record<string, Chat> = {
    'no system message': chat([user('Hello.')]),
    'neither system message nor tools': chat([user('Hello.')], []),
    'a second turn': chat([...plain, assistant('There are none.'), user('Look again.')]),
    'a tool call and its result': chat([...plain, called(), returned()]),
    'a turn after a tool call': chat([...plain, called(), returned(), assistant('Milk and bread.'), user('Thanks.')]),
    'ten turns': conversation(10),
    'a long message': chat([user('All of it, please. '.repeat(500))]),
    'an empty message': chat([user('')]),
  };
  return Object.entries(turns).map(([value, about]) => ({ axis: 'turns', value, chat: about }));
}

/** Texts of many lengths, wherever a chat has one. */
function lengthProbes(): Probe[] {
  const lengths = [1, 8, 30, 60, 100, 150, 250, 350, 500, 700, 1000, 1500, 2500, 5000, 9000];
  const filled = (length: number): string => 'All of the notes, please. '.repeat(1 + length / 26).slice(0, length);
  return lengths.flatMap((length): Probe[] => {
    const text = filled(length);
    const places: Record<string, Chat> = {
      message: chat([system('Be brief.'), user(text)]),
      'system message': chat([system(text), user('Go on.')]),
      'tool result': chat([...plain, called(), returned(text)]),
      reply: chat([...plain, assistant(text), user('Go on.')]),
    };
    return Object.entries(places).map(([place, about]) => {
      return { axis: 'length', value: `a ${place} of ${length} characters`, chat: about };
    });
  });
}

/** A word that no template speaks of. */
export const neutralText = 'Quillwort';

function textProbes(text: string): Probe[] {
  const shapes: ((text: string) => Chat)[] = [
    said => chat([system('You are a careful assistant.'), user(`About ${said}: go on.`)]),
    said => chat([system('You are a careful assistant.'), user(said)]),
    said => chat([system(said), user('Go on.')]),
    said => chat([...plain, called(), returned(`It says ${said}.`)]),
  ];
  return shapes.map(shape => ({ axis: 'text', value: text, chat: shape(text), neutral: shape(neutralText) }));
}

/** The day `offset` days later; days that do not exist move to ones that do. */
export function shiftDay(day: string, offset: number): string {
  const time = new Date(`${day}T00:00:00Z`);
  time.setUTCDate(time.getUTCDate() + offset);
  return time.toISOString().slice(0, 10);
}

/** The day in the middle of two; undefined when they are neighbours. */
export function middleDay(early: string, late: string): string | undefined {
  const days = Math.round((Date.parse(late) - Date.parse(early)) / 86_400_000);
  return days < 2 ? undefined : shiftDay(early, Math.floor(days / 2));
}

function two(number: number): string {
  return String(number).padStart(2, '0');
}
