// Ollama's manifests: where the one of a name lies, and which layers it has. An older version keeps it as a file,
// `manifests/HOST/NAMESPACE/MODEL/TAG`; since `manifests-v2` it is a blob that a link of that name leads to, and may be a list of
// what each of Ollama's runners is to load. Source: ollama/ollama, manifest/paths.go and manifest/manifest.go.
import { createHash } from 'node:crypto';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../../errors.ts';
import { foldersIn, inside, isPart, namesIn, smallText } from './place.ts';

const digestSchema = z.string().regex(/^sha256[:-][0-9a-f]{64}$/);
const layerSchema = z.looseObject({ mediaType: z.string(), digest: digestSchema, size: z.int().min(0) });
const layersSchema = z.array(layerSchema).max(1000);
const childSchema = z.looseObject({
  runner: z.string().optional(),
  format: z.string().optional(),
  digest: digestSchema.optional(),
  layers: layersSchema.optional(),
});
const manifestSchema = z.union([
  z.looseObject({ layers: layersSchema }),
  z.looseObject({ manifests: z.array(childSchema).max(100) }),
]);
export type Layer = z.infer<typeof layerSchema>;
type Child = z.infer<typeof childSchema>;

/** The registry has had two names; each layout has its own. */
const publicHosts = ['registry.ollama.ai', 'ollama.com'] as const;
const newFolder = 'manifests-v2';

/** Runners that load a GGUF, in Ollama's order. */
const runners = ['ollama', 'llamacpp'];

export const hexOf = ({ digest }: { readonly digest: string }): string => digest.slice('sha256:'.length);

/**
 * The manifest of a name; the newer layout goes first, as in Ollama, unless its link leads to nothing.
 * @throws UserError `leads-out`
 */
export async function manifestOf(root: string, [host, ...parts]: readonly string[]): Promise<string | undefined> {
  const [older, newer] = publicHosts;
  const isPublic = host === older || host === newer;
  const places = isPublic
    ? [join(newFolder, newer), join('manifests', older), join('manifests', newer)]
    : [join(newFolder, host as string), join('manifests', host as string)];
  for (const place of places) {
    const path = await inside(root, join(root, place, ...parts));
    if (path !== undefined) return path;
  }
  return undefined;
}

/**
 * What is to be loaded.
 * @param name as people wrote it
 * @throws UserError `place-broken`, `no-gguf`
 */
export async function layersOf(name: string, root: string, path: string): Promise<readonly Layer[]> {
  const manifest = await read(name, path);
  if ('layers' in manifest) return manifest.layers as Layer[];
  const children = manifest.manifests as Child[];
  const [child] = [
    ...runners.flatMap(runner => children.filter(one => one.runner?.toLowerCase() === runner)),
    ...children.filter(({ format }) => format === 'gguf'),
  ];
  if (child === undefined) {
    const held = children.flatMap(({ runner }) => runner ?? []).join(', ');
    throw new UserError(
      'no-gguf',
      `ollama:${name} is kept for other runners alone (${held})`,
      'take a model whose weights are one GGUF',
      { name },
    );
  }
  if (child.layers !== undefined) return child.layers;
  const blob = child.digest && (await inside(root, join(root, 'blobs', `sha256-${hexOf({ digest: child.digest })}`)));
  const own = blob ? await read(name, blob) : undefined;
  if (own !== undefined && 'layers' in own) return own.layers as Layer[];
  throw broken(name, path);
}

async function read(name: string, path: string): Promise<z.infer<typeof manifestSchema>> {
  try {
    const text = await smallText(path);
    const [, hex] = /^sha256-([0-9a-f]{64})$/.exec(basename(path)) ?? [];
    if (hex !== undefined && createHash('sha256').update(text).digest('hex') !== hex) throw new Error('other bytes');
    return manifestSchema.parse(JSON.parse(text));
  } catch (error) {
    throw broken(name, path, error);
  }
}

const broken = (name: string, manifest: string, error?: unknown): UserError =>
  new UserError(
    'place-broken',
    `ollama:${name}: ${manifest} is no manifest`,
    `pull it again: ollama pull ${name}`,
    { manifest },
    error,
  );

/** Names of both layouts, each once, as `ollama list` prints them. */
export async function namesOf(root: string, usualNamespace: string): Promise<string[]> {
  const folders = ['manifests', newFolder].map(folder => pathsBelow(join(root, folder), 3));
  const names = (await Promise.all(folders)).flat().flatMap(([host = '', namespace = '', model = '', tag = '']) => {
    if (![namespace, model, tag].every(isPart)) return [];
    const isPublic = publicHosts.some(one => one === host);
    const before = isPublic ? (namespace === usualNamespace ? [] : [namespace]) : [host, namespace];
    return [`${[...before, model].join('/')}:${tag}`];
  });
  return [...new Set(names)].toSorted();
}

/** Files so many folders below one: the names that lead to each. */
async function pathsBelow(folder: string, depth: number): Promise<string[][]> {
  if (depth === 0) return (await namesIn(folder)).map(name => [name]);
  const below = (await foldersIn(folder)).map(async name => {
    const paths = await pathsBelow(join(folder, name), depth - 1);
    return paths.map(path => [name, ...path]);
  });
  return (await Promise.all(below)).flat();
}
