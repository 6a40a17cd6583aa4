// What lies on this machine, in the Hub's cache, in other programs' stores and in folders that the user names.
import { realpath } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { HubEnvironment } from './environment.ts';
import { heldIn } from './places/folder.ts';
import { cachedModels } from './places/hub-cache.ts';
import { places } from './places/index.ts';
import type { Held, Place } from './places/place.ts';

/** One model file, under all the names that find it. */
export interface HeldModel {
  /** The first is the one to show. */
  readonly references: readonly [string, ...string[]];
  readonly path: string;
  /** As a store's own name says; nobody has hashed the file. */
  readonly sha256?: string;
  /** Why it can't be used, where that is known before its file is read. */
  readonly error?: string;
}

/**
 * Lists models; nothing is read but names and manifests, and no link is followed out of its place.
 * @param folders looked in as well, not below them
 */
export async function heldModels(
  { cache }: HubEnvironment,
  folders: readonly string[],
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Promise<HeldModel[]> {
  const named = folders.map(folder => heldIn(folder, folder, file => asPath(join(folder, file))));
  const stored = Object.values<Place>(places).map(async place => await place.list(await place.roots(variables)));
  const held = (await Promise.all([...named, cachedModels(cache), ...stored])).flat();
  return await distinct(held);
}

/** A path that nothing takes for an option, or for another kind of reference. */
const asPath = (path: string): string => (isAbsolute(path) || /^\.\.?[/\\]/.test(path) ? path : `./${path}`);

/** Names of one file together: a link and what it leads to, or two stores' names for one hash. */
async function distinct(held: readonly Held[]): Promise<HeldModel[]> {
  const models = new Map<string, { references: [string, ...string[]]; path: string; sha256?: string }>();
  const broken = held.flatMap(({ reference, path, error }): HeldModel[] =>
    error === undefined ? [] : [{ references: [reference], path, error }],
  );
  for (const { reference, path, sha256 } of held.filter(({ error }) => error === undefined)) {
    const real = await realpath(path).catch(() => path);
    const known = models.get(real);
    if (known === undefined) models.set(real, { references: [reference], path, ...(sha256 && { sha256 }) });
    else if (!known.references.includes(reference)) known.references.push(reference);
  }
  return [...models.values(), ...broken];
}
