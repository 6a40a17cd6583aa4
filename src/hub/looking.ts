// What a user who asks what is wrong wants to know of the way to the Hub and of the places of models; nothing is changed.
import { constants } from 'node:fs';
import { access, lstat, readdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { HubEnvironment } from './environment.ts';
import { places } from './places/index.ts';
import type { Place } from './places/place.ts';
import { checkProxy, shownProxy, trustedAuthorities } from './transfer/leaving.ts';
import { hubFetch, Refused } from './transfer/transport.ts';

/** A place where models lie. */
export interface ModelFolder {
  readonly title: string;
  readonly folder: string;
  /** Whether turncoat ever writes there. */
  readonly ours: boolean;
  readonly exists: boolean;
  /** It can be written, or made where it does not exist. */
  readonly writable: boolean;
  readonly bytes: number;
  /** false: there is more in it than was counted. */
  readonly counted: boolean;
}

/** Files that are counted at most: a cache of millions on a network's disk would take minutes. */
const mostEntries = 50_000;

export async function modelFolders(
  environment: Pick<HubEnvironment, 'cache' | 'downloads'>,
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Promise<ModelFolder[]> {
  const own = [
    { title: 'Hugging Face', folder: environment.cache, ours: true },
    { title: 'downloads', folder: environment.downloads, ours: true },
  ];
  const others = Object.values<Place>(places).map(async place => {
    const roots = await place.roots(variables);
    return roots.map(folder => ({ title: place.title, folder, ours: false }));
  });
  return await Promise.all([...own, ...(await Promise.all(others)).flat()].map(looked));
}

async function looked(one: Pick<ModelFolder, 'title' | 'folder' | 'ours'>): Promise<ModelFolder> {
  const exists = await can(one.folder, constants.F_OK);
  const size = exists ? await sizeOf(one.folder) : { bytes: 0, counted: true };
  const lies = await existing(one.folder);
  const writable = (await stat(lies)).isDirectory() && (await can(lies, constants.W_OK));
  return { ...one, exists, writable, ...size };
}

/** The folder itself, or the nearest above it that is there. */
export async function existing(folder: string): Promise<string> {
  const above = dirname(folder);
  return above === folder || (await can(folder, constants.F_OK)) ? folder : await existing(above);
}

const can = (path: string, how: number): Promise<boolean> =>
  access(path, how).then(
    () => true,
    () => false,
  );

/** Links are not followed. */
async function sizeOf(root: string): Promise<Pick<ModelFolder, 'bytes' | 'counted'>> {
  let [bytes, entries] = [0, 0];
  const open = [root];
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    for (const entry of await readdir(folder, { withFileTypes: true }).catch(() => [])) {
      if (++entries > mostEntries) return { bytes, counted: false };
      const path = join(folder, entry.name);
      if (entry.isDirectory()) open.push(path);
      else if (entry.isFile()) bytes += (await lstat(path).catch(() => undefined))?.size ?? 0;
    }
  }
  return { bytes, counted: true };
}

/** How requests leave this machine, without passwords. */
export interface WayOut {
  readonly proxies: readonly string[];
  /** Hosts that are reached without. */
  readonly except: readonly string[];
  /** Variable and file of certificates that are trusted in the place of Node's own, or beside them. */
  readonly certificates: readonly { readonly from: string; readonly value: string; readonly count: number }[];
}

/** @throws UserError `bad-proxy`, `proxy-unsupported`, `bad-certificates` */
export async function wayOut({ proxies, certificates }: HubEnvironment): Promise<WayOut> {
  const named = [proxies.https, proxies.http].flatMap(proxy => proxy ?? []);
  for (const proxy of named) checkProxy(proxy);
  return {
    proxies: [...new Set(named.map(shownProxy))],
    except: proxies.except,
    certificates: await trustedAuthorities(certificates),
  };
}

/** What the Hub says to a first question. */
export type HubAnswer =
  | { readonly state: 'reached' }
  /** It is there, and the token is none of its. */
  | { readonly state: 'token-refused' }
  | { readonly state: 'refused'; readonly why: string }
  | { readonly state: 'silent' };

/** @throws UserError, or an error that says why nothing was reached */
export async function askHub(environment: HubEnvironment, patienceMs: number, signal: AbortSignal): Promise<HubAnswer> {
  const { endpoint, token } = environment;
  const late = AbortSignal.timeout(patienceMs);
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  try {
    const path = token === undefined ? '/api/models?limit=1' : '/api/whoami-v2';
    const response = await hubFetch(environment, AbortSignal.any([signal, late]))(`${endpoint}${path}`, { headers });
    await response.body?.cancel();
    return { state: 'reached' };
  } catch (error) {
    signal.throwIfAborted();
    if (late.aborted) return { state: 'silent' };
    if (!(error instanceof Refused)) throw error;
    return token !== undefined && (error.status === 401 || error.status === 403)
      ? { state: 'token-refused' }
      : { state: 'refused', why: error.message };
  }
}
