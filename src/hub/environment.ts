// Environment variables and the token file -> how to reach the Hub and where its files lie, as Python's huggingface_hub.
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

export interface HubEnvironment {
  /** `https://huggingface.co`, without a slash at its end. */
  readonly endpoint: string;
  readonly token: string | undefined;
  /** Folder that holds `models--user--repo`. */
  readonly cache: string;
  /** Folder for files from plain https addresses. */
  readonly downloads: string;
  readonly offline: boolean;
  readonly proxies: Proxies;
}

export interface Proxies {
  readonly http: string | undefined;
  readonly https: string | undefined;
  /** Hosts that are reached without a proxy. */
  readonly except: readonly string[];
}

type Variables = Readonly<Record<string, string | undefined>>;

const set = (value: string | undefined): string | undefined =>
  value === undefined || value.trim() === '' ? undefined : value.trim();
const truthy = (value: string | undefined): boolean => /^(1|on|yes|true)$/i.test(value ?? '');

/** Reads HF_ENDPOINT, HF_TOKEN, HF_TOKEN_PATH, HF_HOME, HF_HUB_CACHE, HF_HUB_OFFLINE and the proxies' variables. */
export async function hubEnvironment(variables: Variables = process.env): Promise<HubEnvironment> {
  const caches = set(variables.XDG_CACHE_HOME) ?? join(homedir(), '.cache');
  const home = set(variables.HF_HOME) ?? join(caches, 'huggingface');
  const token = set(variables.HF_TOKEN) ?? set(variables.HUGGING_FACE_HUB_TOKEN);
  return {
    endpoint: (set(variables.HF_ENDPOINT) ?? 'https://huggingface.co').replace(/\/+$/, ''),
    token: token ?? (await tokenFile(set(variables.HF_TOKEN_PATH) ?? join(home, 'token'))),
    cache: set(variables.HF_HUB_CACHE) ?? set(variables.HUGGINGFACE_HUB_CACHE) ?? join(home, 'hub'),
    downloads: join(caches, 'turncoat', 'downloads'),
    offline: truthy(variables.HF_HUB_OFFLINE),
    proxies: {
      http: set(variables.http_proxy) ?? set(variables.HTTP_PROXY),
      https: set(variables.https_proxy) ?? set(variables.HTTPS_PROXY),
      except: (set(variables.no_proxy) ?? set(variables.NO_PROXY) ?? '')
        .split(',')
        .map(host => host.trim().toLowerCase())
        .filter(Boolean),
    },
  };
}

async function tokenFile(path: string): Promise<string | undefined> {
  try {
    return set(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}
