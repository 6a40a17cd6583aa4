// fetch through HTTPS_PROXY and HTTP_PROXY. Node 20's own fetch ignores them, so such requests go over node:https.
import { type ClientRequest, type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { Readable } from 'node:stream';
import { connect as tlsConnect, type TLSSocket } from 'node:tls';
import type { Proxies } from './environment.ts';

const mostRedirects = 10;

/** The platform's fetch where no proxy is set; else one that tunnels https and forwards http. */
export function proxiedFetch(proxies: Proxies): typeof fetch {
  if (proxies.http === undefined && proxies.https === undefined) return fetch;
  return async (input, init = {}) => {
    let url = new URL(input instanceof Request ? input.url : input);
    const headers = new Headers(init.headers);
    for (let redirects = 0; redirects <= mostRedirects; redirects++) {
      const proxy = proxyFor(url, proxies);
      const options = { ...init, headers, redirect: 'manual' as const };
      const response = proxy === undefined ? await fetch(url, options) : await sendThrough(proxy, url, options);
      const location = response.headers.get('location');
      if (response.status < 300 || response.status >= 400 || location === null || init.redirect === 'manual')
        return response;
      await response.body?.cancel();
      const next = new URL(location, url);
      if (next.origin !== url.origin) for (const name of ['authorization', 'cookie']) headers.delete(name);
      url = next;
    }
    throw new TypeError('too many redirects');
  };
}

/** The proxy for an address; undefined for hosts that are excepted and their subdomains. */
export function proxyFor(url: URL, proxies: Proxies): URL | undefined {
  const host = url.hostname.toLowerCase();
  const excepted = proxies.except.some(name => {
    const bare = name.replace(/^\*?\./, '').replace(/:\d+$/, '');
    return name === '*' || host === bare || host.endsWith(`.${bare}`);
  });
  const proxy = url.protocol === 'https:' ? proxies.https : proxies.http;
  if (excepted || proxy === undefined) return undefined;
  return new URL(/^\w+:\/\//.test(proxy) ? proxy : `http://${proxy}`);
}

async function sendThrough(proxy: URL, url: URL, init: RequestInit): Promise<Response> {
  const headers = Object.fromEntries(new Headers(init.headers));
  const options = { method: init.method ?? 'GET', headers, ...(init.signal && { signal: init.signal }) };
  const body = init.body === undefined || init.body === null ? undefined : String(init.body);
  if (url.protocol === 'http:') {
    const forwarded = { ...headers, host: url.host, ...proxyAuthorization(proxy) };
    const path = { host: proxy.hostname, port: proxy.port || 80, path: url.href };
    return responseOf(httpRequest({ ...options, headers: forwarded, ...path }), body, url);
  }
  const socket = await tunnel(proxy, url, init.signal ?? undefined);
  // Without an agent: with one, even `agent: false`, Node ignores `createConnection` and goes around the tunnel.
  return responseOf(httpsRequest(url, { ...options, createConnection: () => socket }), body, url);
}

/** A TLS connection to the address's host inside a CONNECT tunnel. */
function tunnel(proxy: URL, url: URL, signal: AbortSignal | undefined): Promise<TLSSocket> {
  const send = proxy.protocol === 'https:' ? httpsRequest : httpRequest;
  const target = `${url.hostname}:${url.port || 443}`;
  return new Promise((resolve, reject) => {
    const connection = send(proxy, {
      method: 'CONNECT',
      path: target,
      headers: { host: target, ...proxyAuthorization(proxy) },
      agent: false,
      ...(signal && { signal }),
    });
    connection.once('error', reject);
    connection.once('response', ({ statusCode }) => reject(new TypeError(`the proxy answered ${statusCode}`)));
    connection.once('connect', ({ statusCode }, socket) => {
      if (statusCode !== 200) {
        socket.destroy();
        return reject(new TypeError(`the proxy answered ${statusCode}`));
      }
      const secure = tlsConnect({ socket, servername: url.hostname }, () => resolve(secure));
      secure.once('error', reject);
      // Or the connection to the proxy outlives the request, and the program with it.
      secure.once('close', () => socket.destroy());
    });
    connection.end();
  });
}

function proxyAuthorization({ username, password }: URL): Record<string, string> {
  if (username === '') return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { 'proxy-authorization': `Basic ${Buffer.from(pair).toString('base64')}` };
}

function responseOf(request: ClientRequest, body: string | undefined, url: URL): Promise<Response> {
  return new Promise((resolve, reject) => {
    request.once('error', reject);
    request.once('response', (message: IncomingMessage) => {
      const status = message.statusCode ?? 502;
      const headers = new Headers();
      for (const [name, value] of Object.entries(message.headers)) {
        for (const one of [value].flat()) if (one !== undefined) headers.append(name, one);
      }
      const empty = status === 204 || status === 304 || request.method === 'HEAD';
      const content = empty ? null : (Readable.toWeb(message) as unknown as ReadableStream<Uint8Array>);
      if (empty) message.resume();
      const response = new Response(content, { status, headers });
      Object.defineProperty(response, 'url', { value: url.href });
      resolve(response);
    });
    request.end(body);
  });
}
