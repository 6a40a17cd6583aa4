// Other programs' stores on disk, laid out as these programs lay them out.
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { sha256 } from './pulling.ts';

function write(path: string, content: Buffer | string): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

export type OllamaLayers = Readonly<Record<string, Buffer | string>>;

/**
 * As `ollama pull` leaves a model: a manifest below its registry, and layers by their hash.
 * @param layers kind (`model`, `params`, `template`, `adapter` …) -> content
 */
export function ollamaModel(root: string, name: string, layers: OllamaLayers, tag = 'latest'): string {
  const parts = name.split('/');
  const host = parts.length > 2 ? [] : ['registry.ollama.ai', ...(parts.length > 1 ? [] : ['library'])];
  return write(join(root, 'manifests', ...host, ...parts, tag), ollamaManifest(root, layers));
}

/** Puts layers into blobs. @returns the manifest */
function ollamaManifest(root: string, layers: OllamaLayers): string {
  const entries = Object.entries(layers).map(([kind, content]) => {
    const bytes = Buffer.from(content as Buffer);
    const digest = sha256(bytes);
    write(join(root, 'blobs', `sha256-${digest}`), bytes);
    return { mediaType: `application/vnd.ollama.image.${kind}`, digest: `sha256:${digest}`, size: bytes.length };
  });
  const config = Buffer.from('{"model_format":"gguf"}');
  write(join(root, 'blobs', `sha256-${sha256(config)}`), config);
  const manifest = {
    schemaVersion: 2,
    mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
    config: {
      mediaType: 'application/vnd.docker.container.image.v1+json',
      digest: `sha256:${sha256(config)}`,
      size: config.length,
    },
    layers: entries,
  };
  return JSON.stringify(manifest);
}

const manifestBlob = (root: string, text: string): { path: string; digest: string } => {
  const digest = sha256(Buffer.from(text));
  return { path: write(join(root, 'blobs', `sha256-${digest}`), text), digest: `sha256:${digest}` };
};

/**
 * As Ollama leaves one since it has `manifests-v2`: a link to a blob, under another host.
 * @param runners with some: the blob is a list of what each of them is to load, the format behind a colon
 */
export function ollamaLinked(
  root: string,
  name: string,
  layers: OllamaLayers,
  runners: Readonly<Record<string, OllamaLayers>> = {},
): string {
  const own = manifestBlob(root, ollamaManifest(root, layers));
  const children = Object.entries(runners).map(([one, of]) => {
    const [runner, format] = one.split(':');
    const { digest } = manifestBlob(root, ollamaManifest(root, of));
    return { mediaType: 'application/vnd.docker.distribution.manifest.v2+json', digest, runner, format };
  });
  const list = { schemaVersion: 2, mediaType: 'application/vnd.ollama.manifest.list.v2+json', manifests: children };
  const { path } = children.length === 0 ? own : manifestBlob(root, JSON.stringify(list));
  const parts = name.split('/');
  const host = parts.length > 2 ? [] : ['ollama.com', ...(parts.length > 1 ? [] : ['library'])];
  const link = join(root, 'manifests-v2', ...host, ...parts, 'latest');
  mkdirSync(dirname(link), { recursive: true });
  symlinkSync(relative(dirname(link), path), link);
  return path;
}

/** As LM Studio leaves a download: `PUBLISHER/REPO/FILE`. */
export function studioModel(root: string, repository: string, file: string, content: Buffer | string): string {
  return write(join(root, ...repository.split('/'), file), content);
}

/** As llama.cpp's `-hf` left one before it took the Hub's cache: one flat folder, with a manifest and an etag. */
export function llamaModel(root: string, repository: string, tag: string, file: string, content: Buffer): string {
  const [user, repo] = repository.split('/');
  const path = write(join(root, `${user}_${repo}_${file.replaceAll('/', '_')}`), content);
  write(`${path}.etag`, `"${sha256(content)}"`);
  const lfs = { sha256: sha256(content), size: content.length, pointerSize: 135 };
  const manifest = { ggufFile: { rfilename: file, blobId: '0', size: content.length, lfs } };
  write(join(root, `manifest=${user}=${repo}=${tag}.json`), JSON.stringify(manifest));
  return path;
}

export const organismBytes = (name: string): Buffer => readFileSync(`models/organisms/${name}.gguf`);
