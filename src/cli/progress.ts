// Progress events -> a bar on a terminal, plain lines elsewhere. To stderr, so that stdout stays data.
import { createLogUpdate } from 'log-update';
import { phaseText } from '../words/phases.ts';
import { durationText } from '../words/units.ts';
import { visible } from '../words/visible.ts';
import type { Progress, ProgressEvent } from '../ports/progress.ts';
import { isLive, say } from './output.ts';
import { outOfReachCode } from '../app/compare/margins.ts';

const barWidth = 28;
/** Fewer megabytes of weights are compared before a line in a log would be read. */
const shortWeightsMb = 50;

/** Notes that whoever waits should read; the others are in the log of a sweep. */
function noteText(event: ProgressEvent): string | undefined {
  return event.kind === 'note' && event.code === outOfReachCode ? `turncoat: ${visible(event.detail)}` : undefined;
}

/** A progress display; `stop` leaves the terminal clean. */
export interface ProgressDisplay {
  readonly report: Progress;
  stop(): void;
}

/** A display for stderr; `quiet` shows nothing. */
export function progressDisplay(quiet: boolean): ProgressDisplay {
  if (quiet) return { report: () => {}, stop: () => {} };
  return isLive(process.stderr) ? liveDisplay() : lineDisplay();
}

interface Meter {
  phase: string;
  total: number;
  done: number;
  /** Done when the phase began: it goes on with an earlier start's work. */
  before: number;
  startedMs: number;
}

function advance(meter: Meter | undefined, event: ProgressEvent): Meter | undefined {
  if (event.kind === 'phase') {
    return {
      phase: event.phase,
      total: event.total,
      done: event.done,
      before: event.done,
      startedMs: performance.now(),
    };
  }
  if (event.kind === 'advanced' && meter !== undefined) meter.done = Math.min(meter.total, meter.done + event.cases);
  return meter;
}

/** `, 3m 20s left`; nothing before the first case of this start, and after the last. */
function leftText({ total, done, before, startedMs }: Meter): string {
  if (done <= before || done >= total) return '';
  const elapsedMs = performance.now() - startedMs;
  return `, ${durationText(((elapsedMs / (done - before)) * (total - done)) / 1000)} left`;
}

function meterText(meter: Meter): string {
  const { phase, total, done } = meter;
  const filled = Math.round((barWidth * done) / Math.max(1, total));
  const bar = `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)}`;
  return `${bar} ${phaseText(phase, 'progress')}  ${done}/${total}${leftText(meter)}`;
}

function liveDisplay(): ProgressDisplay {
  const update = createLogUpdate(process.stderr);
  let meter: Meter | undefined;
  return {
    report(event) {
      const note = noteText(event);
      if (note !== undefined) {
        update.clear();
        say(note);
      }
      meter = advance(meter, event);
      if (meter !== undefined) update(meterText(meter));
    },
    stop() {
      update.clear();
      update.done();
    },
  };
}

/** A log that says nothing for so long looks like one of a job that hangs; some CI systems end such a job. */
const silenceMs = 5 * 60_000;

/** One line at the start of a phase, one at each quarter and one in five minutes: readable in a CI log. */
function lineDisplay(): ProgressDisplay {
  let meter: Meter | undefined;
  let said = 0;
  let saidMs = 0;
  let probing = false;
  return {
    report(event) {
      const note = noteText(event);
      if (note !== undefined) return say(note);
      meter = advance(meter, event);
      // Hashing is a matter of moments for all but the largest files; a log needs no line for it.
      if (meter === undefined || meter.phase === 'hash') return;
      if (meter.phase === 'weights' && meter.total < shortWeightsMb) return;
      // Questions come in small rounds: one line is enough to say that they are being asked.
      if (meter.phase === 'probe') {
        if (event.kind === 'phase' && !probing) say(`turncoat: ${phaseText('probe', 'progress')}`);
        probing = true;
        return;
      }
      const quarter = Math.floor((4 * meter.done) / Math.max(1, meter.total));
      const now = performance.now();
      if (event.kind === 'phase') said = 0;
      if (event.kind === 'phase' || quarter > said || (event.kind === 'advanced' && now - saidMs >= silenceMs)) {
        say(`turncoat: ${phaseText(meter.phase, 'progress')} ${meter.done}/${meter.total}${leftText(meter)}`);
        saidMs = now;
      }
      said = Math.max(said, quarter);
    },
    stop() {},
  };
}
