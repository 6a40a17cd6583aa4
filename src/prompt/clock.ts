// The time that templates see: the case's, written as C's strftime writes it.
import { type ClockForm, strftime } from './strftime.ts';

/** Shown by templates that ask for the time when a suite has no date: fixed, so that no prompt depends on the host. */
const defaultClock = '2024-07-26T12:00';

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
    // Written when they are asked for: most who take the clock want but one of the three.
    get dateString(): string {
      return strftime('%d %b %Y', time, form);
    },
    get datetime(): string {
      return strftime('%b %d %Y', time, form);
    },
  };
}
