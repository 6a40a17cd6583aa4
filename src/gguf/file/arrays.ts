// Long arrays of the metadata (vocabularies, merges), read from the file when they are asked for.
import { open } from 'node:fs/promises';
import { Cursor } from './cursor.ts';
import type { ModelFile, Scalar } from '../model.ts';
import { readElements } from './parse.ts';

/** One entry of a vocabulary. */
export interface Token {
  readonly text: string;
  /** gguf's number: 1 normal, 2 unknown, 3 control, 4 user-defined, 5 unused, 6 byte; undefined: not in the file. */
  readonly type: number | undefined;
}

/**
 * All values of an array of the model's metadata; empty when there is none.
 * @param model as readModelFile gave it; the file must not have changed since
 */
export async function readMetadataArray(
  model: ModelFile,
  key: string,
  signal?: AbortSignal,
): Promise<readonly Scalar[]> {
  const value = model.metadata[key];
  if (typeof value !== 'object') return [];
  if (value.kind === 'array') return value.values;
  signal?.throwIfAborted();
  const file = await open(model.path);
  try {
    const bytes = Buffer.alloc(value.bytes);
    await file.read(bytes, 0, bytes.length, value.offset);
    return readElements(new Cursor(bytes), value.elementType, value.length, key);
  } finally {
    await file.close();
  }
}

/** The model's whole vocabulary, by token id. */
export async function readVocabulary(model: ModelFile, signal?: AbortSignal): Promise<Token[]> {
  const texts = await readMetadataArray(model, 'tokenizer.ggml.tokens', signal);
  const types = await readMetadataArray(model, 'tokenizer.ggml.token_type', signal);
  return texts.map((text, id) => ({ text: String(text), type: typeof types[id] === 'number' ? types[id] : undefined }));
}

/** What decides how texts become tokens. */
export interface Lexicon {
  readonly tokens: readonly Token[];
  readonly merges: readonly Scalar[];
  readonly scores: readonly Scalar[];
}

const lexicons = new WeakMap<ModelFile, Promise<Lexicon>>();

/** The model's vocabulary, merges and scores; read once for a model. */
export function readLexicon(model: ModelFile): Promise<Lexicon> {
  const known = lexicons.get(model);
  if (known !== undefined) return known;
  const lexicon = readWhole(model);
  lexicons.set(model, lexicon);
  return lexicon;
}

async function readWhole(model: ModelFile): Promise<Lexicon> {
  return {
    tokens: await readVocabulary(model),
    merges: await readMetadataArray(model, 'tokenizer.ggml.merges'),
    scores: await readMetadataArray(model, 'tokenizer.ggml.scores'),
  };
}
