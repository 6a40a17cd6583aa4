// Text in the columns of a terminal: a Chinese character takes two, a combining accent none.
import stringWidth from 'string-width';

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** Columns that a text takes. */
export function columnsOf(text: string): number {
  return stringWidth(text);
}

/** Spaces up to a width; what is longer stays as it is. */
export function padTo(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - columnsOf(text)));
}

/** Characters looked at per column: a model may stack a thousand accents, or write a megabyte. */
const mostPerColumn = 16;

/** Cuts the end, with an ellipsis. */
export function cutTo(text: string, columns: number): string {
  if (columns < 1) return '';
  const near = text.slice(0, mostPerColumn * columns);
  return near === text && columnsOf(text) <= columns ? text : `${start(pieces(near), columns - 1)}…`;
}

/** Cuts the middle, with an ellipsis: names that differ at their ends still differ. */
export function cutMiddle(text: string, columns: number): string {
  if (columns < 3 || text.length > mostPerColumn * columns) return cutTo(text, columns);
  if (columnsOf(text) <= columns) return text;
  const tail = Math.floor((columns - 1) / 2);
  const all = pieces(text);
  const end = pieces(start(all.toReversed(), tail)).length;
  return `${start(all, columns - 1 - tail)}…${all.slice(all.length - end).join('')}`;
}

function pieces(text: string): string[] {
  return [...graphemes.segment(text)].map(({ segment }) => segment);
}

/** As many pieces as fit. */
function start(all: readonly string[], columns: number): string {
  let [taken, width] = ['', 0];
  for (const piece of all) {
    width += columnsOf(piece);
    if (width > columns) break;
    taken += piece;
  }
  return taken;
}
