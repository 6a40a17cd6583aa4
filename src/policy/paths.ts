// A path as a model wrote it -> every absolute path it may stand for, or why that can't be said.
import { readingsOf } from './readings.ts';

/** What a path is read against. */
export interface PathPlace {
  /** Working directory, absolute; absent: relative paths can't be resolved. */
  readonly cwd?: string | undefined;
  /** What `~` may stand for. */
  readonly homes: readonly string[];
  /** Symbolic links: absolute path -> target, absolute or relative to the link's folder. */
  readonly links: Readonly<Record<string, string>>;
}

/** Every reading of a path, or the one reason why it is refused unread. */
export type PathReading = { readonly paths: readonly string[] } | { readonly problem: string };

/** More steps than any real chain of links. */
const mostLinks = 40;

/**
 * Reads a path. Relative paths stay relative (`a/b`, or `../b` where they leave) when there is no working directory.
 * @param text what the model wrote
 */
export function readPath(text: string, place: PathPlace): PathReading {
  const readings = readingsOf(text, true);
  if (readings === undefined) return { problem: 'is too long or too tangled to be a path' };
  const paths = new Set<string>();
  for (const reading of readings) {
    const problem = refusal(reading);
    if (problem !== undefined) return { problem };
    for (const form of [reading, reading.replaceAll('\\', '/')]) {
      for (const whole of expanded(withoutScheme(form), place)) {
        paths.add(lexical(whole));
        const real = physical(whole, place);
        if (real === undefined) return { problem: 'goes round in links' };
        paths.add(real);
      }
    }
  }
  return { paths: [...paths] };
}

/** What makes a text a program's business rather than a path; undefined when nothing does. */
function refusal(text: string): string | undefined {
  if (text === '') return 'is empty';
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
  if (/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/.test(text)) return 'contains a control character';
  if (/[$`;|<>]|&&/.test(text)) return 'contains what a shell would expand or run';
  if (/[*?[\]{}]/.test(text)) return 'contains wildcards: it may stand for many files';
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(text) && !/^file:\/\//i.test(text)) return 'is a URL, not a path';
  if (/^(?:[a-z]:|\\\\)/i.test(text)) return 'is a Windows path';
  return undefined;
}

function withoutScheme(text: string): string {
  return text.replace(/^file:\/\/(?:localhost)?(?=\/)/i, '').replace(/^file:\/*/i, '/');
}

/** `~` and the working directory put in. */
function expanded(path: string, { cwd, homes }: PathPlace): string[] {
  const home = path.match(/^~([^/]*)(.*)$/s);
  if (home !== null) {
    const user = home[1] as string;
    const folders = user === '' ? homes : user === 'root' ? ['/root', '/home/root'] : [`/home/${user}`];
    return folders.map(folder => `${folder}${home[2]}`);
  }
  if (path.startsWith('/')) return [path];
  return [cwd === undefined ? path : `${cwd}/${path}`];
}

/** Dots and doubled slashes resolved on the text alone. */
function lexical(path: string): string {
  const absolute = path.startsWith('/');
  const kept: string[] = [];
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') kept.push(part);
    else if (kept.length > 0 && kept.at(-1) !== '..') kept.pop();
    else if (!absolute) kept.push('..');
  }
  return absolute ? `/${kept.join('/')}` : kept.join('/') || '.';
}

/** Dots resolved as a file system does, after following links; undefined when the links never end. */
function physical(path: string, { cwd, links }: PathPlace): string | undefined {
  if (!path.startsWith('/')) return lexical(path);
  let done = '';
  const rest = path.split('/');
  for (let followed = 0; rest.length > 0; ) {
    const part = rest.shift() as string;
    if (part === '' || part === '.') continue;
    if (part === '..') {
      done = done.slice(0, Math.max(0, done.lastIndexOf('/')));
      continue;
    }
    const next = `${done}/${part}`;
    const target = linkTarget(next, cwd, links);
    if (target === undefined) {
      done = next;
      continue;
    }
    if (++followed > mostLinks) return undefined;
    if (target.startsWith('/')) done = '';
    rest.unshift(...target.split('/'));
  }
  return done === '' ? '/' : done;
}

/** Where a name leads; the links that every Linux has in /proc are known. */
function linkTarget(
  path: string,
  cwd: string | undefined,
  links: Readonly<Record<string, string>>,
): string | undefined {
  if (Object.hasOwn(links, path)) return links[path];
  if (/^\/proc\/[^/]+\/root$/.test(path)) return '/';
  if (/^\/proc\/[^/]+\/cwd$/.test(path)) return cwd ?? '/';
  return undefined;
}
