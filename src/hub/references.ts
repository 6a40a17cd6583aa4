// A model as the user names it -> where it is: a local file, another program's store, a repository on the Hub, or an address.
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UserError } from '../errors.ts';
import { splitAdapted } from '../records/adapted.ts';
import { atHome } from './places/home.ts';
import { placeIn, type PlaceName } from './places/index.ts';

export type Reference =
  | { readonly kind: 'local'; readonly path: string }
  /** Where another program keeps it on this machine. */
  | { readonly kind: 'place'; readonly place: PlaceName; readonly name: string }
  | {
      readonly kind: 'hub';
      /** `user/repo`. */
      readonly repo: string;
      /** Branch, tag or commit. */
      readonly revision: string;
      readonly wanted: Wanted;
    }
  | { readonly kind: 'url'; readonly url: URL };

/** Which file of a repository: by path, by quantisation, or the usual one. */
export type Wanted =
  | { readonly by: 'file'; readonly file: string }
  | { readonly by: 'tag'; readonly tag: string }
  | { readonly by: 'default' };

const hint = 'write hf:user/repo:Q4_K_M, hf:user/repo/file.gguf#revision, ollama:name:tag, an https address, or a path';
const hosts = ['hf.co', 'huggingface.co', 'www.huggingface.co'];

/**
 * Reads a reference: `hf:user/repo[:TAG][#revision]`, `hf:user/repo/path/file.gguf[#revision]`, `hf.co/…`, an address of
 * the Hub or of another server, `ollama:name:tag` and the like (./places/), `file://…`, or a local path.
 * @param endpoint the Hub in use, whose addresses count as the Hub's
 * @throws UserError `bad-reference`
 */
export function parseReference(text: string, endpoint = 'https://huggingface.co'): Reference {
  const short = /^hf:(?:\/\/)?(.*)$/s.exec(text)?.[1] ?? hosts.flatMap(host => afterHost(text, host))[0];
  if (short !== undefined) return hubReference(text, short);
  const placed = placeIn(text);
  if (placed !== undefined) return { kind: 'place', ...placed };
  if (/^file:/i.test(text)) return { kind: 'local', path: pathOf(text) };
  if (!/^https?:\/\//i.test(text)) return { kind: 'local', path: atHome(text) };
  const url = addressOf(text);
  const hub = new URL(endpoint);
  if (url.host === hub.host || (hosts.includes(url.host) && url.protocol === 'https:'))
    return hubAddress(text, url, hub);
  return { kind: 'url', url };
}

/** Of a `file://` address. */
function pathOf(text: string): string {
  try {
    return fileURLToPath(text);
  } catch {
    const why = 'it is no address of a file on this machine';
    throw new UserError(
      'bad-reference',
      `${text} is not a model reference: ${why}`,
      'write file:///absolute/path.gguf',
    );
  }
}

function afterHost(text: string, host: string): string[] {
  return text.startsWith(`${host}/`) ? [text.slice(host.length + 1)] : [];
}

function addressOf(text: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw bad(text, 'it is not an address');
  }
  if (url.username !== '' || url.password !== '') throw bad(`${url.protocol}//…@${url.host}`, 'it holds a password');
  return url;
}

/** `user/repo[:tag][@revision][/path][#revision]`. */
function hubReference(text: string, short: string): Reference {
  const [address = '', revision, ...more] = short.split('#');
  if (more.length > 0) throw bad(text, 'it has two #');
  const [user = '', named = '', ...path] = address.split('/');
  const match = /^([^:@]+)(?:@([^:]+))?(?::(.+))?$/.exec(named);
  if (match === null) throw bad(text, 'it does not name a repository');
  const [, repo = '', at, tag] = match;
  return hubOf(text, user, repo, revision ?? at, tag, path.join('/'));
}

/** `https://hub/user/repo[:tag]`, `…/resolve/revision/path`, `…/blob/…`, `…/tree/revision`. */
function hubAddress(text: string, url: URL, hub: URL): Reference {
  const base = hub.pathname.replace(/\/$/, '');
  const path =
    url.host === hub.host && url.pathname.startsWith(`${base}/`) ? url.pathname.slice(base.length) : url.pathname;
  const [user = '', named = '', verb, revision, ...file] = path
    .replace(/^\/|\/$/g, '')
    .split('/')
    .map(decodeURIComponent);
  const [repo = '', tag] = named.split(':');
  if (verb === undefined) return hubOf(text, user, repo, url.hash.slice(1) || undefined, tag, '');
  if (!['resolve', 'blob', 'tree', 'raw'].includes(verb) || revision === undefined) {
    throw bad(text, 'it is an address of the Hub, but not of a file');
  }
  return hubOf(text, user, repo, revision, tag, verb === 'tree' ? '' : file.join('/'));
}

function hubOf(
  text: string,
  user: string,
  repo: string,
  revision: string | undefined,
  tag: string | undefined,
  file: string,
): Reference {
  for (const name of [user, repo]) {
    if (!/^[\w][\w.-]{0,95}$/.test(name) || name.includes('..')) throw bad(text, 'it does not name user/repo');
  }
  if (tag !== undefined && file !== '') throw bad(text, 'it has both a quantisation and a file');
  if (file !== '' && !/\.gguf$/i.test(file)) throw bad(text, `${file} is not a .gguf file`);
  if (file !== '' && !safePath(file)) throw bad(text, `${file} leaves the repository`);
  if (revision !== undefined && (revision === '' || !safePath(revision)))
    throw bad(text, 'its revision is no revision');
  const wanted: Wanted =
    file !== '' ? { by: 'file', file } : tag !== undefined ? { by: 'tag', tag } : { by: 'default' };
  return { kind: 'hub', repo: `${user}/${repo}`, revision: revision ?? 'main', wanted };
}

/** A base with the adapters that it is to run with; none for a plain reference. */
export interface AdaptedReference {
  readonly base: string;
  /** `scale` is finite and not 0. */
  readonly adapters: readonly { readonly reference: string; readonly scale: number }[];
}

/** A LoRA is trained at 1; far beyond, nothing but noise comes out. */
const largestScale = 100;

/**
 * Reads `BASE+ADAPTER[:SCALE]+…`, each piece as {@link parseReference} takes it. A text that names a file as a whole is that
 * file, whatever signs it has.
 * @throws UserError `bad-reference`, `bad-scale`
 */
export function readAdapted(text: string, isFile: (path: string) => boolean = isFileHere): AdaptedReference {
  const { base, adapters } = splitAdapted(text, isFile);
  const written = 'write BASE+ADAPTER or BASE+ADAPTER:SCALE, each a .gguf file or hf:user/repo/file.gguf';
  if (adapters.length === 0) return { base, adapters: [] };
  const scaled = /\.gguf:[\d.-]+$/i.test(base) && !isFile(base);
  if (scaled) throw new UserError('bad-reference', `${text}: ${base} is the base, which takes no scale`, written);
  if ([base, ...adapters.map(({ reference }) => reference)].includes('')) {
    throw new UserError('bad-reference', `${text} is not a model with adapters: nothing stands beside a +`, written);
  }
  const read = adapters.map(({ reference, scale: given = '1' }) => {
    const scale = /^-?(\d+\.?\d*|\.\d+)$/.test(given) ? Number(given) : Number.NaN;
    if (Math.abs(scale) > 0 && Math.abs(scale) <= largestScale) return { reference, scale };
    const hint = `a scale is a number up to ${largestScale}, not 0: ${reference}:0.5; without one it is 1`;
    throw new UserError('bad-scale', `${reference}: ${given} is no scale of an adapter`, hint);
  });
  const twice = read.find(({ reference }, index) => read.findIndex(one => one.reference === reference) < index);
  if (twice === undefined) return { base, adapters: read };
  throw new UserError('bad-reference', `${text}: ${twice.reference} is named twice`, 'name it once, with one scale');
}

function isFileHere(path: string): boolean {
  return statSync(atHome(path), { throwIfNoEntry: false })?.isFile() === true;
}

/** Whether a path from outside stays below the folder that it is put in. */
export function safePath(path: string): boolean {
  return !/[\\\0]/.test(path) && path.split('/').every(part => part !== '' && part !== '.' && part !== '..');
}

function bad(text: string, why: string): UserError {
  return new UserError('bad-reference', `${text} is not a model reference: ${why}`, hint, { reference: text });
}
