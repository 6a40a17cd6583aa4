// C's strftime in the C locale as glibc has it, flags, widths and modifiers with it.
import { TemplateFails, TemplateLacks } from './jinja/errors.ts';

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const dayMs = 86_400_000;

/** `python`: a time without a zone, as Transformers takes it. `llama.cpp`: local time of a machine that runs on UTC. */
export type ClockForm = 'python' | 'llama.cpp';

/** Directives that stand for others. */
const longer: Readonly<Record<string, string>> = {
  c: '%a %b %e %H:%M:%S %Y',
  D: '%m/%d/%y',
  F: '%Y-%m-%d',
  h: '%b',
  r: '%I:%M:%S %p',
  R: '%H:%M',
  T: '%H:%M:%S',
  x: '%m/%d/%y',
  X: '%H:%M:%S',
};

/** Letters that take no E, no O, or neither: with it they stay as they are written. */
const refused: Readonly<Record<string, RegExp>> = {
  E: /[abhABDFdeHIkljmMSUVgGWw]/,
  O: /[aAcDFxXY]/,
};
/** Beyond this Python gives nothing, at a point that depends on its buffers. */
const widest = 1000;

export function strftime(format: string, time: Date, form: ClockForm): string {
  // Python writes three letters itself, before C sees the text, and looks at two characters at a time.
  const own: Readonly<Record<string, string>> = { z: '', Z: '', f: '000000' };
  const given = form === 'llama.cpp' ? format : format.replace(/%([^])/g, (all, letter: string) => own[letter] ?? all);
  const directive = /%([-_0^#]*)(\d*)([EO]?)([^]?)/gu;
  return given.replace(directive, (all, flags: string, digits: string, modifier: string, letter: string) => {
    const width = Number(digits);
    if (width > widest) throw new TemplateFails(`strftime: a width of ${digits} is refused`);
    const pad = [...flags].findLast(flag => '-_0'.includes(flag)) ?? '';
    if (letter === 'z' && form === 'python') return '';
    // A sign and digits, each as wide as asked: nobody asks.
    if (letter === 'z' && flags + digits !== '') throw new TemplateLacks('option', `${all} of strftime`);
    const field = { letter, pad, width, upper: flags.includes('^'), swap: flags.includes('#') };
    const known = letter !== '' && refused[modifier]?.test(letter) !== true;
    const text = known ? written(field, time, form) : undefined;
    const raised = field.upper || (field.swap && modifier === 'E' && 'bh'.includes(letter));
    return padded(text ?? (raised ? all.toUpperCase() : all), field);
  });
}

interface Field {
  readonly letter: string;
  /** The last of the flags `-`, `_` and `0`. */
  readonly pad: string;
  readonly width: number;
  readonly upper: boolean;
  readonly swap: boolean;
}

const padded = (text: string, { pad, width }: Field) => text.padStart(width, pad === '0' ? '0' : ' ');

function written(field: Field, time: Date, form: ClockForm): string | undefined {
  const { letter, upper } = field;
  const other = longer[letter];
  if (other !== undefined) {
    // What stands for months alone is a word itself: a flag changes it as it changes that.
    if (letter === 'h') return written({ ...field, letter: 'b' }, time, form);
    const text = strftime(other, time, form);
    return upper ? text.toUpperCase() : text;
  }
  const word = words(letter, time, form);
  if (word !== undefined) return cased(word, field);
  const [number, least, standard = '0'] = numbers(letter, time) ?? [];
  if (number === undefined || least === undefined) return undefined;
  const digits = String(number);
  if (field.pad === '-') return digits;
  // The time in seconds is no field of a date: its width is filled like a word's.
  const width = letter === 's' ? least : Math.max(least, field.width);
  const zero = field.pad === '' ? standard : field.pad === '_' ? ' ' : '0';
  return digits.padStart(width, zero);
}

/** `#` turns names to capitals, and what is written in capitals to small letters. */
function cased(word: string, { letter, upper, swap }: Field): string {
  if (letter === 'P' || (swap && 'pZ'.includes(letter))) return word.toLowerCase();
  return upper || (swap && 'aAbB'.includes(letter)) ? word.toUpperCase() : word;
}

function words(directive: string, time: Date, form: ClockForm): string | undefined {
  const morning = time.getUTCHours() < 12;
  switch (directive) {
    case 'a':
      return days[time.getUTCDay()]?.slice(0, 3);
    case 'A':
      return days[time.getUTCDay()];
    case 'b':
      return months[time.getUTCMonth()]?.slice(0, 3);
    case 'B':
      return months[time.getUTCMonth()];
    case 'p':
    case 'P':
      return morning ? 'AM' : 'PM';
    case 'Z':
      return form === 'python' ? '' : 'UTC';
    case 'z':
      return form === 'python' ? '' : '+0000';
    case '%':
      return '%';
    case 'n':
      return '\n';
    case 't':
      return '\t';
    default:
      return undefined;
  }
}

/** A number, how wide it is written, and with what in front. */
function numbers(directive: string, time: Date): [number: number, width: number, pad?: string] | undefined {
  const [year, hour, weekday] = [time.getUTCFullYear(), time.getUTCHours(), time.getUTCDay()];
  const day = dayOfYear(time);
  const hour12 = hour % 12 === 0 ? 12 : hour % 12;
  switch (directive) {
    case 'C':
      return [Math.floor(year / 100), 1];
    case 'd':
      return [time.getUTCDate(), 2];
    case 'e':
      return [time.getUTCDate(), 2, ' '];
    case 'g':
      return [isoYear(time) % 100, 2];
    case 'G':
      return [isoYear(time), 1];
    case 'H':
      return [hour, 2];
    case 'I':
      return [hour12, 2];
    case 'j':
      return [day + 1, 3];
    case 'k':
      return [hour, 2, ' '];
    case 'l':
      return [hour12, 2, ' '];
    case 'm':
      return [time.getUTCMonth() + 1, 2];
    case 'M':
      return [time.getUTCMinutes(), 2];
    case 's':
      return [time.getTime() / 1000, 1];
    case 'S':
      return [time.getUTCSeconds(), 2];
    case 'u':
      return [weekday === 0 ? 7 : weekday, 1];
    case 'U':
      return [Math.floor((day + 7 - weekday) / 7), 2];
    case 'V':
      return [isoWeek(time), 2];
    case 'w':
      return [weekday, 1];
    case 'W':
      return [Math.floor((day + 7 - ((weekday + 6) % 7)) / 7), 2];
    case 'y':
      return [year % 100, 2];
    case 'Y':
      return [year, 1];
    default:
      return undefined;
  }
}

/** From 0. */
const dayOfYear = (time: Date) => Math.floor((time.getTime() - Date.UTC(time.getUTCFullYear(), 0, 1)) / dayMs);
/** The Thursday of a time's week, whose year the week belongs to (ISO 8601). */
const thursday = (time: Date) => new Date(time.getTime() + (3 - ((time.getUTCDay() + 6) % 7)) * dayMs);
const isoYear = (time: Date) => thursday(time).getUTCFullYear();
const isoWeek = (time: Date) => Math.floor(dayOfYear(thursday(time)) / 7) + 1;
