// Special token ids of one file -> whether a reply can end, and ends where the template says.
import type { InspectionFinding } from '../../records/inspections/inspection.ts';
import type { Token } from '../file/arrays.ts';
import type { MetadataValue, ModelFile } from '../model.ts';
import { few, found, quoted } from './found.ts';
import { idsOf, tokenTypes } from './tokens.ts';

const idKey = /^tokenizer\.ggml\.(\w+_token_id|eog_token_ids|\w+_token_ids)$/;

/** Ids that llama.cpp takes where the file names none (llama-vocab.cpp). */
const usualIds: Readonly<Record<string, { bos: number; eos: number }>> = {
  llama: { bos: 1, eos: 2 },
  gpt2: { bos: 11, eos: 11 },
};

/** Texts that llama.cpp takes for the end of a reply by themselves (llama-vocab.cpp, special_eog_ids). */
export const knownEnds: ReadonlySet<string> = new Set(
  (
    '<|eot_id|> <|im_end|> <|end|> <|return|> <|call|> <|flush|> <|calls|> <end_of_turn> <|endoftext|> </s> <|eom_id|> ' +
    '<EOT> _<EOT> [EOT] [EOS] <|end_of_text|> <end_of_utterance> <eos> <turn|> <|tool_response> <｜end▁of▁sentence｜> [e~['
  ).split(' '),
);

/** All special ids that the metadata names: `eos` -> 2. */
export function specialIds(metadata: ModelFile['metadata']): Map<string, readonly number[]> {
  const ids = new Map<string, readonly number[]>();
  for (const [key, value] of Object.entries(metadata)) {
    const name = idKey.exec(key)?.[1];
    if (name !== undefined) ids.set(name.replace(/_token_ids?$/, ''), numbersOf(value));
  }
  return ids;
}

function numbersOf(value: MetadataValue): number[] {
  const values = typeof value === 'object' ? (value.kind === 'array' ? value.values : []) : [value];
  // Integers beyond 2^53 come as text: outside any vocabulary.
  return values.map(one => (typeof one === 'number' ? one : Number.MAX_SAFE_INTEGER));
}

/** What llama.cpp ends a reply with: its id, named or usual. */
export function endId({ metadata, tokenizer }: ModelFile): number | undefined {
  return specialIds(metadata).get('eos')?.[0] ?? usualIds[tokenizer?.model ?? '']?.eos;
}

/** Ids that end, or begin, what they should not. */
export function endFindings(model: ModelFile, tokens: readonly Token[]): InspectionFinding[] {
  if (tokens.length === 0) return [];
  const ids = specialIds(model.metadata);
  return [...rangeFindings(ids, tokens), ...plainFindings(model, ids, tokens), ...templateFindings(model, ids, tokens)];
}

function rangeFindings(ids: ReadonlyMap<string, readonly number[]>, tokens: readonly Token[]): InspectionFinding[] {
  const outside = [...ids].flatMap(([name, values]) =>
    values.flatMap(id => {
      // "None", as some converters write it; for the ends of a reply there is no none.
      const none = (id === -1 || id === 2 ** 32 - 1) && !/^(bos|eos|eot|eom)$/.test(name);
      const inside = Number.isInteger(id) && id >= 0 && id < tokens.length;
      return inside || none ? [] : [`${name} ${id} of ${tokens.length}`];
    }),
  );
  return outside.length === 0 ? [] : [found('token-id-out-of-range', few(outside))];
}

/** Between brackets, as every marker in use is: `</s>`, `<|im_end|>`, `[SEP]`. */
const marker = /^_?[<[{(].*[>\]})]$|^\[e~\[$/su;

function plainFindings(
  model: ModelFile,
  ids: ReadonlyMap<string, readonly number[]>,
  tokens: readonly Token[],
): InspectionFinding[] {
  // RWKV's world tokenizer ends a turn with two line ends.
  if (model.tokenizer?.model === 'rwkv') return [];
  const eos = endId(model);
  const ends = [
    ...(eos === undefined ? [] : [{ name: 'eos', id: eos }]),
    ...['eot', 'eom', 'eog'].flatMap(name => (ids.get(name) ?? []).map(id => ({ name, id }))),
  ];
  const plain: string[] = [];
  const loose: string[] = [];
  for (const { name, id } of ends) {
    const token = tokens[id];
    if (token === undefined) continue;
    const detail = `${name} ${id} is ${quoted(token.text)}`;
    if (!marker.test(token.text) || token.type === tokenTypes.byte) plain.push(detail);
    else if (token.type === tokenTypes.normal) loose.push(detail);
  }
  const bos = tokens[ids.get('bos')?.[0] ?? -1];
  const begins = bos !== undefined && !marker.test(bos.text);
  return [
    ...(begins ? [found('begin-is-plain-text', quoted(bos.text))] : []),
    ...(plain.length > 0 ? [found('end-is-plain-text', few(plain))] : []),
    ...(loose.length > 0 ? [found('end-not-control', few(loose))] : []),
    ...(ids.has('eos') || model.chatTemplate === undefined ? [] : [found('no-end-token', endText(eos, tokens))]),
  ];
}

const endText = (id: number | undefined, tokens: readonly Token[]): string => {
  const token = id === undefined ? undefined : tokens[id];
  return token === undefined ? 'and llama.cpp has no usual one' : `llama.cpp takes id ${id}, ${quoted(token.text)}`;
};

/** Ends of a text, not of a turn: a template may leave them out where it writes an end of turn. */
const textEnds = new Set([
  '<eos>',
  '</s>',
  '<|endoftext|>',
  '<|end_of_text|>',
  '<｜end▁of▁sentence｜>',
  '[EOS]',
  '<|return|>',
]);

function templateFindings(
  model: ModelFile,
  ids: ReadonlyMap<string, readonly number[]>,
  tokens: readonly Token[],
): InspectionFinding[] {
  const template = model.chatTemplate;
  const eos = ids.get('eos')?.[0];
  const token = eos === undefined ? undefined : tokens[eos];
  if (template === undefined || token === undefined) return [];
  const appended =
    model.metadata['tokenizer.ggml.add_eos_token'] === true && /^(gpt2|llama)$/.test(model.tokenizer?.model ?? '');
  const writes = (text: string) => text !== '' && template.includes(text);
  const written = /\beos_token\b/.test(template) || writes(token.text);
  const known = idsOf(tokens);
  const others = [...knownEnds].filter(text => known.has(text) && writes(text));
  const turnEnds = (ids.get('eot') ?? []).flatMap(id => tokens[id] ?? []).filter(({ text }) => writes(text));
  const excused = others.length + turnEnds.length > 0 && textEnds.has(token.text);
  // A template without markers, for a model that was never taught turns, ends with nothing.
  const marked = tokens.some(one => one.type === tokenTypes.control && one.text !== token.text && writes(one.text));
  // An opening marker is written too: where another known end is, an unknown one is no end.
  const usurps = !knownEnds.has(token.text) && others.length > 0 && turnEnds.length === 0;
  const missing = usurps || (!written && !excused && (marked || others.length > 0));
  const instead = others.length === 0 ? '' : `, and the template writes ${few(others.map(quoted))}`;
  return [
    ...(appended ? [found('end-is-appended', quoted(token.text))] : []),
    ...(missing ? [found('end-never-written', `eos ${eos} is ${quoted(token.text)}${instead}`)] : []),
  ];
}
