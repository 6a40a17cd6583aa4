import strftime from 'strftime';

/** Shown by templates that ask for the time when a suite has no date: fixed, so that no prompt depends on the host. */
const defaultClock = '2024-07-26T12:00';

const utc = strftime.utc();

/**
 * A template's clock: the case's local time, never the host's.
 * @param clock `2026-03-14T09:00`
 * @returns `strftimeNow` for templates that call it, `dateString` as Llama 3's template prints it,
 *   `datetime` as Firefunction's does
 */
export function templateClock(clock: string = defaultClock) {
  const time = new Date(`${clock}:00Z`);
  return {
    strftimeNow: (format: string): string => utc(format, time),
    dateString: utc('%d %b %Y', time),
    datetime: utc('%b %d %Y %H:%M:%S GMT', time),
  };
}
