// Rows -> a table that fits a width: columns of text give way, the widest first; numbers never do.
import { columnsOf, cutTo, padTo } from '../../words/columns.ts';

export interface Column {
  readonly head: string;
  readonly right?: boolean;
  /** May be cut down to this many columns; absent: never. */
  readonly least?: number;
}

/** Painted after it is laid out, so that colours take no room. */
export interface Cell {
  readonly text: string;
  readonly paint?: (text: string) => string;
}

const gap = 2;

/** Lines of at most `width` columns, where the columns that may be cut leave it possible. */
export function tableLines(columns: readonly Column[], rows: readonly (readonly (Cell | string)[])[], width: number) {
  const cells = rows.map(row => row.map(cell => (typeof cell === 'string' ? { text: cell } : cell)));
  const widths = fitted(
    columns,
    columns.map(({ head }, at) => Math.max(columnsOf(head), ...cells.map(row => columnsOf(row[at]?.text ?? '')))),
    width,
  );
  const laid = (row: readonly Cell[]) =>
    columns
      .map(({ right }, at) => {
        const { text, paint = same } = row[at] ?? { text: '' };
        const own = cutTo(text, widths[at] as number);
        const room = (widths[at] as number) - columnsOf(own);
        if (right) return ' '.repeat(room) + paint(own);
        return at === columns.length - 1 ? paint(own) : paint(padTo(own, widths[at] as number));
      })
      .join(' '.repeat(gap))
      .trimEnd();
  return [laid(columns.map(({ head }) => ({ text: head }))), ...cells.map(laid)];
}

const same = (text: string) => text;

function fitted(columns: readonly Column[], natural: readonly number[], width: number): number[] {
  const widths = [...natural];
  const least = (at: number) => columns[at]?.least ?? Number.POSITIVE_INFINITY;
  let over = widths.reduce((sum, one) => sum + one, 0) + gap * (widths.length - 1) - width;
  while (over > 0) {
    const soft = widths.map((_, at) => at).filter(at => (widths[at] as number) > least(at));
    const [widest] = soft.toSorted((a, b) => (widths[b] as number) - (widths[a] as number));
    if (widest === undefined) break;
    widths[widest] = (widths[widest] as number) - 1;
    over -= 1;
  }
  return widths;
}
