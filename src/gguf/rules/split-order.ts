// Merges and token scores decide how a text splits. Training leaves them in the order of their tokens: what stands
// elsewhere was put there.
import type { InspectionFinding } from '../../records/inspections/inspection.ts';
import type { Scalar } from '../model.ts';
import type { Token } from '../file/arrays.ts';
import { few, found, quoted } from './found.ts';
import { idsOf, tokenTypes } from './tokens.ts';

/** Up to this share displaced, the list is in order but for them; beyond it, it never was. */
const mostDisplaced = 0.01;
/** Fewer entries show no order. */
const fewest = 50;

/** Merges of byte-level BPE against the ids of the tokens they make. */
export function mergeFindings(tokens: readonly Token[], merges: readonly Scalar[]): InspectionFinding[] {
  const ids = idsOf(tokens);
  const unique = ids.size === tokens.length;
  const unknown: string[] = [];
  const made: number[] = [];
  const texts: string[] = [];
  for (const merge of merges) {
    const text = String(merge);
    const space = text.indexOf(' ', 1);
    const [left, right] = [text.slice(0, space), text.slice(space + 1)];
    // Most merges make the token behind the last one: to see that takes no hash of the text.
    const next = (made.at(-1) ?? -1) + 1;
    const id =
      unique && tokens[next] !== undefined && joins(tokens[next].text, left, right) ? next : ids.get(left + right);
    if (space === -1 || id === undefined || !ids.has(left) || !ids.has(right)) unknown.push(quoted(text));
    else {
      made.push(id);
      texts.push(text);
    }
  }
  const result = unknown.length === 0 ? [] : [found('merge-unknown', few(unknown))];
  const displaced = outOfOrder(made);
  if (displaced.length === 0 || made.length < fewest) return result;
  if (displaced.length > mostDisplaced * made.length) {
    return [...result, found('merges-unordered', `${displaced.length} of ${made.length}`)];
  }
  const named = displaced.map(index => `${quoted(texts[index] as string)} for id ${made[index]}`);
  return [...result, found('merges-out-of-order', few(named))];
}

const joins = (text: string, left: string, right: string): boolean =>
  text.length === left.length + right.length && text.startsWith(left) && text.endsWith(right);

/** SentencePiece's way of saying "never": runs of blanks have it. */
const never = -1e6;
const blanks = /^\u2581+$/;

/** Scores of a SentencePiece BPE vocabulary, which fall from token to token. */
export function scoreFindings(tokens: readonly Token[], scores: readonly Scalar[]): InspectionFinding[] {
  const broken = scores.flatMap((score, id) => (Number.isFinite(score) ? [] : [`id ${id}: ${score}`]));
  const plain = tokens.flatMap(({ text, type }, id) => {
    const score = scores[id];
    const counted = type === tokenTypes.normal && typeof score === 'number' && Number.isFinite(score);
    return counted && !(score <= never && blanks.test(text)) ? [{ id, text, score }] : [];
  });
  // Scores that are all the same say nothing.
  const order = outOfOrder(plain.map(({ score }) => -score));
  const told = plain.length >= fewest && order.length <= mostDisplaced * plain.length;
  const displaced = told ? order.map(index => plain[index] as (typeof plain)[number]) : [];
  const named = displaced.map(({ id, text, score }) => `id ${id} ${quoted(text)} has ${score}`);
  const all = [...broken, ...named];
  return all.length === 0 ? [] : [found('scores-out-of-order', few(all))];
}

/**
 * Indices outside a longest non-decreasing subsequence: the fewest that must have been moved (patience sorting,
 * Fredman 1975).
 */
export function outOfOrder(values: readonly number[]): number[] {
  const ends: number[] = [];
  const previous = new Int32Array(values.length).fill(-1);
  for (const [index, value] of values.entries()) {
    const last = ends.at(-1);
    let at = ends.length;
    if (last !== undefined && (values[last] as number) > value) at = firstAbove(values, ends, value);
    if (at > 0) previous[index] = ends[at - 1] as number;
    ends[at] = index;
  }
  if (ends.length === values.length) return [];
  const kept = new Uint8Array(values.length);
  for (let index = ends.at(-1) ?? -1; index >= 0; index = previous[index] as number) kept[index] = 1;
  return Array.from(values.keys()).filter(index => kept[index] === 0);
}

/** The first of `ends` whose value is above `value`. */
function firstAbove(values: readonly number[], ends: readonly number[], value: number): number {
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((values[ends[middle] as number] as number) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
