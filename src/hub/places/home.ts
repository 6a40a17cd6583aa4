// `~` as a shell reads it: in sweep files, behind a `+`, and in variables that no shell has expanded.
import { homedir } from 'node:os';
import { join } from 'node:path';

/** A path with a leading `~` in full; `~someone` stays as it is. */
export function atHome(path: string): string {
  return path === '~' || /^~[/\\]/.test(path) ? join(homedir(), path.slice(1)) : path;
}
