// A sweep on a terminal: redrawn in place on stderr while it runs, and gone without a trace when it ends.
import { createLogUpdate } from 'log-update';
import type { SweepStatus } from '../records/sweeps/sweep.ts';
import { columnsOf } from '../words/columns.ts';
import { sweepView } from '../report/sweep-view.ts';
import { coloursFor } from './output.ts';

/** Often enough to look alive, seldom enough to cost nothing. */
const redrawMs = 250;
const eraseLine = '\u001b[2K';
const lineUp = '\u001b[1A';

export interface SweepScreen {
  /** Draws where the sweep stands, now and whenever there is something new. */
  follow(status: () => SweepStatus): void;
  /** A line that stays, above the view. */
  note(line: string): void;
  /** Leaves the terminal clean, the cursor visible. */
  stop(): void;
}

/** @param stream a terminal */
export function sweepScreen(stream: NodeJS.WriteStream): SweepScreen {
  const update = createLogUpdate(stream);
  const colours = coloursFor(stream);
  let read: (() => SweepStatus) | undefined;
  let drawn: readonly string[] = [];
  let suspended = false;
  const draw = () => {
    if (read === undefined || suspended) return;
    const { columns, rows } = sizeOf(stream);
    // One row is the cursor's; the last column stays free, where some terminals wrap.
    const lines = sweepView(read(), { columns: columns - 1, rows: rows - 1 }, colours);
    if (lines.join('\n') === drawn.join('\n')) return;
    // log-update 7.2 loses lines that stay the same but move up or down.
    if (drawn.length !== lines.length) clear();
    drawn = lines;
    update(lines.join('\n'));
  };
  const clear = () => {
    if (drawn.length === 0) return;
    const wrapped = rowsOf(drawn, sizeOf(stream).columns) - drawn.length;
    update.clear();
    // What wrapped when the terminal became narrower takes more rows than were written.
    if (wrapped > 0) stream.write(`${lineUp}${eraseLine}`.repeat(Math.min(wrapped, sizeOf(stream).rows)));
    drawn = [];
  };
  const resized = () => {
    clear();
    draw();
  };
  const go = () => {
    suspended = false;
    // The shell wrote below the view: what stood there is history now.
    update.done();
    drawn = [];
    draw();
  };
  const suspend = () => {
    suspended = true;
    update.done();
    process.kill(process.pid, 'SIGSTOP');
  };
  const timer = setInterval(draw, redrawMs);
  timer.unref();
  stream.on('resize', resized);
  process.on('SIGTSTP', suspend).on('SIGCONT', go);
  return {
    follow(status) {
      read = status;
      draw();
    },
    note(line) {
      clear();
      stream.write(`${line}\n`);
      draw();
    },
    stop() {
      clearInterval(timer);
      stream.off('resize', resized);
      process.off('SIGTSTP', suspend).off('SIGCONT', go);
      clear();
      update.done();
      read = undefined;
    },
  };
}

/** A pseudo-terminal that nobody sized says 0. */
function sizeOf({ columns, rows }: NodeJS.WriteStream): { columns: number; rows: number } {
  return { columns: columns || 80, rows: rows || 24 };
}

/** Rows that lines take on a terminal of so many columns. */
function rowsOf(lines: readonly string[], columns: number): number {
  return lines.reduce((sum, line) => sum + Math.max(1, Math.ceil(columnsOf(line) / Math.max(1, columns))), 0);
}
