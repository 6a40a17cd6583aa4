// Ollama's store: a manifest (ollama-manifests.ts) names layers, which lie in `blobs/` by their hash.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { homedir } from 'node:os';
import { UserError } from '../../errors.ts';
import { nearest } from '../nearest.ts';
import { atHome } from './home.ts';
import { hexOf, type Layer, layersOf, manifestOf, namesOf } from './ollama-manifests.ts';
import { type Found, type Held, inside, isPart, type Place } from './place.ts';

const usualHost = 'registry.ollama.ai';
const usualNamespace = 'library';
const usualTag = 'latest';

const media = (kind: string): string => `application/vnd.ollama.image.${kind}`;

export const ollama = {
  title: 'Ollama',
  roots({ OLLAMA_MODELS }) {
    if (OLLAMA_MODELS !== undefined && OLLAMA_MODELS.trim() !== '') return [atHome(OLLAMA_MODELS.trim())];
    // The second and third are those of the service that its installer, and distributions, set up.
    const own = join(homedir(), '.ollama', 'models');
    return process.platform === 'linux'
      ? [own, '/usr/share/ollama/.ollama/models', '/var/lib/ollama/.ollama/models']
      : [own];
  },
  async find(name, roots) {
    const parts = partsOf(name);
    for (const root of roots) {
      const manifest = await manifestOf(root, parts);
      if (manifest === undefined) continue;
      return await modelOf(name, root, await layersOf(name, root, manifest));
    }
    const known = (await Promise.all(roots.map(root => namesOf(root, usualNamespace)))).flat();
    const near = nearest(name, known);
    const hint =
      near === undefined ? 'see `ollama list`, `turncoat models`, and OLLAMA_MODELS' : `did you mean ollama:${near}?`;
    throw new UserError('model-not-found', `Ollama has no ${name} in ${roots.join(' or ')}`, hint, { name });
  },
  async list(roots) {
    const held: Held[] = [];
    for (const root of roots) {
      for (const name of await namesOf(root, usualNamespace)) {
        const reference = `ollama:${name}`;
        try {
          const { paths, sha256 } = await ollama.find(name, [root]);
          held.push({ reference, path: paths[0] as string, ...(sha256 && { sha256 }) });
        } catch (error) {
          held.push({ reference, path: root, error: (error as Error).message });
        }
      }
    }
    return held;
  },
} satisfies Place;

/** Folders of a manifest: `llama3.2` -> registry.ollama.ai, library, llama3.2, latest. */
function partsOf(name: string): string[] {
  const [, path = '', tag = usualTag] = /^(.+?)(?::([^:/]+))?$/s.exec(name) ?? [];
  const given = path.split('/');
  const model = given.at(-1);
  const namespace = given.at(-2) ?? usualNamespace;
  const host = given.at(-3) ?? usualHost;
  const good = given.length <= 3 && [model, namespace, tag].every(isPart) && isPart(host.replace(/:\d{1,5}$/, ''));
  if (good) return [host, namespace, model as string, tag];
  const hint = 'write ollama:llama3.2, ollama:llama3.2:3b, ollama:user/model:tag or ollama:hf.co/user/repo:Q4_K_M';
  throw new UserError('bad-reference', `ollama:${name} is no name of a model in Ollama`, hint);
}

/** The one file that is the model. */
async function modelOf(name: string, root: string, layers: readonly Layer[]): Promise<Found> {
  const of = (kind: string) => layers.filter(({ mediaType }) => mediaType === media(kind));
  const models = of('model');
  const [model] = models;
  if (model === undefined) {
    const tensors = layers.some(({ mediaType }) => mediaType.includes('tensor'));
    const why = tensors ? 'is kept as single tensors, and no GGUF' : 'has no model file on this machine';
    throw new UserError('no-gguf', `ollama:${name} ${why}`, 'take a model whose weights are one GGUF', { name });
  }
  if (models.length > 1) {
    const hint = 'pull a version whose weights are one GGUF';
    throw new UserError('no-gguf', `ollama:${name} has ${models.length} model files`, hint, { name });
  }
  const path = await blobOf(name, root, model);
  const adapters = await Promise.all(of('adapter').map(layer => blobOf(name, root, layer)));
  if (adapters.length > 0) {
    const hint = `name base and adapter: ${[path, ...adapters].join('+')}`;
    throw new UserError('has-adapter', `ollama:${name} is a model with a LoRA adapter`, hint, { name });
  }
  const [params] = of('params');
  const sampling = params && (await blobOf(name, root, params));
  return { paths: [path], files: [name], sha256: hexOf(model), ...(sampling && { sampling }) };
}

async function blobOf(name: string, root: string, layer: Layer): Promise<string> {
  // Older versions on Linux had a colon in the name.
  for (const between of ['-', ':']) {
    const path = await inside(root, join(root, 'blobs', `sha256${between}${hexOf(layer)}`));
    const found = path === undefined ? undefined : await stat(path).catch(() => undefined);
    if (path === undefined || !found?.isFile()) continue;
    if (found.size === layer.size) return path;
    const sizes = `${found.size} bytes where ${layer.size} are announced`;
    throw new UserError('place-broken', `ollama:${name}: ${path} has ${sizes}`, `pull it again: ollama pull ${name}`);
  }
  const hint = `pull it again: ollama pull ${name}`;
  throw new UserError('place-broken', `ollama:${name}: its file is not in ${join(root, 'blobs')}`, hint, { name });
}
