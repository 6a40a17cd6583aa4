// A folder with models in it, by the files' own names.
import { lstat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { UserError } from '../../errors.ts';
import { splitName, splitNames } from '../../gguf/file/split.ts';
import type { Wanted } from '../references.ts';
import { companions } from '../select.ts';
import { allInside, type Found, type Held, inside, namesIn } from './place.ts';

/** Names of .gguf files in a folder, parts of split models too. */
export async function partsIn(folder: string): Promise<string[]> {
  return (await namesIn(folder)).filter(name => /\.gguf$/i.test(name));
}

/** What stands behind a colon: a file, a quantisation, or nothing. */
export function wantedOf(text: string | undefined): Wanted {
  if (text === undefined) return { by: 'default' };
  return /\.gguf$/i.test(text) ? { by: 'file', file: text } : { by: 'tag', tag: text };
}

/** What the files of a folder may not lead out of: of a snapshot in the Hub's cache, whose files are links to blobs, its repository. */
export function boundsOf(folder: string): string {
  const repository = dirname(dirname(resolve(folder)));
  const cached = basename(dirname(resolve(folder))) === 'snapshots' && /^models--/.test(basename(repository));
  return cached ? repository : folder;
}

/** First parts of the models in a folder; projectors and the like left out. */
async function modelsIn(folder: string): Promise<string[]> {
  return (await partsIn(folder)).filter(name => !companions.test(name) && (splitName(name)?.part ?? 1) === 1);
}

/** Models in a folder, links that leave `root` left out. */
export async function heldIn(root: string, folder: string, referenceOf: (file: string) => string): Promise<Held[]> {
  const held: Held[] = [];
  for (const file of await modelsIn(folder)) {
    const path = await inside(root, join(folder, file)).catch(() => undefined);
    if (path !== undefined) held.push({ reference: referenceOf(file), path });
  }
  return held;
}

/**
 * The one model of a folder that the user named.
 * @returns undefined where it is no folder, or has none
 * @throws UserError `ambiguous-folder`, `leads-out`
 */
export async function onlyModel(folder: string): Promise<Found | undefined> {
  const found = await lstat(`${folder}/.`).catch(() => undefined);
  if (!found?.isDirectory()) return undefined;
  const models = await modelsIn(folder);
  const [model, ...others] = models;
  if (model === undefined) return undefined;
  if (others.length > 0) {
    const shown = models.slice(0, 20).join(', ') + (models.length > 20 ? `, and ${models.length - 20} more` : '');
    const hint = `name one of them: ${join(folder, model)}`;
    throw new UserError('ambiguous-folder', `${folder} holds ${models.length} models: ${shown}`, hint, {
      folder,
      models,
    });
  }
  const files = splitNames(model) ?? [model];
  await allInside(boundsOf(folder), folder, files);
  const paths = files.map(file => join(folder, file));
  return { paths, files };
}
