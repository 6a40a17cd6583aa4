// A run as the user named it -> its file: a path, or the first characters of its id.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { UserError } from '../errors.ts';

/** Run files of a folder, newest first. */
export function runFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter(name => name.endsWith('.sqlite'))
    .map(name => join(folder, name))
    .toSorted((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs);
}

/**
 * Finds a run.
 * @param name a run file, the start of a run's id, or `last`
 * @throws UserError `run-not-found`, `run-ambiguous`
 */
export function findRun(name: string, folder: string): string {
  if (existsSync(name) && statSync(name).isFile()) return name;
  const files = runFiles(folder);
  if (name === 'last' && files[0] !== undefined) return files[0];
  const id = (file: string) => file.match(/-([0-9a-f]{10})\.sqlite$/)?.[1] ?? '';
  const matches = files.filter(file => id(file).startsWith(name));
  if (matches.length === 1) return matches[0] as string;
  if (matches.length > 1) {
    throw new UserError(
      'run-ambiguous',
      `${name}: ${matches.length} runs start so`,
      `give more of the id: ${matches.map(id).join(', ')}`,
    );
  }
  const hint = files.length === 0 ? `no run is stored in ${folder}` : `runs in ${folder}: ${files.map(id).join(', ')}`;
  throw new UserError('run-not-found', `${name}: no such run`, hint);
}
