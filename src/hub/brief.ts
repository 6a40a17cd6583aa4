// Asking the Hub where it can add nothing but a warning: what is wanted lies here already, whole, and its hash says that it is
// what was pinned. So it is asked once, and not waited for.
import { UserError } from '../errors.ts';
import { type HubAccess, type Repository, readRepository } from './repository.ts';
import { hubFetch } from './transfer/transport.ts';

/** How long the Hub may take to answer. */
const briefMs = 1000;
const stepMs = 100;

/** As readRepository; the Hub's silence is the error `hub-silent`. */
export async function askBriefly(access: HubAccess, repo: string, revision: string): Promise<Repository> {
  const { environment, signal, patience } = access;
  const late = new AbortController();
  const either = AbortSignal.any([signal, late.signal]);
  const send = hubFetch(environment, either);
  let timer: ReturnType<typeof setInterval> | undefined;
  let waitedMs = 0;
  // In steps, from the first request on: what a busy machine takes to come round is not the Hub's silence.
  const wait = () => {
    waitedMs += stepMs;
    if (waitedMs >= briefMs) late.abort();
  };
  const fetch: HubAccess['fetch'] = (input, init) => {
    timer ??= setInterval(wait, stepMs);
    return send(input, init);
  };
  const brief = { ...access, signal: either, fetch, patience: { ...patience, tries: 1 } };
  try {
    return await readRepository(brief, repo, revision);
  } catch (error) {
    signal.throwIfAborted();
    if (!late.signal.aborted) throw error;
    const message = `${new URL(environment.endpoint).host} did not answer within ${briefMs / 1000} s`;
    throw new UserError('hub-silent', message, 'try again later', {}, error);
  } finally {
    clearInterval(timer);
  }
}

const unaskedCodes = new Set([
  'hub-silent',
  'hub-unavailable',
  'bad-certificate',
  'proxy-refused',
  'proxy-unsupported',
]);

/** Why nobody could be asked; undefined where the answer was no. */
export function unasked(error: unknown): string | undefined {
  return error instanceof UserError && unaskedCodes.has(error.code) ? error.message : undefined;
}
