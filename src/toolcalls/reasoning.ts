// What opens and closes a block of reasoning. Calls inside a closed block are thoughts, not calls.

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
export function nextBlock(text: string, from: number): { at: number; markers: ThinkMarkers } | undefined {
  let first: { at: number; markers: ThinkMarkers } | undefined;
  for (const markers of thinkMarkers) {
    const at = text.indexOf(markers.open, from);
    if (at >= 0 && (first === undefined || at < first.at)) first = { at, markers };
  }
  return first;
}

/** The first of a block's closing markers at or after `from`; the longest where several start there. */
export function blockEnd(
  text: string,
  from: number,
  { closes }: ThinkMarkers,
): { at: number; next: number } | undefined {
  const ends = closes
    .map(close => ({ at: text.indexOf(close, from), length: close.length }))
    .filter(({ at }) => at >= 0);
  const [end] = ends.toSorted((a, b) => a.at - b.at || b.length - a.length);
  return end === undefined ? undefined : { at: end.at, next: end.at + end.length };
}

/** A closing marker whose opening is not in the text: an unknown generation prompt had opened the block. */
export function orphanEnd(text: string): { at: number; next: number } | undefined {
  const ends = thinkMarkers
    .filter(({ open, keepOpen }) => keepOpen === undefined && open !== '<|think|>')
    .map(markers => ({ end: blockEnd(text, 0, markers), open: text.indexOf(markers.open) }))
    .flatMap(({ end, open }) => (end !== undefined && (open < 0 || open > end.at) ? [end] : []));
  return ends.toSorted((a, b) => a.at - b.at)[0];
}

/** Content without closing tokens whose block was never open. */
export function withoutStrays(content: string): string {
  const special = thinkMarkers.filter(markers => markers.special === true && markers.open !== '<|think|>');
  return special.flatMap(({ closes }) => closes).reduce((text, close) => text.replaceAll(close, ''), content);
}
