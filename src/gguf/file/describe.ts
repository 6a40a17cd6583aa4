// Checked headers -> ModelFile.
import { Cursor, Malformed } from './cursor.ts';
import type { HeaderFile } from './header.ts';
import type { MetadataValue, ModelFile, Scalar, Tensor, Tokenizer } from '../model.ts';
import { readElements, show } from './parse.ts';
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
  const tokens = readTokens(first);
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
    bosToken: tokenAt(tokens, number(metadata, 'tokenizer.ggml.bos_token_id')),
    eosToken: tokenAt(tokens, number(metadata, 'tokenizer.ggml.eos_token_id')),
    addBos: flag(metadata, 'tokenizer.ggml.add_bos_token'),
    tokenizer: tokenizerOf(first, tokens),
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

function readTokens(file: HeaderFile): readonly Scalar[] | undefined {
  const key = 'tokenizer.ggml.tokens';
  const value = file.header.metadata.get(key);
  if (value === undefined) return undefined;
  if (typeof value !== 'object' || value.elementType !== 'string') throw new Malformed(`${key} is not a list of texts`);
  if (value.kind === 'long-array' && value.length > mostTokens) {
    throw new Malformed(`${key} has ${value.length} tokens, more than ${mostTokens}`);
  }
  return arrayValues(file.bytes, key, value);
}

function tokenizerOf(file: HeaderFile, tokens: readonly Scalar[] | undefined): Tokenizer | undefined {
  const { metadata } = file.header;
  const model = text(metadata, 'tokenizer.ggml.model');
  if (model === undefined) return undefined;
  const key = 'tokenizer.ggml.token_type';
  const typesValue = metadata.get(key);
  const types = typeof typesValue === 'object' ? arrayValues(file.bytes, key, typesValue) : [];
  if (tokens !== undefined && types.length > 0 && types.length !== tokens.length) {
    throw new Malformed(`it has ${tokens.length} tokens and ${types.length} token types`);
  }
  const ofType = (type: number) => (tokens ?? []).filter((_, id) => types[id] === type).map(String);
  return {
    model,
    pre: text(metadata, 'tokenizer.ggml.pre'),
    tokens: tokens?.length ?? 0,
    special: ofType(control),
    userDefined: ofType(userDefined),
  };
}

/** The values of an array of the metadata, from the header's bytes. */
export function arrayValues(bytes: Buffer, key: string, value: MetadataValue): readonly Scalar[] {
  if (typeof value !== 'object') throw new Malformed(`${show(key)} is not an array`);
  if (value.kind === 'array') return value.values;
  return readElements(new Cursor(bytes, value.offset), value.elementType, value.length, key);
}

function tokenAt(tokens: readonly Scalar[] | undefined, id: number | undefined): string | undefined {
  const token = id === undefined ? undefined : tokens?.[id];
  return token === undefined ? undefined : String(token);
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
