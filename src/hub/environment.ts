// Environment variables and the token file -> how to reach the Hub and where its files lie, as Python's huggingface_hub.
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../errors.ts';
import { atHome } from './places/home.ts';

export interface HubEnvironment {
  /** `https://huggingface.co`, without a slash at its end. */
  readonly endpoint: string;
  readonly token: string | undefined;
  /** Folder that holds `models--user--repo`. */
  readonly cache: string;
  /** Folder for files from plain https addresses. */
  readonly downloads: string;
  readonly offline: boolean;
  /** Large files go over Xet where the Hub offers it; false: always over plain https. */
  readonly xet: boolean;
  readonly proxies: Proxies;
  /** PEM file of the authorities that are trusted, in the place of Node's own; undefined: Node's. */
  readonly certificates: Named | undefined;
}

/** What a variable of the environment says, and which one it was. */
export interface Named {
  readonly from: string;
  readonly value: string;
}

export interface Proxies {
  readonly http: Named | undefined;
  readonly https: Named | undefined;
  /** Hosts that are reached without a proxy. */
  readonly except: readonly string[];
}

type Variables = Readonly<Record<string, string | undefined>>;

const set = (value: string | undefined): string | undefined =>
  value === undefined || value.trim() === '' ? undefined : value.trim();
const truthy = (value: string | undefined): boolean => /^(1|on|yes|true)$/i.test(value ?? '');

/** The first variable of these that is set. */
function named(variables: Variables, ...names: readonly string[]): Named | undefined {
  for (const from of names) {
    const value = set(variables[from]);
    if (value !== undefined) return { from, value };
  }
  return undefined;
}

/**
 * Reads HF_ENDPOINT, HF_TOKEN, HF_TOKEN_PATH, HF_HOME, HF_HUB_CACHE, HF_HUB_OFFLINE, HF_HUB_DISABLE_XET, the proxies'
 * variables and those that name certificates.
 * @throws UserError `bad-endpoint`
 */
export async function hubEnvironment(variables: Variables = process.env): Promise<HubEnvironment> {
  const path = (...names: readonly string[]) => {
    const found = named(variables, ...names);
    return found && atHome(found.value);
  };
  const caches = path('XDG_CACHE_HOME') ?? join(homedir(), '.cache');
  const home = path('HF_HOME') ?? join(caches, 'huggingface');
  const token = named(variables, 'HF_TOKEN', 'HUGGING_FACE_HUB_TOKEN')?.value;
  return {
    endpoint: endpointOf(set(variables.HF_ENDPOINT) ?? 'https://huggingface.co'),
    token: token ?? (await tokenFile(path('HF_TOKEN_PATH') ?? join(home, 'token'))),
    cache: path('HF_HUB_CACHE', 'HUGGINGFACE_HUB_CACHE') ?? join(home, 'hub'),
    downloads: join(caches, 'turncoat', 'downloads'),
    offline: truthy(variables.HF_HUB_OFFLINE) || truthy(variables.TRANSFORMERS_OFFLINE),
    xet: !truthy(variables.HF_HUB_DISABLE_XET),
    proxies: {
      http: named(variables, 'http_proxy', 'HTTP_PROXY', 'all_proxy', 'ALL_PROXY'),
      https: named(variables, 'https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'),
      except: (named(variables, 'no_proxy', 'NO_PROXY')?.value ?? '')
        .split(/[,\s]/)
        .map(host => host.trim().toLowerCase())
        .filter(Boolean),
    },
    certificates: named(variables, 'REQUESTS_CA_BUNDLE', 'CURL_CA_BUNDLE', 'SSL_CERT_FILE'),
  };
}

function endpointOf(address: string): string {
  if (URL.canParse(address) && /^https?:$/.test(new URL(address).protocol)) return address.replace(/\/+$/, '');
  throw new UserError('bad-endpoint', `HF_ENDPOINT is no address: ${address}`, 'set it to https://host, or unset it');
}

async function tokenFile(path: string): Promise<string | undefined> {
  try {
    return set(await readFile(path, 'utf8'));
  } catch {
    return undefined;
  }
}
