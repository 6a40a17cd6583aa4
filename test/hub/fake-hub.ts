// A stand-in for the Hub on loopback: an origin for the API and another for the bytes, LFS and Xet, gating, pages, and
// faults that a test asks for.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** Something that goes wrong with requests whose address contains `match`, `times` times (usually once). */
export interface Fault {
  match: string;
  times?: number;
  status?: number;
  headers?: Record<string, string>;
  /** Cuts the connection after so many bytes of the body. */
  dropAfter?: number;
  /** Sends nothing more after so many bytes, and keeps the connection open. */
  stallAfter?: number;
  /** Flips a byte in the middle of the body. */
  corrupt?: boolean;
  ignoreRange?: boolean;
  /** Says nothing of the body's length. */
  chunked?: boolean;
  bytesPerSecond?: number;
}

export interface FakeHubOptions {
  readonly repos: Readonly<Record<string, Readonly<Record<string, Buffer>>>>;
  readonly xet?: boolean;
  /** Where Xet is said to be; default: where the bytes are. */
  readonly xetUrl?: string;
  /** false: model files are in git itself, without a sha256 in the metadata. */
  readonly lfs?: boolean;
  readonly pageSize?: number;
  readonly gated?: readonly string[];
  readonly token?: string;
}

interface Entry {
  readonly path: string;
  readonly data: Buffer;
  readonly sha256: string;
  readonly oid: string;
  readonly lfs: boolean;
}

interface Logged {
  readonly origin: 'hub' | 'cdn';
  readonly method: string;
  readonly url: string;
  readonly range: string | undefined;
  readonly authorization: string | undefined;
  /** Bytes of the body that were sent. */
  sent: number;
}

const digest = (algorithm: string, data: Buffer | string): string => createHash(algorithm).update(data).digest('hex');
const xorbChunk = 64 * 1024;

export class FakeHub implements AsyncDisposable {
  readonly faults: Fault[] = [];
  readonly log: Logged[] = [];
  readonly #options: FakeHubOptions;
  readonly #repos = new Map<string, { commit: string; entries: Map<string, Entry> }>();
  readonly #blobs = new Map<string, Entry>();
  readonly #hub: Server;
  readonly #cdn: Server;
  url = '';
  cdnUrl = '';

  private constructor(options: FakeHubOptions) {
    this.#options = options;
    for (const [name, files] of Object.entries(options.repos)) this.setRepo(name, files);
    this.#hub = createServer((request, response) => this.#serve('hub', request, response));
    this.#cdn = createServer((request, response) => this.#serve('cdn', request, response));
  }

  static async start(options: FakeHubOptions): Promise<FakeHub> {
    const hub = new FakeHub(options);
    for (const server of [hub.#hub, hub.#cdn])
      await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    const port = (server: Server) => (server.address() as AddressInfo).port;
    hub.url = `http://127.0.0.1:${port(hub.#hub)}`;
    hub.cdnUrl = `http://localhost:${port(hub.#cdn)}`;
    return hub;
  }

  /** Sets a repository's files: a new commit on main. */
  setRepo(name: string, files: Readonly<Record<string, Buffer>>): string {
    const entries = new Map<string, Entry>();
    for (const [path, data] of Object.entries(files)) {
      const lfs = path.endsWith('.gguf') && this.#options.lfs !== false;
      const entry = {
        path,
        data,
        lfs,
        sha256: digest('sha256', data),
        oid: digest('sha1', Buffer.concat([Buffer.from(`blob ${data.length}\0`), data])),
      };
      entries.set(path, entry);
      this.#blobs.set(entry.sha256, entry);
    }
    const commit = digest('sha1', name + [...entries.values()].map(({ oid, path }) => path + oid).join());
    this.#repos.set(name, { commit, entries });
    return commit;
  }

  /** Bytes sent of bodies, probes of one byte left out. */
  bytesSent(origin: 'hub' | 'cdn'): number {
    return this.log.filter(entry => entry.origin === origin && entry.sent > 1).reduce((sum, { sent }) => sum + sent, 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const server of [this.#hub, this.#cdn]) {
      server.closeAllConnections();
      await new Promise(resolve => server.close(resolve));
    }
  }

  async #serve(origin: 'hub' | 'cdn', request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url = '', method = '' } = request;
    const { range, authorization } = request.headers;
    const logged: Logged = { origin, method, url, range, authorization, sent: 0 };
    this.log.push(logged);
    const fault = this.#fault(`${origin}:${url}`);
    if (fault?.status !== undefined) return void response.writeHead(fault.status, fault.headers).end('injected');
    try {
      if (origin === 'hub') await this.#serveHub(new URL(url, this.url), request, response, logged, fault);
      else await this.#serveCdn(new URL(url, this.cdnUrl), request, response, logged, fault);
    } catch {
      response.destroy();
    }
  }

  #fault(address: string): Fault | undefined {
    const fault = this.faults.find(({ match, times = 1 }) => times > 0 && address.includes(match));
    if (fault !== undefined) fault.times = (fault.times ?? 1) - 1;
    return fault;
  }

  async #serveHub(
    url: URL,
    request: IncomingMessage,
    response: ServerResponse,
    logged: Logged,
    fault?: Fault,
  ): Promise<void> {
    const api = /^\/api\/models\/([^/]+\/[^/]+)(?:\/(revision|tree|xet-read-token)\/([^/]+))?$/.exec(url.pathname);
    const file = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(url.pathname);
    const name = api?.[1] ?? file?.[1] ?? '';
    const repo = this.#repos.get(name);
    const { authorization } = request.headers;
    if (repo === undefined) return refuse(response, authorization ? 404 : 401, 'RepoNotFound');
    const { gated = [], token } = this.#options;
    if (gated.includes(name) && authorization !== `Bearer ${token}`)
      return refuse(response, authorization ? 403 : 401, 'GatedRepo');
    const revision = decodeURIComponent(api?.[3] ?? file?.[2] ?? 'main');
    if (!['main', 'HEAD', 'v1', repo.commit].includes(revision)) return refuse(response, 404, 'RevisionNotFound');
    if (file) return this.#serveFile(repo, decodeURIComponent(file[3] as string), request, response, logged, fault);
    if (api?.[2] === 'tree') return this.#serveTree(repo, url, response);
    if (api?.[2] === 'xet-read-token') {
      return json(response, {
        accessToken: 'xet-jwt',
        exp: Math.floor(Date.now() / 1000) + 3600,
        casUrl: this.#options.xetUrl ?? this.cdnUrl,
      });
    }
    return json(response, {
      _id: '1',
      id: name,
      sha: repo.commit,
      private: false,
      gated: false,
      downloads: 0,
      likes: 0,
      lastModified: '2026-01-01T00:00:00.000Z',
    });
  }

  #serveTree(repo: { entries: Map<string, Entry> }, url: URL, response: ServerResponse): void {
    const { pageSize = 1000, xet } = this.#options;
    const items = [...repo.entries.values()].map(({ path, data, oid, lfs, sha256 }) => ({
      type: 'file',
      path,
      oid,
      size: data.length,
      ...(lfs && { lfs: { oid: sha256, size: data.length, pointerSize: 135 } }),
      ...(lfs && xet && { xetHash: sha256 }),
    }));
    const at = Number(url.searchParams.get('cursor') ?? 0);
    const next = new URL(url);
    next.searchParams.set('cursor', String(at + pageSize));
    json(
      response,
      items.slice(at, at + pageSize),
      at + pageSize < items.length ? { link: `<${next.href}>; rel="next"` } : {},
    );
  }

  async #serveFile(
    repo: { commit: string; entries: Map<string, Entry> },
    path: string,
    request: IncomingMessage,
    response: ServerResponse,
    logged: Logged,
    fault?: Fault,
  ): Promise<void> {
    const entry = repo.entries.get(path);
    if (entry === undefined) return refuse(response, 404, 'EntryNotFound');
    if (!entry.lfs) return sendBody(request, response, entry.data, { etag: `"${entry.oid}"` }, logged, fault);
    const linked = { 'x-linked-size': String(entry.data.length), 'x-linked-etag': `"${entry.sha256}"` };
    if (this.#options.xet && request.headers.accept?.includes('xet-fileinfo')) {
      const link = `<${this.url}/api/models/${[...this.#repos.keys()][0]}/xet-read-token/${repo.commit}>; rel="xet-auth", <${this.#options.xetUrl ?? this.cdnUrl}/v1/reconstructions/${entry.sha256}>; rel="xet-reconstruction-info"`;
      return json(
        response,
        {},
        {
          ...linked,
          link,
          'x-xet-hash': entry.sha256,
          etag: entry.sha256,
          'content-type': 'application/vnd.xet-fileinfo+json',
        },
      );
    }
    response.writeHead(302, { ...linked, location: `${this.cdnUrl}/blob/${entry.sha256}?signature=secret` }).end();
  }

  async #serveCdn(
    url: URL,
    request: IncomingMessage,
    response: ServerResponse,
    logged: Logged,
    fault?: Fault,
  ): Promise<void> {
    const [, kind, name = ''] = /\/(blob|reconstructions|xorb)\/([0-9a-f]{64})$/.exec(url.pathname) ?? [];
    const entry = this.#blobs.get(name);
    if (entry === undefined) return refuse(response, 404, '');
    if (kind === 'blob') return sendBody(request, response, entry.data, { etag: '"other"' }, logged, fault);
    if (kind === 'xorb') return sendBody(request, response, xorb(entry.data), {}, logged, fault);
    json(
      response,
      reconstruction(entry, request.headers.range, `${this.cdnUrl}/xorb/${name}`, url.pathname.startsWith('/v2')),
    );
  }
}

/** Xet: the file as one run of stored chunks, each behind 8 bytes of header. */
function xorb(data: Buffer): Buffer {
  const parts: Buffer[] = [];
  for (let at = 0; at < data.length; at += xorbChunk) {
    const chunk = data.subarray(at, at + xorbChunk);
    const header = Buffer.alloc(8);
    header.writeUIntLE(chunk.length, 1, 3);
    header.writeUIntLE(chunk.length, 5, 3);
    parts.push(header, chunk);
  }
  return Buffer.concat(parts);
}

function reconstruction({ data, sha256 }: Entry, range: string | undefined, url: string, second: boolean): unknown {
  const [, from, to] = /bytes=(\d+)-(\d+)/.exec(range ?? '') ?? [undefined, '0', String(data.length - 1)];
  const start = Number(from);
  const end = Math.min(Number(to), data.length - 1);
  const [first, last] = [Math.floor(start / xorbChunk), Math.floor(end / xorbChunk) + 1];
  const bytes = {
    start: first * (xorbChunk + 8),
    end: Math.min(last * (xorbChunk + 8), data.length + 8 * Math.ceil(data.length / xorbChunk)) - 1,
  };
  const chunks = { start: first, end: last };
  const length = Math.min(last * xorbChunk, data.length) - first * xorbChunk;
  const common = {
    offset_into_first_range: start - first * xorbChunk,
    terms: [{ hash: sha256, unpacked_length: length, range: chunks }],
  };
  if (second) return { ...common, xorbs: { [sha256]: [{ url, ranges: [{ chunks, bytes }] }] } };
  return { ...common, fetch_info: { [sha256]: [{ range: chunks, url, url_range: bytes }] } };
}

function json(response: ServerResponse, value: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(200, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
}

function refuse(response: ServerResponse, status: number, code: string): void {
  response
    .writeHead(status, { 'content-type': 'application/json', 'x-error-code': code })
    .end(JSON.stringify({ error: code }));
}

async function sendBody(
  request: IncomingMessage,
  response: ServerResponse,
  data: Buffer,
  headers: Record<string, string>,
  logged: Logged,
  fault?: Fault,
): Promise<void> {
  const range = fault?.ignoreRange || fault?.chunked ? null : /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  const start = Number(range?.[1] ?? 0);
  const end = range?.[2] ? Math.min(Number(range[2]) + 1, data.length) : data.length;
  const body = Buffer.from(data.subarray(start, end));
  if (fault?.corrupt) body[body.length >> 1] = (body[body.length >> 1] as number) ^ 0xff;
  const partial = range ? { 'content-range': `bytes ${start}-${end - 1}/${data.length}` } : {};
  response.writeHead(range ? 206 : 200, {
    ...headers,
    ...partial,
    'accept-ranges': 'bytes',
    ...(!fault?.chunked && { 'content-length': String(body.length) }),
  });
  const limit = fault?.dropAfter ?? fault?.stallAfter ?? Number.POSITIVE_INFINITY;
  const step = fault?.bytesPerSecond ? Math.ceil(fault.bytesPerSecond / 50) : 65_536;
  for (let at = 0; at < body.length && !response.destroyed; at += step) {
    const piece = body.subarray(at, Math.min(at + step, limit));
    await new Promise(resolve => response.write(piece, resolve));
    logged.sent += piece.length;
    if (at + step >= limit) {
      if (fault?.stallAfter !== undefined) return;
      // Lets what was written reach the other side before the connection is cut.
      await sleep(30);
      response.destroy();
      return;
    }
    if (fault?.bytesPerSecond) await sleep(20);
  }
  response.end();
}
