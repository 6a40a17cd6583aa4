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

/** Lines of at most so many columns, broken between words; a word that is longer is broken where it must be. */
export function wrap(text: string, columns: number): string[] {
  const most = Math.max(1, columns);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap(one => broken(one, most))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (columnsOf(longer) <= most) line = longer;
    else {
      lines.push(line);
      line = word;
    }
  }
  return [...lines, line];
}

/** A word in parts that fit. */
function broken(word: string, columns: number): string[] {
  if (columnsOf(word) <= columns) return [word];
  const parts: string[] = [];
  let [part, width] = ['', 0];
  for (const piece of pieces(word)) {
    const own = columnsOf(piece);
    if (width + own > columns && part !== '') {
      parts.push(part);
      [part, width] = ['', 0];
    }
    part += piece;
    width += own;
  }
  return [...parts, part];
}

/** Wrapped, with a margin: what comes before the first line, and spaces before the others. */
export function hanging(first: string, text: string, columns: number, margin = columnsOf(first)): string[] {
  const [head = '', ...rest] = wrap(text, columns - Math.max(margin, columnsOf(first)));
  return [`${first}${head}`, ...rest.map(line => ' '.repeat(margin) + line)];
}
