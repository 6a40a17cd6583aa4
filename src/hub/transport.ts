// fetch for the Hub: tries again, stops with a signal, tells refusals apart, and keeps the token at home.
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../errors.ts';
import type { HubEnvironment } from './environment.ts';
import { proxiedFetch } from './proxy.ts';

/** How often and how long to wait; tests shorten it. */
export interface Patience {
  /** Tries in a row without any byte of progress. */
  readonly tries: number;
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  /** A connection that brings nothing for so long is dropped. */
  readonly silenceMs: number;
}

export const usualPatience: Patience = { tries: 6, firstWaitMs: 1000, longestWaitMs: 30_000, silenceMs: 60_000 };

/** The server says no, and asking again won't help. */
export class Refused extends Error {
  readonly status: number;
  /** The Hub's X-Error-Code: `RepoNotFound`, `GatedRepo`, `RevisionNotFound`, `EntryNotFound`, or empty. */
  readonly code: string;

  constructor(status: number, code: string, host: string) {
    super(`${host} answered ${status}${code === '' ? '' : ` (${code})`}`);
    this.status = status;
    this.code = code;
  }
}

/** The server is busy or broken; asking again may help. */
export class Unavailable extends Error {
  readonly waitMs: number | undefined;

  constructor(message: string, waitMs?: number) {
    super(message);
    this.waitMs = waitMs;
  }
}

export type Fetch = typeof fetch;

/**
 * A fetch that adds the user's signal, removes the token from every request that does not go to the Hub itself, and
 * throws Refused or Unavailable instead of returning an error status. It does not try again by itself.
 */
export function hubFetch(environment: HubEnvironment, signal: AbortSignal): Fetch {
  const home = new URL(environment.endpoint).origin;
  const send = proxiedFetch(environment.proxies);
  return async (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const headers = new Headers(init.headers);
    headers.set('user-agent', 'turncoat');
    if (url.origin !== home && headers.get('authorization') === `Bearer ${environment.token}`)
      headers.delete('authorization');
    const signals = init.signal ? [signal, init.signal] : [signal];
    let response: Response;
    try {
      response = await send(url, { ...init, headers, signal: AbortSignal.any(signals) });
    } catch (error) {
      signal.throwIfAborted();
      throw new Unavailable(`${url.host} can't be reached (${causeOf(error)})`);
    }
    if (response.ok) return response;
    await response.body?.cancel().catch(() => {});
    throw refusal(response, url);
  };
}

function refusal({ status, headers }: Response, { host }: URL): Refused | Unavailable {
  if (status === 408 || status === 425 || status === 429 || status >= 500) {
    const seconds = Number(headers.get('retry-after') ?? Number.NaN);
    return new Unavailable(`${host} answered ${status}`, seconds >= 0 ? Math.min(seconds, 300) * 1000 : undefined);
  }
  return new Refused(status, headers.get('x-error-code') ?? '', host);
}

/** What a network error says, without addresses that may hold a signature. */
function causeOf(error: unknown): string {
  const cause = (error as Error).cause as NodeJS.ErrnoException | undefined;
  return cause?.code ?? (error as NodeJS.ErrnoException).code ?? (error as Error).name;
}

/** Runs `attempt` again after waits that double, as long as it throws Unavailable. */
export async function persist<T>(attempt: () => Promise<T>, patience: Patience, signal: AbortSignal): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      if (tries >= patience.tries) throw gaveUp(error, tries);
      await waitBefore(tries, error, patience, signal);
    }
  }
}

/** Waits longer each time, or as long as the server asked for, with some jitter so that many clients do not meet. */
export async function waitBefore(
  tries: number,
  error: Unavailable,
  patience: Patience,
  signal: AbortSignal,
): Promise<void> {
  const doubled = Math.min(patience.longestWaitMs, patience.firstWaitMs * 2 ** (tries - 1));
  await sleep((error.waitMs ?? doubled) * (1 + Math.random() / 4), undefined, { signal });
}

export function gaveUp(error: Error, tries: number): UserError {
  const hint = 'try again later; what was downloaded is kept, and the same command goes on from there';
  return new UserError('hub-unavailable', `${error.message}, ${tries} times in a row`, hint);
}
