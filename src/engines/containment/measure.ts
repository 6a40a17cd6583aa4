// What this process can still do: found out by trying, not concluded from what was taken away.
import { randomUUID } from 'node:crypto';
import { closeSync, openSync, unlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Containment } from '../../ports/engine.ts';

const layers = [
  'seccomp',
  'landlock',
  'landlock-signals',
  'no-file-growth',
  'no-core-files',
  'ends-with-parent',
] as const;
/** What was taken away. */
export type Layer = (typeof layers)[number];

/** Of the process that asks; nothing of it leaves the machine. */
export async function measureContainment(): Promise<Containment> {
  const named = (process.env.TURNCOAT_CONTAINED ?? '').split(',');
  return {
    network: (await canListen()) ? 'open' : 'blocked',
    writing: canWrite() ? 'open' : 'blocked',
    by: layers.filter(layer => named.includes(layer)),
  };
}

/** A socket of any kind is where every way out starts; one that only this machine reaches is asked for. */
function canListen(): Promise<boolean> {
  return new Promise(resolve => {
    const server = createServer();
    server.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code !== 'EPERM' && code !== 'EACCES'));
    server.listen(0, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

/**
 * Whether a file can be made in any folder that usually takes one. One refusal says little: TMPDIR may name what takes none from
 * anybody; and a folder that is missing or full says nothing.
 */
function canWrite(): boolean {
  const tried = [...new Set([tmpdir(), '/tmp', '/var/tmp', homedir(), '.'])].map(madeIn);
  return tried.includes('done') || !tried.some(code => ['EPERM', 'EACCES', 'EROFS'].includes(code));
}

function madeIn(folder: string): string {
  const file = join(folder, `turncoat-${randomUUID()}`);
  try {
    closeSync(openSync(file, 'wx'));
    unlinkSync(file);
    return 'done';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? '';
  }
}
