// How a model wants to be sampled, as a file beside it or in its repository says. That there is none is no error here.
import { mkdir, rename, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { UserError } from '../../errors.ts';
import { RepositoryCache } from '../cache.ts';
import { hubEnvironment } from '../environment.ts';
import type { CardOptions } from './model-card.ts';
import { boundsOf } from '../places/folder.ts';
import { inside, smallText } from '../places/place.ts';
import { gaveUp, hubFetch, Refused, Unavailable } from '../transfer/transport.ts';

const name = 'generation_config.json';
const mostBytes = 100_000;
const patienceMs = 10_000;

/** A text, and where it was found. */
export interface FoundText {
  readonly text: string;
  readonly from: string;
}

/** What is known of where a model lies. */
export interface Whereabouts {
  readonly path: string;
  readonly repo?: string | undefined;
  readonly commit?: string | undefined;
  /** A file that another program's store keeps for it. */
  readonly sampling?: string | undefined;
}

/**
 * The text that a store keeps for the model, else `generation_config.json` beside it, in the cache, or on the Hub.
 * @returns undefined where there is none, or this is offline
 * @throws UserError `hub-unavailable`, `leads-out`
 */
export async function readGenerationConfig(model: Whereabouts, options: CardOptions): Promise<FoundText | undefined> {
  const { path, repo, commit, sampling } = model;
  if (sampling !== undefined) return await found(sampling, dirname(sampling));
  const beside = await found(join(dirname(path), name), boundsOf(dirname(path)));
  if (beside !== undefined || repo === undefined || commit === undefined) return beside;
  const environment = options.environment ?? (await hubEnvironment());
  const cache = new RepositoryCache(environment.cache, repo);
  const cached = cache.snapshot(commit, name);
  const known = await found(cached, cache.folder);
  if (known !== undefined || environment.offline) return known;
  const { endpoint, token } = environment;
  const signal = AbortSignal.any([options.signal, AbortSignal.timeout(patienceMs)]);
  try {
    const response = await hubFetch(environment, signal)(`${endpoint}/${repo}/resolve/${commit}/${name}`, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
    const text = await bounded(response);
    if (text === undefined) return undefined;
    await keep(cached, text);
    return { text, from: `${name} of ${repo}` };
  } catch (error) {
    options.signal.throwIfAborted();
    if (error instanceof Refused) return undefined;
    if (error instanceof UserError) throw error;
    // Nobody was asked: that is not the same as that there is none.
    throw gaveUp(error instanceof Unavailable ? error : new Unavailable(`${repo} did not send its ${name}`), 1);
  }
}

async function found(path: string, bounds: string): Promise<FoundText | undefined> {
  const real = await inside(bounds, path);
  return real === undefined ? undefined : { text: await smallText(real, mostBytes), from: path };
}

async function bounded(response: Response): Promise<string | undefined> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length > mostBytes) return undefined;
  }
  return text;
}

/** For the next time, when there may be no network. */
async function keep(path: string, text: string): Promise<void> {
  try {
    await mkdir(dirname(path), { recursive: true });
    const temporary = `${path}.${process.pid}.tmp`;
    await writeFile(temporary, text);
    await rename(temporary, path);
  } catch {
    // A cache that can't be written to is no reason to stop.
  }
}
