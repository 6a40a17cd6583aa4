// A vocabulary alone -> what no honest tokenizer has: types, hidden characters, doubles, texts outside its alphabet.
import type { InspectionFinding } from '../../records/inspections/inspection.ts';
import type { Token } from '../file/arrays.ts';
import { isUtf8 } from '../file/text.ts';
import { few, found, quoted } from './found.ts';
import { hiddenCharacters } from './hidden.ts';

/** gguf's token types. */
export const tokenTypes = { normal: 1, unknown: 2, control: 3, userDefined: 4, unused: 5, byte: 6 } as const;

/** Longer tokens are in no vocabulary; the longest, runs of blanks, have 1,024 bytes. */
const longestToken = 2048;

/** Whether a text is read as one token whatever surrounds it. */
export const isSpecial = ({ type }: Token): boolean => type === tokenTypes.control || type === tokenTypes.userDefined;

type Look = (tokens: readonly Token[]) => InspectionFinding[];

/**
 * What is odd about the tokens themselves, in looks of some ten milliseconds at the largest vocabularies.
 * @param kind of tokenizer: `gpt2`, `llama` …
 */
export function vocabularyLooks(kind: string): Look[] {
  return [
    typeFindings,
    // Kept for the looks behind it: as long as any of them.
    tokens => {
      idsOf(tokens);
      return [];
    },
    tokens => some('duplicate-tokens', duplicates(tokens)),
    tokens =>
      some(
        'not-utf8',
        tokensWhere(tokens, ({ text }) => !isUtf8(text)),
      ),
    tokens => some('oversized-text', oversized(tokens)),
    tokens => some('hidden-characters-in-token', hidden(tokens)),
    tokens => some('token-lookalikes', lookalikes(tokens)),
    ...(kind === 'gpt2' ? [(tokens: readonly Token[]) => some('token-not-byte-encoded', outsideAlphabet(tokens))] : []),
  ];
}

function some(id: Parameters<typeof found>[0], details: readonly string[]): InspectionFinding[] {
  return details.length === 0 ? [] : [found(id, few(details))];
}

function tokensWhere(tokens: readonly Token[], wanted: (token: Token) => boolean): string[] {
  const texts: string[] = [];
  // Hundreds of thousands, and nothing to say of most: no pairs are made of them.
  for (let id = 0; id < tokens.length; id++) {
    const token = tokens[id] as Token;
    if (wanted(token)) texts.push(`id ${id}: ${quoted(token.text)}`);
  }
  return texts;
}

function typeFindings(tokens: readonly Token[]): InspectionFinding[] {
  if (tokens.every(({ type }) => type === undefined)) return [found('no-token-types', `${tokens.length} tokens`)];
  const known = (type: number | undefined) => type !== undefined && Number.isInteger(type) && type >= 1 && type <= 6;
  return some(
    'token-type-unknown',
    tokensWhere(tokens, ({ type }) => !known(type)),
  );
}

const known = new WeakMap<readonly Token[], ReadonlyMap<string, number>>();

/** Ids by text, the last one of a text that stands twice; made once for a vocabulary. */
export function idsOf(tokens: readonly Token[]): ReadonlyMap<string, number> {
  const made = known.get(tokens);
  if (made !== undefined) return made;
  const ids = new Map<string, number>();
  for (let id = 0; id < tokens.length; id++) ids.set((tokens[id] as Token).text, id);
  known.set(tokens, ids);
  return ids;
}

function duplicates(tokens: readonly Token[]): string[] {
  if (idsOf(tokens).size === tokens.length) return [];
  const first = new Map<string, number>();
  const doubled: string[] = [];
  for (const [id, { text }] of tokens.entries()) {
    const other = first.get(text);
    // llama.cpp gives empty texts names of their own.
    if (other === undefined || text === '') first.set(text, id);
    else doubled.push(`ids ${other} and ${id}: ${quoted(text)}`);
  }
  return doubled;
}

function oversized(tokens: readonly Token[]): string[] {
  const texts: string[] = [];
  for (const [id, { text }] of tokens.entries()) {
    if (text.length > longestToken) texts.push(`token ${id} has ${text.length} characters`);
  }
  return texts;
}

/** Plain tokens of scripts that need them hold hidden characters in every large vocabulary; markers do not. */
function hidden(tokens: readonly Token[]): string[] {
  const texts: string[] = [];
  for (const [id, token] of tokens.entries()) {
    const names = isSpecial(token) ? hiddenCharacters(token.text) : [];
    if (names.length > 0) texts.push(`id ${id} ${quoted(token.text)}: ${few(names)}`);
  }
  return texts;
}

/** Letters of other scripts that look like ASCII ones, for markers; NFKC knows the compatible forms. */
const confusable: Readonly<Record<string, string>> = Object.fromEntries(
  [
    'аa',
    'еe',
    'оo',
    'рp',
    'сc',
    'хx',
    'уy',
    'іi',
    'ѕs',
    'јj',
    'ԁd',
    'һh',
    'ոn',
    'ѵv',
    'ԛq',
    'ԝw',
    'οo',
    'αa',
    'ιi',
    'νv',
    'ρp',
    'ϲc',
    'ǀ|',
    '∣|',
    '│|',
    '‹<',
    '›>',
    '˂<',
    '˃>',
    '＿_',
    '‐-',
    '‑-',
  ].map(pair => [[...pair][0] as string, [...pair][1] as string]),
);

function folded(text: string): string {
  const visible = hiddenCharacters(text).length === 0 ? text : text.replace(/[\p{Cf}\p{Cc}\u{e0000}-\u{e0fff}]/gu, '');
  return [...visible.normalize('NFKC')].map(character => confusable[character] ?? character).join('');
}

/** A marker that reads as another of the same vocabulary. */
function lookalikes(tokens: readonly Token[]): string[] {
  const special = tokens.flatMap((token, id) => (isSpecial(token) ? [{ id, text: token.text }] : []));
  const plain = new Set(special.map(({ text }) => text));
  return special.flatMap(({ id, text }) => {
    const read = folded(text);
    const marker = /^[<[{].*[>\]}]$/.test(read) && read !== text;
    return marker && plain.has(read) ? [`id ${id} ${quoted(text)} reads as ${quoted(read)}`] : [];
  });
}

/** Byte-level BPE writes each byte as one of 256 characters (GPT-2's encoder.py): plain tokens hold nothing else. */
const inAlphabet = new RegExp(
  `^[${byteCharacters()
    .map(character => `\\u{${character.codePointAt(0)?.toString(16)}}`)
    .join('')}]*$`,
  'u',
);

function byteCharacters(): string[] {
  const kept = (byte: number) =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
  let moved = 0;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(kept(byte) ? byte : 256 + moved++));
}

function outsideAlphabet(tokens: readonly Token[]): string[] {
  const outside = tokensWhere(tokens, ({ text, type }) => {
    return (type === tokenTypes.normal || type === undefined) && !inAlphabet.test(text);
  });
  // Some vocabularies mark added texts as plain; where many are, it is how the vocabulary was made.
  return outside.length > Math.max(8, mostOutside * tokens.length) ? [] : outside;
}

const mostOutside = 0.001;
