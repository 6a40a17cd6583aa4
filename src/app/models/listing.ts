// Models of this machine -> what each says of itself, and which two are likeliest to be worth comparing.
import { createHash } from 'node:crypto';
import { open, realpath, stat } from 'node:fs/promises';
import { UserError } from '../../errors.ts';
import { baseModels, isAdapter, type ModelFile, readModelFile, vocabularyDigest } from '../../gguf/index.ts';
import { type HeldModel, heldModels, hubEnvironment } from '../../hub/index.ts';

/** What a chat template does with tools. */
export type TemplateKind = 'tools' | 'chat' | 'none';

export interface ListedModel {
  readonly reference: string;
  /** Other names of the same file. */
  readonly also: readonly string[];
  readonly path: string;
  /** As its store says; nobody has hashed the file. */
  readonly sha256?: string;
  /** absent: it can't be read, and `error` says why. */
  readonly says?: Said;
  readonly error?: string;
}

/** What a file says of itself; nobody has checked it. */
export interface Said {
  readonly sizeBytes: number;
  readonly architecture: string;
  readonly quantisation: string;
  readonly parameterCount: number;
  readonly name?: string;
  readonly template: TemplateKind;
  readonly adapter: boolean;
  /** Models that it was made from. */
  readonly bases: readonly string[];
  /** Equal for models of one shape: architecture, layers, width. */
  readonly shape: string;
  /** sha256 of the vocabulary. */
  readonly vocabulary?: string;
  readonly changedMs: number;
  /** Of samples of its bytes: two copies of one file have the same; so may files that differ a little. */
  readonly sketch: string;
}

/** Headers read at the same time. */
const atOnce = 4;

/**
 * Lists what is on this machine, the names in order. A file that can't be read is listed with why.
 * @throws UserError `folder-not-found`
 */
export async function listModels(folders: readonly string[], signal: AbortSignal): Promise<ListedModel[]> {
  for (const folder of folders) {
    const found = await stat(folder).catch(() => undefined);
    if (found?.isDirectory()) continue;
    throw new UserError('folder-not-found', `there is no folder ${folder}`, 'name a folder that holds .gguf files');
  }
  const held = await heldModels(await hubEnvironment(), folders);
  const sorted = held.toSorted((a, b) => (a.references[0] < b.references[0] ? -1 : 1));
  const listed: ListedModel[] = [];
  for (let at = 0; at < sorted.length; at += atOnce) {
    signal.throwIfAborted();
    listed.push(...(await Promise.all(sorted.slice(at, at + atOnce).map(one => described(one, signal)))));
  }
  return listed;
}

async function described({ references, path, sha256, error }: HeldModel, signal: AbortSignal): Promise<ListedModel> {
  const [reference, ...also] = references;
  const about = { reference, also, path, ...(sha256 && { sha256 }) };
  if (error !== undefined) return { ...about, error };
  try {
    return { ...about, says: await saidBy(await readModelFile(path, signal)) };
  } catch (unread) {
    signal.throwIfAborted();
    return { ...about, error: (unread as Error).message };
  }
}

async function saidBy(file: ModelFile): Promise<Said> {
  const { sizeBytes, architecture, quantisation, parameterCount, name, metadata } = file;
  const vocabulary = await vocabularyDigest(file);
  const width = ['block_count', 'embedding_length'].map(key => String(metadata[`${architecture}.${key}`]));
  return {
    sizeBytes,
    architecture,
    quantisation,
    parameterCount,
    ...(name !== undefined && { name }),
    template: templateKind(file),
    adapter: isAdapter(file),
    bases: baseModels(metadata),
    shape: [architecture, ...width].join(' '),
    ...(vocabulary && { vocabulary }),
    changedMs: (await stat(await realpath(file.path))).mtimeMs,
    sketch: await sketchOf(file),
  };
}

/** Places in a file that are looked at, and bytes of each: reading whole models takes minutes. */
const samples = { places: 32, bytes: 16_384 };

async function sketchOf({ path, sizeBytes }: ModelFile): Promise<string> {
  const hash = createHash('sha256').update(`${sizeBytes} `);
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const buffer = Buffer.alloc(samples.bytes);
    for (let at = 0; at < samples.places; at++) {
      const position = Math.floor((at * Math.max(0, size - samples.bytes)) / (samples.places - 1));
      const { bytesRead } = await file.read(buffer, 0, samples.bytes, position);
      hash.update(buffer.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
  return hash.digest('hex');
}

/** By its text alone: a template is code of a file that nobody trusts yet. */
function templateKind({ chatTemplate, namedTemplates }: ModelFile): TemplateKind {
  const texts = [chatTemplate, ...Object.values(namedTemplates)].flatMap(text => text ?? []);
  if (texts.length === 0) return 'none';
  return texts.some(text => /\btools\b/.test(text)) ? 'tools' : 'chat';
}
