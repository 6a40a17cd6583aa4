// Long arrays of the metadata (vocabularies, merges), read from the file when they are asked for.
import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { Cursor } from './cursor.ts';
import { isDeepStrictEqual } from 'node:util';
import type { MetadataArray, ModelFile, Scalar } from '../model.ts';
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
  return readElements(new Cursor(await bytesOf(model, value)), value.elementType, value.length, key);
}

type LongArray = Extract<MetadataArray, { kind: 'long-array' }>;

async function bytesOf({ path }: ModelFile, { bytes: length, offset }: LongArray): Promise<Buffer> {
  const file = await open(path);
  try {
    const bytes = Buffer.alloc(length);
    await file.read(bytes, 0, length, offset);
    return bytes;
  } finally {
    await file.close();
  }
}

/** sha256 of the bytes of an array of the metadata; undefined where there is none. */
async function arrayDigest(model: ModelFile, key: string): Promise<string | undefined> {
  const value = model.metadata[key];
  if (typeof value !== 'object') return undefined;
  const bytes =
    value.kind === 'array'
      ? JSON.stringify(value.values, (_, one) => (typeof one === 'bigint' ? String(one) : one))
      : await bytesOf(model, value);
  return createHash('sha256').update(bytes).digest('hex');
}

/** The vocabulary of a model, by what its tokens' texts are: equal for a model and most of its fine-tunes. */
export const vocabularyDigest = (model: ModelFile): Promise<string | undefined> => arrayDigest(model, lists.tokens);

/** The model's whole vocabulary, by token id. */
export async function readVocabulary(model: ModelFile, signal?: AbortSignal): Promise<Token[]> {
  const texts = await readMetadataArray(model, lists.tokens, signal);
  const types = await readMetadataArray(model, lists.types, signal);
  return texts.map((text, id) => ({ text: String(text), type: typeof types[id] === 'number' ? types[id] : undefined }));
}

/** What decides how texts become tokens. */
export interface Lexicon {
  readonly tokens: readonly Token[];
  readonly merges: readonly Scalar[];
  readonly scores: readonly Scalar[];
}

const lists = {
  tokens: 'tokenizer.ggml.tokens',
  types: 'tokenizer.ggml.token_type',
  merges: 'tokenizer.ggml.merges',
  scores: 'tokenizer.ggml.scores',
} as const;

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
    merges: await readMetadataArray(model, lists.merges),
    scores: await readMetadataArray(model, lists.scores),
  };
}

/**
 * Gives a model the other's lexicon where both files have the same bytes for it, as a model and its fine-tune have: it is
 * read and looked at once.
 */
export async function shareLexicon(model: ModelFile, other: ModelFile): Promise<void> {
  for (const key of Object.values(lists)) if (!(await isSameArray(model, other, key))) return;
  lexicons.set(model, readLexicon(other));
}

async function isSameArray(model: ModelFile, other: ModelFile, key: string): Promise<boolean> {
  const [left, right] = [model.metadata[key], other.metadata[key]];
  if (typeof left !== 'object' || typeof right !== 'object') return left === right;
  if (left.kind === 'array' || right.kind === 'array') return isDeepStrictEqual(left, right);
  if (left.elementType !== right.elementType || left.length !== right.length || left.bytes !== right.bytes)
    return false;
  return (await bytesOf(model, left)).equals(await bytesOf(other, right));
}

/** Ids that llama.cpp never writes. */
export const suppressedKey = 'tokenizer.ggml.suppress_tokens';

/** Keys of further long lists of the tokenizer that both files have, with other values: of these only lengths are shown. */
export async function otherLists(model: ModelFile, other: ModelFile): Promise<string[]> {
  const known: readonly string[] = [...Object.values(lists), suppressedKey];
  const differing: string[] = [];
  for (const [key, value] of Object.entries(model.metadata)) {
    if (!key.startsWith('tokenizer.ggml.') || known.includes(key)) continue;
    const long = typeof value === 'object' && value.kind === 'long-array' && other.metadata[key] !== undefined;
    if (long && !(await isSameArray(model, other, key))) differing.push(key);
  }
  return differing;
}
