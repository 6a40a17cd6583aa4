// What opens and closes a block of reasoning. Calls inside a closed block are thoughts, not calls.
import type { Ahead } from './text/ahead.ts';
import { escaped } from './text/text.ts';

/** A pair of markers around reasoning. */
export interface ThinkMarkers {
  readonly open: string;
  readonly closes: readonly string[];
  /** Shown to the user upstream as part of the reasoning (Apriel's spoken opening). */
  readonly keepOpen?: true;
  /** A single special token: closed blocks and stray closes are never content, wherever they stand. */
  readonly special?: true;
}

/** Every family's pair. Longer openings first where one starts with another. */
export const thinkMarkers: readonly ThinkMarkers[] = [
  { open: '<think>', closes: ['</think>'] },
  { open: '<thinking>', closes: ['</thinking>'] },
  { open: '<think:opensource>', closes: ['</think:opensource>'] },
  { open: '<seed:think>', closes: ['</seed:think>'] },
  { open: '<mm:think>', closes: ['</mm:think>'] },
  { open: '[THINK]', closes: ['[/THINK]'], special: true },
  { open: '<|START_THINKING|>', closes: ['<|END_THINKING|>'], special: true },
  { open: '<|channel>thought\n', closes: ['<channel|>'], special: true },
  { open: '<|inner_prefix|>', closes: ['<|inner_suffix|>'], special: true },
  { open: '<|think|>', closes: ['<|end|><|begin|>assistant', '<|end|>'], special: true },
  { open: 'Here are my reasoning steps:', closes: ['[BEGIN FINAL RESPONSE]'], keepOpen: true },
];

/** The block that a generation prompt left open, if it did. */
export function openedBlock(generationPrompt: string): ThinkMarkers | undefined {
  const end = generationPrompt.trimEnd();
  return thinkMarkers.find(({ open }) => end.endsWith(open.trimEnd()));
}

/** The block that opens first at or after `from`. */
export function nextBlock(
  ahead: Ahead,
  from: number,
  specialAlone: boolean,
): { at: number; markers: ThinkMarkers } | undefined {
  let first: { at: number; markers: ThinkMarkers } | undefined;
  for (const markers of thinkMarkers) {
    if (specialAlone && markers.special !== true) continue;
    const at = ahead.marker(markers.open, from);
    if (at !== undefined && (first === undefined || at < first.at)) first = { at, markers };
  }
  return first;
}

/** The first of a block's closing markers at or after `from`; the longest where several start there. */
export function blockEnd(
  ahead: Ahead,
  from: number,
  { closes }: ThinkMarkers,
): { at: number; next: number } | undefined {
  const ends = closes.flatMap(close => {
    const at = ahead.marker(close, from);
    return at === undefined ? [] : [{ at, length: close.length }];
  });
  const [end] = ends.toSorted((a, b) => a.at - b.at || b.length - a.length);
  return end === undefined ? undefined : { at: end.at, next: end.at + end.length };
}

/** A closing marker at or after `from` whose opening is not before it: perhaps a generation prompt had opened the block. */
export function orphanEnd(ahead: Ahead, from: number): { at: number; next: number } | undefined {
  const ends = thinkMarkers
    .filter(({ open, keepOpen }) => keepOpen === undefined && open !== '<|think|>')
    .map(markers => ({ end: blockEnd(ahead, from, markers), open: ahead.marker(markers.open, from) }))
    .flatMap(({ end, open }) => (end !== undefined && (open === undefined || open > end.at) ? [end] : []));
  return ends.toSorted((a, b) => a.at - b.at)[0];
}

/** Content without closing tokens whose block was never open. */
export function withoutStrays(content: string): string {
  const special = thinkMarkers.filter(markers => markers.special === true && markers.open !== '<|think|>');
  return special.flatMap(({ closes }) => closes).reduce((text, close) => text.replaceAll(close, ''), content);
}

const spoken = thinkMarkers.filter(({ keepOpen }) => keepOpen === undefined);
const eachMark = new RegExp(
  spoken
    .flatMap(({ open, closes }) => [open, ...closes])
    .map(escaped)
    .join('|'),
  'g',
);
const eachBlock = new RegExp(
  spoken.map(({ open, closes }) => `${escaped(open)}[^<>{}]{0,200}?(?:${closes.map(escaped).join('|')})`).join('|'),
  'g',
);

/** Words that open a thought: no mark by themselves. */
const openWords = thinkMarkers.flatMap(({ open, keepOpen }) => (keepOpen === true ? [open] : []));

/** A text as hosts have it that leave the marks of thoughts out, and as those that leave short thoughts out as well. */
export function withoutMarks(text: string): string[] {
  const unmarked = text.replace(eachMark, '');
  if (unmarked === text) return [];
  const plain = openWords.reduce((so, open) => so.replaceAll(open, ''), unmarked);
  return [...new Set([plain, text.replace(eachBlock, '').replace(eachMark, '')])];
}
