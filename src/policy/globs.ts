// Globs over normalised names.
import picomatch from 'picomatch/posix.js';

const compiled = new Map<string, (text: string) => boolean>();

/** Does a path match a glob? Names that start with a dot are names like others. */
export function pathMatches(path: string, glob: string, nocase = false): boolean {
  return matcher(glob, nocase)(path);
}

/** Does a host match? A label is to a host what a segment is to a path: `*.example.com` is one label deep. */
export function hostMatches(host: string, glob: string): boolean {
  const [name, port] = splitPort(host);
  const [nameGlob, portGlob] = splitPort(glob.toLowerCase());
  if (port !== undefined && (portGlob === undefined || !matcher(portGlob, true)(port))) return false;
  return matcher(nameGlob.replaceAll('.', '/'), true)(name.replaceAll('.', '/'));
}

/** Does a plain value match? Case, compatibility forms and outer spaces are ignored. */
export function valueMatches(value: string, glob: string): boolean {
  // A value is no path: `*` may stand for slashes as well.
  const text = value.normalize('NFKC').trim().replaceAll('/', '\u2215');
  return matcher(glob.normalize('NFKC').trim().replaceAll('/', '\u2215'), true)(text);
}

function splitPort(host: string): [string, string | undefined] {
  const at = host.match(/^(.*):([^:\]]+)$/);
  return at === null ? [host, undefined] : [at[1] as string, at[2]];
}

function matcher(glob: string, nocase: boolean): (text: string) => boolean {
  const key = `${nocase} ${glob}`;
  let found = compiled.get(key);
  if (found === undefined) {
    found = picomatch(glob, { dot: true, nonegate: true, nocase });
    compiled.set(key, found);
  }
  return found;
}
