// How requests leave this machine: through which proxy, and which certificates are trusted. Where nothing is asked for that
// is the platform's fetch; else undici's, which is the same with an agent that knows proxies.
import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { UserError } from '../../errors.ts';
import type { HubEnvironment, Named, Proxies } from '../environment.ts';
import { atHome } from '../places/home.ts';

type Fetch = typeof fetch;

/** A server that is not there is given up on after this. */
const connectMs = 10_000;

/** One for an environment: its agent keeps connections. */
const known = new WeakMap<HubEnvironment, Promise<Fetch>>();

/**
 * The fetch of an environment. It throws UserError `proxy-unsupported`, `bad-proxy`, `bad-certificates`, also as the cause
 * of a TypeError.
 */
export function leavingFetch(environment: HubEnvironment): Fetch {
  return async (input, init) => {
    const made = known.get(environment) ?? makeFetch(environment);
    known.set(environment, made);
    return await (await made)(input, init);
  };
}

async function makeFetch({ proxies, certificates }: HubEnvironment): Promise<Fetch> {
  const { http, https } = proxies;
  if (http === undefined && https === undefined && certificates === undefined) return fetch;
  const tls = certificates === undefined ? {} : { ca: await authorities(certificates) };
  // Loaded where it is needed: most machines have neither a proxy nor certificates of their own.
  const { Agent, ProxyAgent, fetch: send } = await import('undici');
  const straight = new Agent({ connect: { ...tls, timeout: connectMs } });
  const through = new Map<Named, InstanceType<typeof ProxyAgent>>();
  const agentFor = (origin: URL) => {
    const proxy = proxyFor(origin, proxies);
    if (proxy === undefined) return straight;
    const address = addressOf(proxy);
    checkProtocol(proxy, address);
    const agent =
      through.get(proxy) ??
      new ProxyAgent({
        uri: address.href,
        ...passwordOf(address),
        requestTls: tls,
        proxyTls: { ...tls, timeout: connectMs },
        // Plain http is forwarded: proxies that open tunnels to port 443 alone are common.
        proxyTunnel: false,
      });
    through.set(proxy, agent);
    return agent;
  };
  // Redirects lead to other hosts, each with its own way out.
  const dispatcher = straight.compose(
    () => (options, handler) => agentFor(new URL(String(options.origin))).dispatch(options, handler),
  );
  return ((input: string, init?: RequestInit) => send(input, { ...init, dispatcher } as object)) as Fetch;
}

/** Proxies whose name is a token have no password; undici sends none of it then. */
function passwordOf({ username, password }: URL): { token?: string } {
  if (username === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { token: `Basic ${Buffer.from(pair).toString('base64')}` };
}

/** The proxy for an address; undefined for hosts that are excepted and their subdomains. */
export function proxyFor(url: URL, { http, https, except }: Proxies): Named | undefined {
  const [host, port] = [url.hostname.toLowerCase(), url.port || (url.protocol === 'https:' ? '443' : '80')];
  const excepted = except.some(name => {
    const [, bare = name, only] = /^(.+?)(?::(\d+))?$/.exec(name.replace(/^\*?\./, '')) ?? [];
    return name === '*' || ((only === undefined || only === port) && (host === bare || host.endsWith(`.${bare}`)));
  });
  return excepted ? undefined : url.protocol === 'https:' ? https : http;
}

/** A proxy without its password, as people see it. */
export const shownProxy = (proxy: Named): string => `${proxy.from} (${addressOf(proxy).host})`;

/** @throws UserError `bad-proxy`, `proxy-unsupported` */
export const checkProxy = (proxy: Named): void => checkProtocol(proxy, addressOf(proxy));

function addressOf({ from, value }: Named): URL {
  try {
    return new URL(/^\w+:\/\//.test(value) ? value : `http://${value}`);
  } catch {
    // It may hold a password.
    throw new UserError('bad-proxy', `${from} is not an address`, `set ${from} to http://host:port`);
  }
}

function checkProtocol({ from }: Named, { protocol, host }: URL): void {
  if (protocol === 'http:' || protocol === 'https:') return;
  const kind = protocol.startsWith('socks') ? 'a SOCKS proxy' : 'no http proxy';
  const hint = 'set HTTPS_PROXY to an http proxy, or NO_PROXY to the hosts that need none';
  const message = `${from}: ${protocol}//${host} is ${kind}, and turncoat goes through http proxies alone`;
  throw new UserError('proxy-unsupported', message, hint);
}

/** Files of authorities that are named, each with how many it holds. @throws UserError `bad-certificates` */
export async function trustedAuthorities(named: Named | undefined): Promise<(Named & { readonly count: number })[]> {
  const extra = process.env.NODE_EXTRA_CA_CERTS;
  const more = extra === undefined || extra === '' ? [] : [{ from: 'NODE_EXTRA_CA_CERTS', value: extra }];
  const all = [...(named === undefined ? [] : [named]), ...more];
  return await Promise.all(all.map(async one => ({ ...one, count: (await readPem(one)).length })));
}

/** Authorities of a PEM file, and those of NODE_EXTRA_CA_CERTS, which Node adds to its own alone. */
async function authorities(named: Named): Promise<string[]> {
  const extra = process.env.NODE_EXTRA_CA_CERTS;
  const more = extra === undefined || extra === '' ? [] : await readPem({ from: 'NODE_EXTRA_CA_CERTS', value: extra });
  return [...(await readPem(named)), ...more];
}

/** @throws UserError `bad-certificates` */
async function readPem({ from, value }: Named): Promise<string[]> {
  const hint = `set ${from} to a PEM file of certificates, or unset it`;
  let text: string;
  try {
    text = await readFile(atHome(value), 'utf8');
  } catch (error) {
    throw new UserError(
      'bad-certificates',
      `${from}: ${value} can't be read (${(error as NodeJS.ErrnoException).code})`,
      hint,
    );
  }
  const found = text.match(/-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g) ?? [];
  const good = found.filter(isCertificate);
  if (good.length > 0) return good;
  throw new UserError('bad-certificates', `${from}: ${value} holds no certificate`, hint);
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).raw.length > 0;
  } catch {
    return false;
  }
}
