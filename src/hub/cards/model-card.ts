// The README of a repository: what its author says of the model. Nice to have, so that its absence is no error.
import { readFile } from 'node:fs/promises';
import { RepositoryCache } from '../cache.ts';
import { type HubEnvironment, hubEnvironment } from '../environment.ts';
import { hubFetch } from '../transfer/transport.ts';

const longest = 1_000_000;
const patienceMs = 10_000;

export interface CardOptions {
  readonly signal: AbortSignal;
  readonly environment?: HubEnvironment | undefined;
}

/**
 * The text of a repository's model card at a commit, from the cache or the Hub.
 * @returns undefined when there is none, or it can't be had now
 */
export async function readModelCard(
  { repo, commit }: { readonly repo?: string | undefined; readonly commit?: string | undefined },
  { signal, environment: given }: CardOptions,
): Promise<string | undefined> {
  if (repo === undefined || commit === undefined) return undefined;
  const environment = given ?? (await hubEnvironment());
  const cached = await new RepositoryCache(environment.cache, repo).find(commit, 'README.md', undefined);
  if (cached !== undefined) return (await readFile(cached, 'utf8')).slice(0, longest);
  if (environment.offline) return undefined;
  const { endpoint, token } = environment;
  const fetch = hubFetch(environment, AbortSignal.any([signal, AbortSignal.timeout(patienceMs)]));
  try {
    const response = await fetch(`${endpoint}/${repo}/resolve/${commit}/README.md`, {
      headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    });
    return await firstCharacters(response);
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

async function firstCharacters(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk, { stream: true });
    if (text.length >= longest) break;
  }
  return text.slice(0, longest);
}
