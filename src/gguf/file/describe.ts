// Checked headers -> ModelFile.
import { Cursor, Malformed } from './cursor.ts';
import type { HeaderFile } from './header.ts';
import type { MetadataValue, ModelFile, Scalar, Tensor, Tokenizer } from '../model.ts';
import { readElements } from './parse.ts';
import { fileTypeName } from './tensor-types.ts';

/** gguf's token types. */
const control = 3;
const userDefined = 4;
const mostTokens = 2 ** 22;

/**
 * Puts together what the headers say.
 * @throws Malformed when the architecture, the tensors or the tokenizer make no model
 */
export function describeModel(parts: [HeaderFile, ...HeaderFile[]]): ModelFile {
  const [first] = parts;
  const { metadata } = first.header;
  const architecture = metadata.get('general.architecture');
  if (typeof architecture !== 'string' || !/^[\w.-]{1,64}$/.test(architecture)) {
    throw new Malformed('general.architecture does not name an architecture');
  }
  const types = readTypes(first);
  const [bos, eos] = ['bos', 'eos'].map(name => number(metadata, `tokenizer.ggml.${name}_token_id`));
  const tokens = readTokens(
    first,
    id => types[id] === control || types[id] === userDefined || id === bos || id === eos,
  );
  const tensors = parts.flatMap((part, index) => tensorsOf(part, index));
  if (tensors.length === 0) throw new Malformed('it has no tensors');
  const parameters = parts.flatMap(part => part.header.tensors.map(({ elements }) => elements));
  return {
    path: first.path,
    parts: parts.map(part => part.path),
    sizeBytes: parts.reduce((sum, part) => sum + part.sizeBytes, 0),
    version: first.header.version,
    architecture,
    name: text(metadata, 'general.name'),
    quantisation: quantisationOf(parts),
    parameterCount: parameters.reduce((sum, count) => sum + count, 0),
    contextLength: number(metadata, `${architecture}.context_length`),
    chatTemplate: text(metadata, 'tokenizer.chat_template'),
    namedTemplates: namedTemplates(metadata),
    bosToken: bos === undefined ? undefined : tokens?.texts.get(bos),
    eosToken: eos === undefined ? undefined : tokens?.texts.get(eos),
    addBos: flag(metadata, 'tokenizer.ggml.add_bos_token'),
    tokenizer: tokenizerOf(first, tokens, types),
    tensors,
    metadata: Object.fromEntries(metadata),
  };
}

function tensorsOf({ header }: HeaderFile, part: number): Tensor[] {
  return header.tensors.map(({ name, shape, type, offset, bytes }) => {
    return { name, shape, type: type.name, offset: header.dataOffset + offset, bytes, part };
  });
}

/** What the file claims; otherwise the type that holds most of the numbers. */
function quantisationOf(parts: readonly HeaderFile[]): string {
  const claimed = parts[0]?.header.metadata.get('general.file_type');
  const name = typeof claimed === 'number' ? fileTypeName(claimed) : undefined;
  if (name !== undefined) return name;
  const sums = new Map<string, number>();
  for (const { header } of parts) {
    for (const { type, elements } of header.tensors) sums.set(type.name, (sums.get(type.name) ?? 0) + elements);
  }
  return [...sums].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 'unknown';
}

function namedTemplates(metadata: ReadonlyMap<string, MetadataValue>): Record<string, string> {
  const prefix = 'tokenizer.chat_template.';
  const named = [...metadata].flatMap(([key, value]) =>
    key.startsWith(prefix) && typeof value === 'string' ? [[key.slice(prefix.length), value] as const] : [],
  );
  return Object.fromEntries(named);
}

/** Tokens by id, as far as they were read. */
interface Tokens {
  readonly count: number;
  readonly texts: ReadonlyMap<number, string>;
}

/** Of hundreds of thousands of tokens the texts of a few are wanted here. */
function readTokens({ bytes, header }: HeaderFile, wanted: (id: number) => boolean): Tokens | undefined {
  const key = 'tokenizer.ggml.tokens';
  const value = header.metadata.get(key);
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value.elementType !== 'string') throw new Malformed(`${key} is not a list of texts`);
  const texts = new Map<number, string>();
  if (value.kind === 'array') {
    for (const [id, text] of value.values.entries()) if (wanted(id)) texts.set(id, String(text));
    return { count: value.values.length, texts };
  }
  if (value.length > mostTokens) throw new Malformed(`${key} has ${value.length} tokens, more than ${mostTokens}`);
  const cursor = new Cursor(bytes, value.offset);
  for (let id = 0; id < value.length; id++) {
    if (wanted(id)) texts.set(id, cursor.string(key, value.bytes));
    else cursor.skipString(key, value.bytes);
  }
  return { count: value.length, texts };
}

function readTypes({ bytes, header }: HeaderFile): readonly Scalar[] {
  const key = 'tokenizer.ggml.token_type';
  const value = header.metadata.get(key);
  if (typeof value !== 'object') return [];
  if (value.kind === 'array') return value.values;
  return readElements(new Cursor(bytes, value.offset), value.elementType, value.length, key);
}

function tokenizerOf(
  { header: { metadata } }: HeaderFile,
  tokens: Tokens | undefined,
  types: readonly Scalar[],
): Tokenizer | undefined {
  const model = text(metadata, 'tokenizer.ggml.model');
  if (model === undefined) return undefined;
  const { count, texts } = tokens ?? { count: 0, texts: new Map<number, string>() };
  if (tokens !== undefined && types.length > 0 && types.length !== count) {
    throw new Malformed(`it has ${count} tokens and ${types.length} token types`);
  }
  const ofType = (type: number) => [...texts].flatMap(([id, one]) => (types[id] === type ? [one] : []));
  return {
    model,
    pre: text(metadata, 'tokenizer.ggml.pre'),
    tokens: count,
    special: ofType(control),
    userDefined: ofType(userDefined),
  };
}

function text(metadata: ReadonlyMap<string, MetadataValue>, key: string): string | undefined {
  const value = metadata.get(key);
  return typeof value === 'string' ? value : undefined;
}

function number(metadata: ReadonlyMap<string, MetadataValue>, key: string): number | undefined {
  const value = metadata.get(key);
  return typeof value === 'number' ? value : undefined;
}

function flag(metadata: ReadonlyMap<string, MetadataValue>, key: string): boolean | undefined {
  const value = metadata.get(key);
  return typeof value === 'boolean' ? value : undefined;
}
