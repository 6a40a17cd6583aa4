import pc from 'picocolors';
import type { Colours } from '../words/colours.ts';
import { safeJson } from '../words/safe.ts';

/** Colours for a stream: none where it is not a terminal or NO_COLOR is set. */
export function coloursFor(stream: NodeJS.WriteStream): Colours {
  const on = process.env.NO_COLOR === undefined && (stream.isTTY === true || process.env.FORCE_COLOR !== undefined);
  return pc.createColors(on);
}

/** Can what is shown on a stream be redrawn? */
export function isLive(stream: NodeJS.WriteStream): boolean {
  return stream.isTTY === true && process.env.CI === undefined && process.env.TERM !== 'dumb';
}

/** Columns of a stream; a fixed width where it is not a terminal, so that files and logs are the same everywhere. */
export function widthOf(stream: NodeJS.WriteStream): number {
  return stream.isTTY ? Math.max(72, stream.columns ?? 120) : 140;
}

/** Writes data to stdout; resolves when it is out, so that a pipe that closes early ends quietly. */
export async function print(text: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    process.stdout.write(text, error => {
      if (error === null || error === undefined) resolve();
      else if ((error as NodeJS.ErrnoException).code === 'EPIPE') resolve();
      else reject(error);
    });
  });
}

/** Writes a value as one line of JSON to stdout, nothing in which a terminal obeys. */
export const printJson = (value: unknown): Promise<void> => print(`${safeJson(value)}\n`);

/** Writes a line for people to stderr. */
export function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
