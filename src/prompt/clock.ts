// The time that templates see: the case's, written as C's strftime writes it.

/** Shown by templates that ask for the time when a suite has no date: fixed, so that no prompt depends on the host. */
const defaultClock = '2024-07-26T12:00';

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

/**
 * A template's clock: the case's local time, never the host's.
 * @param clock `2026-03-14T09:00`
 * @returns `strftimeNow` for templates that call it, and the two variables that llama.cpp sets: `dateString` as
 *   Llama 3's template prints it, `datetime` as Firefunction's does
 */
export function templateClock(clock: string = defaultClock, form: ClockForm = 'python') {
  const time = new Date(`${clock}:00Z`);
  return {
    strftimeNow: (format: string): string => strftime(format, time, form),
    dateString: strftime('%d %b %Y', time, form),
    datetime: strftime('%b %d %Y', time, form),
  };
}

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
  n: '\n',
  t: '\t',
};

/** C's strftime in the C locale, with glibc's flags; what it does not know stays as it is. */
function strftime(format: string, time: Date, form: ClockForm): string {
  return format.replace(/%([-_0^#]?)[EO]?([a-zA-Z%])/g, (all, flag: string, directive: string) => {
    const other = longer[directive];
    if (other !== undefined) return strftime(other, time, form);
    const text = words(directive, time, form);
    if (text !== undefined) return flag === '^' ? text.toUpperCase() : text;
    const [number, width, pad = '0'] = numbers(directive, time) ?? [];
    if (number === undefined || width === undefined) return all;
    const digits = String(number);
    if (flag === '-') return digits;
    return digits.padStart(width, flag === '_' ? ' ' : flag === '0' ? '0' : pad);
  });
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
      return morning ? 'AM' : 'PM';
    case 'P':
      return morning ? 'am' : 'pm';
    case 'Z':
      return form === 'python' ? '' : 'UTC';
    case 'z':
      return form === 'python' ? '' : '+0000';
    case 'f':
      return form === 'python' ? '000000' : undefined;
    case '%':
      return '%';
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
      return [Math.floor(year / 100), 2];
    case 'd':
      return [time.getUTCDate(), 2];
    case 'e':
      return [time.getUTCDate(), 2, ' '];
    case 'g':
      return [isoYear(time) % 100, 2];
    case 'G':
      return [isoYear(time), 4];
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
      return [year, 4];
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
