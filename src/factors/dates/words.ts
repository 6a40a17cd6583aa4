// Sets of a date's parts in words: the shortest that are exact.
import { orText } from '../sets.ts';
import { type DatePart, levelsOfPart } from './calendar.ts';

/** Parts that come round again: after the last comes the first. */
const round: readonly DatePart[] = ['month', 'weekday', 'hour'];
const anyRange = { from: '0001-01-01', to: '0001-12-31' };

/** `2026`, `weekend`, `22..05`, `01 or 07`, `any but 12`. */
export function partText(part: DatePart, levels: readonly string[]): string {
  const [only] = levels;
  if (levels.length === 1 && only !== undefined) return only;
  if (part === 'weekday' && isSame(levels, ['Saturday', 'Sunday'])) return 'weekend';
  if (part === 'year') return isRun(levels.map(Number)) ? rangeText(levels) : orText(levels);
  const all = levelsOfPart(part, anyRange);
  const others = all.filter(level => !levels.includes(level));
  if (others.length === 1) return `any but ${others[0]}`;
  const run = levels.length > 2 ? runOf(part, all, levels) : undefined;
  if (run !== undefined) return rangeText(run);
  return others.length < levels.length ? `any but ${orText(others)}` : orText(levels);
}

const rangeText = (levels: readonly string[]) => `${levels[0]}..${levels.at(-1)}`;
const isRun = (numbers: readonly number[]) =>
  numbers.every((value, index) => index === 0 || value === (numbers[index - 1] as number) + 1);
const isSame = (a: readonly string[], b: readonly string[]) =>
  a.length === b.length && a.every(level => b.includes(level));

/** The levels from first to last where they follow each other, round the end where the part comes round. */
function runOf(part: DatePart, all: readonly string[], levels: readonly string[]): string[] | undefined {
  const starts = all.filter((level, index) => {
    const before = all[index - 1] ?? (round.includes(part) ? all.at(-1) : undefined);
    return levels.includes(level) && !(before !== undefined && levels.includes(before));
  });
  const [start] = starts;
  if (starts.length !== 1 || start === undefined) return undefined;
  const at = all.indexOf(start);
  return levels.map((_, index) => all[(at + index) % all.length] as string);
}
