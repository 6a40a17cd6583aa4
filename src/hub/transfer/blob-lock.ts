// One process at a time per blob. A lock is a file that its holder touches every second; one that was left behind by a
// dead process, or that nobody touched for long, is taken over.
import { randomUUID } from 'node:crypto';
import { open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

const touchMs = 1000;
/** A dead holder's lock is free after this, a silent holder's (on another machine) after that. */
const deadMs = 2500;
const silentMs = 60_000;

/** Waits for the lock; give it back with `await using`. */
export async function lockBlob(path: string, signal: AbortSignal, onWait?: () => void): Promise<AsyncDisposable> {
  for (;;) {
    signal.throwIfAborted();
    if (await create(path)) return held(path);
    onWait?.();
    if (await abandoned(path)) await takeAway(path);
    else await sleep(200, undefined, { signal });
  }
}

async function create(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(JSON.stringify({ pid: process.pid, host: hostname() }));
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function held(path: string): AsyncDisposable {
  const timer = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => {});
  }, touchMs);
  timer.unref();
  return {
    async [Symbol.asyncDispose]() {
      clearInterval(timer);
      await rm(path, { force: true });
    },
  };
}

async function abandoned(path: string): Promise<boolean> {
  const touched = await stat(path).catch(() => undefined);
  if (touched === undefined) return false;
  const ageMs = Date.now() - touched.mtimeMs;
  if (ageMs > silentMs) return true;
  return ageMs > deadMs && !(await holderLives(path));
}

async function holderLives(path: string): Promise<boolean> {
  try {
    const { pid, host } = JSON.parse(await readFile(path, 'utf8')) as { pid: number; host: string };
    if (host !== hostname()) return true;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Moves the lock away first, so that of several who find it abandoned one alone removes it. */
async function takeAway(path: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch {
    return;
  }
  const fresh = !(await abandoned(aside));
  // Another process had just taken it over: give it back.
  if (fresh) await rename(aside, path);
  else await rm(aside, { force: true });
}
