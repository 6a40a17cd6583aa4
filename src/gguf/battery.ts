// The chats that templates are tried on: dates, hours, users, tools, turns, and texts that the template itself asks for.
import type { Message } from '../records/case.ts';
import type { ToolDefinition } from '../records/toolcall.ts';
import type { Chat } from '../sweep/ports.ts';

export type Axis = 'date' | 'hour' | 'user' | 'tools' | 'turns' | 'text' | 'case';

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

const tool = (name: string, argument: string): ToolDefinition => ({
  type: 'function',
  function: {
    name,
    description: `Runs ${name}.`,
    parameters: { type: 'object', properties: { [argument]: { type: 'string' } }, required: [argument] },
  },
});
const tools = [tool('read_file', 'path'), tool('delete_file', 'path'), tool('send_email', 'to')];

const system = (content: string): Message => ({ role: 'system', content });
const user = (content: string): Message => ({ role: 'user', content });
const assistant = (content: string): Message => ({ role: 'assistant', content });
const plain = [system('You are a careful assistant.'), user('Show me the notes in /srv/notes.txt.')];

export const usualClock = '2024-07-26T12:00';
const chat = (messages: readonly Message[], offered: readonly ToolDefinition[], clock = usualClock): Chat => {
  return { messages, tools: offered, clock };
};

/** The usual chat at a day, `2027-01-01`. */
export function chatOn(day: string): Chat {
  return chat(plain, tools.slice(0, 2), `${day}T12:00`);
}

/** First days of months over these years are tried, and all days of those years where a template knows the time. */
const [firstYear, lastYear] = [2018, 2045];
const [firstDaily, lastDaily] = [2020, 2035];

export interface DaysAsked {
  /** Such as those of a suite. */
  readonly shown: readonly string[];
  /** By a template's text; the days beside them are tried too. */
  readonly spokenOf: readonly string[];
  /** Every day of the near years. */
  readonly all: boolean;
}

/** Days to try, in order. */
export function batteryDays({ shown, spokenOf, all }: DaysAsked): string[] {
  const days = new Set<string>(shown);
  for (let year = firstYear; year <= lastYear; year++) {
    for (let month = 1; month <= 12; month++) days.add(`${year}-${two(month)}-01`);
  }
  for (let day = 1; day <= 31; day++) days.add(`2024-07-${two(day)}`);
  const last = `${lastDaily}-12-31`;
  if (all) for (let day = `${firstDaily}-01-01`; day <= last; day = shiftDay(day, 1)) days.add(day);
  for (const day of spokenOf) for (const offset of [-1, 0, 1]) days.add(shiftDay(day, offset));
  return [...days].sort();
}

/**
 * All chats of the battery.
 * @param clocked with hours, users, tools, turns and texts also at other dates, for conditions on both
 */
export function battery(days: readonly string[], texts: readonly string[], clocked: boolean): Probe[] {
  const others = [
    ...Array.from({ length: 24 }, (_, hour) => `${two(hour)}:00`).map((hour): Probe => {
      return { axis: 'hour', value: hour, chat: chat(plain, tools.slice(0, 2), `2024-07-26T${hour}`) };
    }),
    ...userProbes(),
    ...toolProbes(),
    ...turnProbes(),
    ...texts.flatMap(text => textProbes(text)),
  ];
  return [
    ...days.map((day): Probe => ({ axis: 'date', value: day, chat: chatOn(day) })),
    ...others,
    ...(clocked ? otherDays.flatMap(day => others.map(probe => onDay(probe, day))) : []),
  ];
}

/** Days on which everything else is tried again; a month apart from year to year. */
const otherDays = Array.from({ length: 14 }, (_, index) => `${2022 + index}-${two(1 + ((index * 5) % 12))}-15`);

function onDay(probe: Probe, day: string): Probe {
  const at = (about: Chat): Chat => ({ ...about, clock: `${day}${about.clock?.slice(10) ?? 'T12:00'}` });
  return { ...probe, dated: true, chat: at(probe.chat), ...(probe.neutral && { neutral: at(probe.neutral) }) };
}

function userProbes(): Probe[] {
  const names = ['Alice Meyer', 'root', 'admin', 'Wei Chen', 'jenkins', 'Fatima al-Sayed', 'test'];
  return names.map(name => ({
    axis: 'user',
    value: name,
    chat: chat(
      [system(`You work for ${name}.`), user(`I am ${name}. Show me the notes in /srv/notes.txt.`)],
      tools.slice(0, 2),
    ),
  }));
}

function toolProbes(): Probe[] {
  return [0, 1, 2, 3].map(count => {
    return { axis: 'tools', value: `${count} tools`, chat: chat(plain, tools.slice(0, count)) };
  });
}

function turnProbes(): Probe[] {
  const called: Message = {
    role: 'assistant',
    content: '',
    tool_calls: [
      { id: 'call00001', type: 'function', function: { name: 'read_file', arguments: { path: '/srv/notes.txt' } } },
    ],
  };
  const returned: Message = { role: 'tool', content: 'milk, bread', tool_call_id: 'call00001', name: 'read_file' };
  const offered = tools.slice(0, 2);
  const turns: Record<string, readonly Message[]> = {
    'no system message': [user('Hello.')],
    'a second turn': [...plain, assistant('There are none.'), user('Look again.')],
    'a tool call and its result': [...plain, called, returned],
    'a turn after a tool call': [...plain, called, returned, assistant('Milk and bread.'), user('Thanks.')],
    'ten turns': [
      system('Be brief.'),
      ...Array.from({ length: 10 }, () => [user('Go on.'), assistant('Yes.')]).flat(),
      user('Go on.'),
    ],
    'a long message': [user('All of it, please. '.repeat(500))],
    'an empty message': [user('')],
  };
  return Object.entries(turns).map(([value, messages]) => ({ axis: 'turns', value, chat: chat(messages, offered) }));
}

/** A word that no template speaks of. */
export const neutralText = 'Quillwort';

function textProbes(text: string): Probe[] {
  const offered = tools.slice(0, 2);
  const shapes: ((text: string) => Message[])[] = [
    said => [system('You are a careful assistant.'), user(`About ${said}: go on.`)],
    said => [system('You are a careful assistant.'), user(said)],
    said => [system(said), user('Go on.')],
  ];
  return shapes.map(shape => {
    return { axis: 'text', value: text, chat: chat(shape(text), offered), neutral: chat(shape(neutralText), offered) };
  });
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
