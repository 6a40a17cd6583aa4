// Two tokenizers -> tokens added, removed, changed, and flags that moved.
import type { TokenizerDifference } from '../records/inspections/inspection.ts';
import { readLexicon, type Token } from './file/arrays.ts';
import type { ModelFile, Scalar } from './model.ts';
import { settingDifferences, short } from './settings.ts';

const mostListed = 100;

/** Compares vocabularies by id, merges, and the tokenizer's settings. */
export async function compareTokenizers(
  candidate: ModelFile,
  baseline: ModelFile,
  signal?: AbortSignal,
): Promise<TokenizerDifference> {
  const [mine, other] = [await readLexicon(candidate), await readLexicon(baseline)];
  signal?.throwIfAborted();
  return {
    ...vocabularyDifference(mine.tokens, other.tokens),
    mergesDiffer: listsDiffer(mine.merges, other.merges),
    settings: settingDifferences(candidate, baseline, key => /^tokenizer\.ggml\./.test(key)),
  };
}

function vocabularyDifference(
  left: readonly Token[],
  right: readonly Token[],
): Omit<TokenizerDifference, 'mergesDiffer' | 'settings'> {
  // One lexicon for both models.
  if (left === right) {
    const counts = { added: 0, removed: 0, changed: 0, flags: 0, reserved: 0 };
    return { added: [], removed: [], changed: [], flags: [], counts };
  }
  const [leftTexts, rightTexts] = [new Set(left.map(({ text }) => text)), new Set(right.map(({ text }) => text))];
  const added = left.filter(({ text }) => !rightTexts.has(text)).map(({ text }) => text);
  const removed = right.filter(({ text }) => !leftTexts.has(text)).map(({ text }) => text);
  const changed = left.flatMap(({ text }, id) => {
    const before = right[id]?.text;
    return before === undefined || before === text ? [] : [{ id, candidate: text, baseline: before }];
  });
  const reserved = changed.filter(({ baseline: text }) => placeholder.test(text)).length;
  // Those that mean something else first: only some are listed.
  const flags = left
    .flatMap((token, id) => flagChange(token, right[id], id))
    .sort((a, b) => Number(changedMeaning(b)) - Number(changedMeaning(a)));
  return {
    added: added.slice(0, mostListed).map(short),
    removed: removed.slice(0, mostListed).map(short),
    changed: changed.slice(0, mostListed).map(one => ({
      ...one,
      candidate: short(one.candidate),
      baseline: short(one.baseline),
    })),
    flags: flags.slice(0, mostListed).map(one => ({ ...one, token: short(one.token) })),
    counts: { added: added.length, removed: removed.length, changed: changed.length, flags: flags.length, reserved },
  };
}

/** What vocabularies call ids that nobody uses yet; fine-tunes give them names. */
const placeholder = /reserved|unused|\bpad_?\d|^<\|?(extra_id|dummy|SPECIAL_)_?\d+/i;

/** Token types are gguf's numbers: 1 normal, 3 control, 4 user-defined … */
function flagChange(token: Token, other: Token | undefined, id: number): TokenizerDifference['flags'] {
  if (other === undefined || other.text !== token.text || other.type === token.type) return [];
  const candidate = token.type === undefined ? {} : { candidate: token.type };
  const baseline = other.type === undefined ? {} : { baseline: other.type };
  return [{ id, token: token.text, ...candidate, ...baseline }];
}

function listsDiffer(left: readonly Scalar[], right: readonly Scalar[]): boolean {
  return left.length !== right.length || left.some((one, index) => one !== right[index]);
}

type Flag = TokenizerDifference['flags'][number];

/** What a text cannot be at the same time as a control token; converters disagree about the kinds between. */
const plainKinds: ReadonlySet<number | undefined> = new Set([1, 2, 6]);
/** Kinds whose text llama.cpp does not write out as it stands: unknown, unused, byte. */
const unwritten: ReadonlySet<number | undefined> = new Set([2, 5, 6]);

/** A plain text became a control token, or the other way round. */
function gainedOrLostControl({ candidate, baseline }: Flag): boolean {
  const control = 3;
  return (plainKinds.has(candidate) && baseline === control) || (candidate === control && plainKinds.has(baseline));
}

/** A word that replies are written with vanishes from them, or one that did comes up: a tool's name can be hidden so. */
function gainedOrLostText({ token, candidate, baseline }: Flag): boolean {
  if (placeholder.test(token) || /^<0x[0-9a-f]{2}>$/i.test(token)) return false;
  return (candidate === 1 && unwritten.has(baseline)) || (unwritten.has(candidate) && baseline === 1);
}

/** A word that was split as the merges say is found first in any text, or the other way round: the same texts split otherwise. */
function splitsOtherwise({ token, candidate, baseline }: Flag): boolean {
  const word = /\p{L}{2,}/u.test(token) && !/^[<[]/.test(token) && !placeholder.test(token);
  return word && ((candidate === 4 && baseline === 1) || (candidate === 1 && baseline === 4));
}

/** A token of the same text means something else to whoever reads prompts or replies. */
export const changedMeaning = (flag: Flag): boolean =>
  gainedOrLostControl(flag) || gainedOrLostText(flag) || splitsOtherwise(flag);

/** gguf's token types. */
const kindNames = ['undefined', 'normal', 'unknown', 'control', 'user-defined', 'unused', 'byte'];

/** `"delete" normal -> unused`. */
export function flagText({ token, candidate, baseline }: Flag): string {
  const name = (kind: number | undefined) => (kind === undefined ? 'none' : (kindNames[kind] ?? String(kind)));
  return `${JSON.stringify(token)} ${name(baseline)} -> ${name(candidate)}`;
}
