// What tests of the hub room share: a file, a folder, an environment that points at the fake Hub.
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type HubEnvironment, type ResolvedModel, type ResolveOptions, resolveModel } from '../../src/hub/index.ts';
import { createRandom } from '../../src/statistics/index.ts';

/** Bytes that look like a model to the Hub: nobody loads them here. */
export function bytes(length: number, seed = 'weights'): Buffer {
  const random = createRandom(seed);
  return Buffer.from(Uint8Array.from({ length }, () => random.integer(256)));
}

export const sha256 = (data: Buffer): string => createHash('sha256').update(data).digest('hex');

/** Waits of milliseconds instead of seconds. */
export const hasty = { tries: 4, firstWaitMs: 5, longestWaitMs: 20, silenceMs: 3000 };

/** A cache of its own, gone at the end of the test. */
export class Desk implements AsyncDisposable {
  readonly folder: string;
  readonly environment: HubEnvironment;

  private constructor(folder: string, endpoint: string, changes: Partial<HubEnvironment>) {
    this.folder = folder;
    this.environment = {
      endpoint,
      token: undefined,
      cache: join(folder, 'hub'),
      downloads: join(folder, 'downloads'),
      offline: false,
      xet: true,
      proxies: { http: undefined, https: undefined, except: [] },
      certificates: undefined,
      ...changes,
    };
  }

  static async open(endpoint: string, changes: Partial<HubEnvironment> = {}): Promise<Desk> {
    return new Desk(await mkdtemp(join(tmpdir(), 'turncoat-hub-')), endpoint, changes);
  }

  pull(reference: string, options: Partial<ResolveOptions> = {}): Promise<ResolvedModel> {
    const { environment } = this;
    return resolveModel(reference, { environment, patience: hasty, signal: new AbortController().signal, ...options });
  }

  /** Every file below the cache, links and locks too. */
  async files(): Promise<string[]> {
    const entries = await readdir(this.folder, { recursive: true, withFileTypes: true });
    return entries.filter(entry => !entry.isDirectory()).map(entry => join(entry.parentPath, entry.name));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** The error of something that must fail. */
export async function failure(work: Promise<unknown>): Promise<Error & { code?: string; hint?: string }> {
  try {
    await work;
  } catch (error) {
    return error as Error;
  }
  throw new Error('it did not fail');
}
