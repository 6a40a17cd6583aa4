// The time that templates see: the case's, written as C's strftime writes it.
import { type ClockForm, strftime } from './strftime.ts';

/** Shown by templates that ask for the time when a suite has no date: fixed, so that no prompt depends on the host. */
const defaultClock = '2024-07-26T12:00';

/** What a template is told of the time, written when it is asked for. */
class TemplateClock {
  readonly clock: string;
  /** For templates that call it. */
  readonly strftimeNow: (format: string) => string;
  #dateString: string | undefined;
  #datetime: string | undefined;

  constructor(clock: string, form: ClockForm) {
    const time = new Date(`${clock}:00Z`);
    this.clock = clock;
    this.strftimeNow = format => strftime(format, time, form);
  }

  /** A variable that llama.cpp sets, as Llama 3's template prints it. */
  get dateString(): string {
    return (this.#dateString ??= this.strftimeNow('%d %b %Y'));
  }

  /** Another one, as Firefunction's prints it. */
  get datetime(): string {
    return (this.#datetime ??= this.strftimeNow('%b %d %Y'));
  }
}

/** The last of each form: of a list of chats most have the same time. */
const last = new Map<ClockForm, TemplateClock>();

/**
 * A template's clock: the case's local time, never the host's.
 * @param clock `2026-03-14T09:00`
 */
export function templateClock(clock: string = defaultClock, form: ClockForm = 'python'): TemplateClock {
  const known = last.get(form);
  if (known?.clock === clock) return known;
  const made = new TemplateClock(clock, form);
  last.set(form, made);
  return made;
}
