// Files that are being pulled -> one line each on a terminal, a line at each quarter elsewhere. To stderr.
import { createLogUpdate } from 'log-update';
import type { PullListener, PullNote } from '../app/models/references.ts';
import type { PullProgress } from '../hub/index.ts';
import { durationText, sizeText } from '../words/units.ts';
import { cut, visible } from '../words/visible.ts';
import { isLive, say } from './output.ts';

const barWidth = 20;
/** Speed is that of the last seconds, so that it follows the network. */
const windowMs = 8000;
const redrawMs = 100;

interface FileMeter {
  readonly file: string;
  doneBytes: number;
  totalBytes: number | undefined;
  kind: PullProgress['kind'];
  quarter: number;
  /** Times and bytes of the last seconds, oldest first. */
  marks: { atMs: number; bytes: number }[];
}

/** A display of several files; `stop` leaves the terminal clean. */
interface PullDisplay extends PullListener {
  stop(): void;
}

/** A note as a line for people that stays. */
export function pullNoteText(note: PullNote): string {
  if (note.kind === 'failed') return `error: ${visible(note.message)}`;
  const model = visible(note.reference);
  if (note.kind === 'unreached')
    return `turncoat: ${visible(note.why)}; ${model} is here as it was pinned, and is used`;
  const lockFile = visible(note.lockFile);
  if (note.kind === 'not-pinned')
    return `turncoat: ${model} is not pinned: ${lockFile} can't be written (${note.code})`;
  return `turncoat: ${model} is pinned${note.again ? ' anew' : ''} in ${lockFile}`;
}

const sayNote = (note: PullNote): void => say(pullNoteText(note));

/** Shows files that are pulled while something goes on, and leaves the terminal clean. */
export async function showingPulls<T>(quiet: boolean, work: (listener: PullListener) => Promise<T>): Promise<T> {
  const display = pullDisplay(quiet);
  try {
    return await work(display);
  } finally {
    display.stop();
  }
}

/** @param quiet shows nothing but notes */
function pullDisplay(quiet: boolean): PullDisplay {
  if (quiet) return { report: () => {}, note: sayNote, stop: () => {} };
  return isLive(process.stderr) ? liveDisplay() : lineDisplay();
}

function advance(meters: Map<string, FileMeter>, reference: string, progress: PullProgress): FileMeter {
  const key = `${reference} ${progress.file}`;
  const { file, doneBytes, totalBytes, kind } = progress;
  const meter = meters.get(key) ?? { file, doneBytes, totalBytes, kind, quarter: 0, marks: [] };
  meters.set(key, meter);
  // What lies there already is hashed much faster than a network is: it must not count as speed.
  if (meter.kind !== kind) meter.marks = [];
  Object.assign(meter, { doneBytes, totalBytes, kind });
  const now = performance.now();
  meter.marks.push({ atMs: now, bytes: doneBytes });
  while (meter.marks.length > 2 && now - (meter.marks[0]?.atMs ?? now) > windowMs) meter.marks.shift();
  return meter;
}

/** Bytes per second over the last seconds; undefined when it is too early to tell. */
function speedOf({ marks }: FileMeter): number | undefined {
  const [first, last] = [marks[0], marks.at(-1)];
  if (first === undefined || last === undefined || last.atMs - first.atMs < 300) return undefined;
  return ((last.bytes - first.bytes) * 1000) / (last.atMs - first.atMs);
}

function meterLine(meter: FileMeter): string {
  const { doneBytes, totalBytes, kind } = meter;
  const file = cut(visible(meter.file.split('/').at(-1) ?? meter.file), 44);
  const speed = speedOf(meter);
  const rate = speed === undefined || kind === 'check' ? '' : `  ${sizeText(speed)}/s`;
  if (totalBytes === undefined) return `${' '.repeat(barWidth)}  ${sizeText(doneBytes)}${rate}  ${file}`;
  const share = totalBytes === 0 ? 1 : doneBytes / totalBytes;
  const filled = Math.round(barWidth * share);
  const bar = `${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)}`;
  const percent = `${Math.floor(100 * share)}%`.padStart(4);
  if (kind === 'wait') return `${bar}        waits for another process that downloads it  ${file}`;
  if (doneBytes >= totalBytes) return `${bar} ${percent}  ${sizeText(totalBytes)}  ${file}`;
  const left = speed ? `  ${durationText((totalBytes - doneBytes) / speed)} left` : '';
  const doing = kind === 'check' ? '  verifying' : '';
  return `${bar} ${percent}  ${sizeText(doneBytes)} of ${sizeText(totalBytes)}${doing}${rate}${left}  ${file}`;
}

function liveDisplay(): PullDisplay {
  const update = createLogUpdate(process.stderr);
  const meters = new Map<string, FileMeter>();
  let drawnMs = 0;
  const draw = () => update([...meters.values()].map(meterLine).join('\n'));
  return {
    report(reference, progress) {
      advance(meters, reference, progress);
      if (performance.now() - drawnMs < redrawMs && progress.doneBytes !== progress.totalBytes) return;
      drawnMs = performance.now();
      draw();
    },
    note(note) {
      update.clear();
      sayNote(note);
      draw();
    },
    stop() {
      update.clear();
      update.done();
    },
  };
}

/** A line at each quarter of what is downloaded; what is only verified again is not worth a line in a log. */
function lineDisplay(): PullDisplay {
  const meters = new Map<string, FileMeter>();
  return {
    report(reference, progress) {
      const before = meters.get(`${reference} ${progress.file}`)?.kind;
      const meter = advance(meters, reference, progress);
      if (progress.kind === 'wait' && before !== 'wait') {
        say(`turncoat: ${visible(meter.file)} waits for another process that downloads it`);
      }
      const { doneBytes, totalBytes, kind } = meter;
      const quarter = totalBytes === undefined ? 0 : Math.floor((4 * doneBytes) / Math.max(1, totalBytes));
      if (quarter <= meter.quarter) return;
      meter.quarter = quarter;
      if (kind === 'check') return;
      const speed = speedOf(meter);
      const left = speed && totalBytes && doneBytes < totalBytes ? (totalBytes - doneBytes) / speed : undefined;
      const rate = speed === undefined ? '' : `, ${sizeText(speed)}/s`;
      say(
        `turncoat: ${visible(meter.file)} ${25 * quarter}% of ${sizeText(totalBytes ?? 0)}${rate}` +
          `${left === undefined ? '' : `, ${durationText(left)} left`}`,
      );
    },
    note: sayNote,
    stop() {},
  };
}
