// A stream of bytes -> a verified file: resumes, hashes while it streams, and gives the final name last.
import { createHash, type Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { UserError } from '../../errors.ts';
import { lockBlob } from './blob-lock.ts';
import { gaveUp, type Patience, Unavailable, waitBefore } from './transport.ts';

/** What must come out. */
export interface Expected {
  /** undefined: the server did not say. */
  readonly sizeBytes: number | undefined;
  /** `sha256:<hex>`, or `git:<hex>` for the sha1 of a git blob; undefined: nothing is known before. */
  readonly digest: string | undefined;
}

/** `check`: bytes that were there already are hashed; `wait`: another process downloads the same file. */
export type ProgressKind = 'check' | 'fetch' | 'wait';

export interface Download {
  /** What people see in errors. */
  readonly name: string;
  /** Final path; beside it lie `.turncoat-incomplete` and `.lock` while it is downloaded. */
  readonly target: string;
  readonly expected: Expected;
  /** Bytes from `start` to the end. */
  readonly open: (start: number, signal: AbortSignal) => Promise<AsyncIterable<Uint8Array>>;
  readonly patience: Patience;
  readonly signal: AbortSignal;
  readonly onProgress?: ((doneBytes: number, kind: ProgressKind) => void) | undefined;
}

/** Left free on the disk. */
const spareBytes = 1_000_000;

/**
 * Downloads unless the file is there; waits while another process does.
 * @returns the file's sha256
 * @throws UserError `hash-mismatch`, `disk-full`, `hub-unavailable`
 */
export async function download(job: Download): Promise<string> {
  await mkdir(dirname(job.target), { recursive: true });
  await using _lock = await lockBlob(`${job.target}.lock`, job.signal, () => job.onProgress?.(0, 'wait'));
  const there = await stat(job.target).catch(() => undefined);
  if (there !== undefined) return verifyFile(job);
  try {
    return await fill(job, true);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    // Of a file without a known size nothing can be resumed.
    if (job.expected.sizeBytes === undefined) await rm(partialOf(job), { force: true });
    throw diskFull(job.name, dirname(job.target), 'it filled up while downloading');
  }
}

/** Hashes a file that is there already. */
async function verifyFile(job: Download): Promise<string> {
  const sums = new Sums(job.expected);
  await hashPrefix(job.target, sums, job);
  if (!sums.matches(job.expected)) {
    await rm(job.target, { force: true });
    return fill(job, true);
  }
  return sums.sha256();
}

/** Not Python's `.incomplete`, which may be written to at the same time without our lock. */
const partialOf = ({ target }: Pick<Download, 'target'>): string => `${target}.turncoat-incomplete`;

async function fill(job: Download, mayRestart: boolean): Promise<string> {
  const partial = partialOf(job);
  const file = await open(partial, (await stat(partial).catch(() => undefined)) === undefined ? 'w' : 'r+');
  const sums = new Sums(job.expected);
  let resumed = 0;
  try {
    resumed = await startingPoint(job, file, partial, sums);
    await checkSpace(job, resumed);
    await receive(job, file, sums);
    await file.truncate(sums.bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  if (sums.matches(job.expected)) {
    await rename(partial, job.target);
    return sums.sha256();
  }
  await rm(partial, { force: true });
  // The part that was there before may be what is wrong.
  if (resumed > 0 && mayRestart) return fill(job, false);
  throw mismatch(job, sums);
}

/** Bytes of an earlier try, hashed; more than the file can have are thrown away. */
async function startingPoint(job: Download, file: FileHandle, partial: string, sums: Sums): Promise<number> {
  const { size } = await file.stat();
  if (size > (job.expected.sizeBytes ?? 0)) {
    await file.truncate(0);
    return 0;
  }
  await hashPrefix(partial, sums, job);
  return size;
}

async function hashPrefix(path: string, sums: Sums, { signal, onProgress }: Download): Promise<void> {
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20, signal })) {
    sums.add(chunk as Buffer);
    onProgress?.(sums.bytes, 'check');
  }
}

async function checkSpace({ name, target, expected }: Download, have: number): Promise<void> {
  if (expected.sizeBytes !== undefined) await requireSpace(dirname(target), expected.sizeBytes - have, name);
}

/**
 * Refuses what will not fit before a byte of it is fetched.
 * @param folder must exist
 * @throws UserError `disk-full`
 */
export async function requireSpace(folder: string, neededBytes: number, name: string): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const freeBytes = bavail * bsize;
  if (freeBytes >= neededBytes + Math.min(spareBytes, neededBytes)) return;
  throw diskFull(name, folder, `${neededBytes} bytes are needed and ${freeBytes} are free`);
}

/** Bytes of a file that are there already, in part or in full. */
export async function presentBytes(target: string): Promise<number> {
  const size = async (path: string) => (await stat(path).catch(() => undefined))?.size;
  return (await size(target)) ?? (await size(partialOf({ target }))) ?? 0;
}

/** Reads to the end; connections that drop are opened again where they stopped. */
async function receive(job: Download, file: FileHandle, sums: Sums): Promise<void> {
  for (let tries = 0; ; ) {
    const before = sums.bytes;
    try {
      if (sums.bytes === job.expected.sizeBytes) return;
      await receiveOnce(job, file, sums);
      if (job.expected.sizeBytes === undefined || sums.bytes >= job.expected.sizeBytes) return;
      throw new Unavailable(`${job.name}: the connection ended early`);
    } catch (error) {
      job.signal.throwIfAborted();
      if (!(error instanceof Unavailable)) throw error;
      tries = sums.bytes > before ? 1 : tries + 1;
      if (tries >= job.patience.tries) throw gaveUp(error, tries);
      await waitBefore(tries, error, job.patience, job.signal);
    }
  }
}

async function receiveOnce(job: Download, file: FileHandle, sums: Sums): Promise<void> {
  const silence = new AbortController();
  const watch = setTimeout(() => silence.abort(), job.patience.silenceMs);
  const signal = AbortSignal.any([job.signal, silence.signal]);
  try {
    for await (const chunk of await job.open(sums.bytes, signal)) {
      watch.refresh();
      if (sums.bytes + chunk.length > (job.expected.sizeBytes ?? Number.POSITIVE_INFINITY)) throw mismatch(job, sums);
      await writeAll(file, chunk, sums.bytes);
      sums.add(chunk);
      job.onProgress?.(sums.bytes, 'fetch');
    }
  } catch (error) {
    if (error instanceof UserError || error instanceof Unavailable) throw error;
    if ((error as NodeJS.ErrnoException)?.code === 'ENOSPC' || isRefusal(error)) throw error;
    throw new Unavailable(`${job.name}: the connection dropped`);
  } finally {
    clearTimeout(watch);
  }
}

function isRefusal(error: unknown): boolean {
  return error instanceof Error && 'status' in error;
}

/** At an explicit position, so that two writers of the same bytes could not disturb each other. */
async function writeAll(file: FileHandle, chunk: Uint8Array, position: number): Promise<void> {
  for (let done = 0; done < chunk.length; ) {
    const { bytesWritten } = await file.write(chunk, done, chunk.length - done, position + done);
    done += bytesWritten;
  }
}

/** Hashes of the bytes so far. */
class Sums {
  bytes = 0;
  readonly #sha256 = createHash('sha256');
  readonly #git: Hash | undefined;
  #digest: string | undefined;

  constructor({ digest, sizeBytes }: Expected) {
    if (digest?.startsWith('git:')) this.#git = createHash('sha1').update(`blob ${sizeBytes}\0`);
  }

  add(chunk: Uint8Array): void {
    this.bytes += chunk.length;
    this.#sha256.update(chunk);
    this.#git?.update(chunk);
  }

  sha256(): string {
    this.#digest ??= this.#sha256.digest('hex');
    return this.#digest;
  }

  matches({ sizeBytes, digest }: Expected): boolean {
    if (sizeBytes !== undefined && sizeBytes !== this.bytes) return false;
    if (digest === undefined) return true;
    return digest === (this.#git === undefined ? `sha256:${this.sha256()}` : `git:${this.#git.digest('hex')}`);
  }
}

function mismatch({ name, expected }: Download, sums: Sums): UserError {
  const facts = { name, expected: expected.digest, sizeBytes: expected.sizeBytes, receivedBytes: sums.bytes };
  const hint = 'nothing was kept; try again, and if it happens twice do not trust this source';
  return new UserError('hash-mismatch', `${name}: the bytes received are not those that were announced`, hint, facts);
}

function diskFull(name: string, folder: string, why: string): UserError {
  const hint = 'free some space, or set HF_HUB_CACHE to a folder on a larger disk';
  return new UserError('disk-full', `${name} does not fit on the disk of ${folder}: ${why}`, hint);
}
