// fetch for the Hub: tries again, stops with a signal, tells refusals apart, and keeps the token at home.
import { setTimeout as sleep } from 'node:timers/promises';
import { UserError } from '../../errors.ts';
import type { HubEnvironment } from '../environment.ts';
import { leavingFetch, proxyFor, shownProxy } from './leaving.ts';

/** How often and how long to wait; tests shorten it. */
export interface Patience {
  /** Tries in a row without any byte of progress. */
  readonly tries: number;
  readonly firstWaitMs: number;
  readonly longestWaitMs: number;
  /** A connection that brings nothing for so long is dropped. */
  readonly silenceMs: number;
  /** So long may pass until the first byte where there is another way. */
  readonly firstByteMs?: number | undefined;
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
  /** The most tries that make sense before anything was heard of it: nobody is there, or the network is not. */
  readonly most: number;

  constructor(message: string, waitMs?: number, most = Number.POSITIVE_INFINITY) {
    super(message);
    this.waitMs = waitMs;
    this.most = most;
  }
}

export type Fetch = typeof fetch;

/**
 * A fetch that adds the user's signal, removes the token from every request that does not go to the Hub itself, and
 * throws Refused or Unavailable instead of returning an error status. It does not try again by itself.
 */
export function hubFetch(environment: HubEnvironment, signal: AbortSignal): Fetch {
  const home = new URL(environment.endpoint).origin;
  const send = leavingFetch(environment);
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
      throw unreached(error, url, environment);
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

/** Errors of TLS that asking again does not mend. */
const certificateCodes =
  /^(SELF_SIGNED_CERT|DEPTH_ZERO_SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY)|CERT_|ERR_TLS_CERT|INVALID_CA|HOSTNAME_MISMATCH)/;
/** Nobody of that name, or nobody there. */
const absentCodes = new Set(['ENOTFOUND', 'ECONNREFUSED', 'ENETUNREACH', 'EHOSTUNREACH', 'EAI_AGAIN']);
/** Somebody is there who speaks another protocol: TLS against plain text, or no http at all. */
const strangeCodes = /^(EPROTO|ERR_SSL_|HPE_)/;

/** Why a request got no answer; what asking again can't mend is a UserError. */
function unreached(error: unknown, url: URL, environment: HubEnvironment): UserError | Unavailable {
  const causes = causesOf(error);
  const own = causes.find(one => one instanceof UserError);
  if (own !== undefined) return own;
  const code = codeOf(causes);
  const proxy = proxyFor(url, environment.proxies);
  const way = proxy === undefined ? '' : ` through the proxy of ${shownProxy(proxy)}`;
  const answer = causes.map(({ message }) => /\((\d{3})\)/.exec(message)?.[1]).find(Boolean);
  if (proxy !== undefined && answer !== undefined && answer < '500')
    return refusedByProxy(answer, url, shownProxy(proxy), proxy.from);
  if (code !== undefined && certificateCodes.test(code)) {
    const hint = `name your network's authority: SSL_CERT_FILE=corporate.pem, or NODE_EXTRA_CA_CERTS to add it to Node's own`;
    return new UserError(
      'bad-certificate',
      `${url.host} shows a certificate that is not trusted here (${code})${way}`,
      hint,
    );
  }
  const why = answer ?? code ?? refusedBeforehand(causes);
  return new Unavailable(`${url.host} can't be reached${way} (${why})`, undefined, mostTries(code));
}

/** Without a code nothing was sent: fetch itself refuses the port or the protocol, or goes no further. */
function mostTries(code: string | undefined): number | undefined {
  if (code === undefined || code === 'UND_ERR_CONNECT_TIMEOUT') return 1;
  return absentCodes.has(code) || strangeCodes.test(code) ? 2 : undefined;
}

/** `bad port`, `unknown scheme`, `redirect count exceeded`; nothing longer, which may hold an address. */
function refusedBeforehand(causes: readonly Error[]): string {
  const said = causes.at(-1)?.message ?? '';
  return /^[a-z ]{3,40}$/.test(said) ? said : 'no reason given';
}

function refusedByProxy(answer: string, { host }: URL, shown: string, from: string): UserError {
  const hint =
    answer === '407'
      ? `write name and password into it: ${from}=http://name:password@host:port`
      : `ask who runs it for access to ${host}, or set NO_PROXY=${host} where it is reached without`;
  const what = answer === '407' ? 'wants a name and a password (407)' : `refuses to connect to ${host} (${answer})`;
  return new UserError('proxy-refused', `the proxy of ${shown} ${what}`, hint);
}

/** An error and what caused it; of several tries at once, all. */
function causesOf(error: unknown): Error[] {
  if (!(error instanceof Error)) return [];
  const inner = error instanceof AggregateError ? error.errors : [];
  return [error, ...[error.cause, ...inner].flatMap(causesOf)];
}

/** What a network error says, without addresses that may hold a signature. */
function codeOf(causes: readonly Error[]): string | undefined {
  const codes = causes
    .flatMap(one => (one as NodeJS.ErrnoException).code ?? [])
    .filter(code => typeof code === 'string');
  return codes.at(-1);
}

/** Runs `attempt` again after waits that double, as long as it throws Unavailable. */
export async function persist<T>(attempt: () => Promise<T>, patience: Patience, signal: AbortSignal): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Unavailable)) throw error;
      if (tries >= Math.min(patience.tries, error.most)) throw gaveUp(error, tries);
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

/** @param error of the last try */
export function gaveUp(error: Unavailable, tries: number): UserError {
  const hint = Number.isFinite(error.most)
    ? 'check the network, HF_ENDPOINT and HTTPS_PROXY; HF_HUB_OFFLINE=1 takes what is on this machine'
    : 'try again later; what was downloaded is kept, and the same command goes on from there';
  const often = tries === 1 ? '' : `, ${tries} times in a row`;
  return new UserError('hub-unavailable', `${error.message}${often}`, hint);
}
