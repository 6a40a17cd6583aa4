// A stretch of days was found -> other stretches at which the same effect shows. Asked where the design shows it, and in the
// middle of times of which the design says nothing; the edges are bisected between days that show it and days that don't.
import { type Further, type Question, reading, type Seed, type Shown } from '../search.ts';
import { dayNumber, dayText } from './calendar.ts';
import { type DateCondition, type DateRange, type Window, windowsOf } from './conditions.ts';

/** Days at which the design shows it that are asked about. */
const mostFiring = 8;
/** Times of which nothing is known are looked into where they are longer than this, so many at most; days. */
const longest = 42;
const mostGaps = 12;

type Asks<T> = Generator<Question, T, boolean[]>;
type DaySeed = Seed<DateRange, DateCondition>;

/** First and last day; day numbers. */
interface Stretch {
  readonly from: number;
  readonly to: number;
}

export function* furtherStretches(
  seed: DaySeed,
  found: readonly { readonly factor: string; readonly kind: string }[],
  design: Shown,
): Further<DateCondition> {
  const conditions = found as readonly DateCondition[];
  const own = conditions.find(one => one.attribute === 'window');
  // A day stands for its month or weekday, too, where these are conditions besides.
  const alone = conditions.every(one => one === own || one.attribute === 'hour');
  if (own === undefined || !alone) return undefined;
  const { factor, level } = seed;
  const limits = stretchOf(factor, factor);
  const known = stretchOf(own, factor);
  const beyond = (days: readonly string[]) =>
    [...new Set(days.map(dayNumber))].filter(day => !within(day, known) && within(day, limits));
  const [firing, calm] = [beyond(design.firing), beyond(design.calm)];
  // Where it has begun, or not ended, by an end of the suite's time the rest of it is what the design shows.
  const closed = own.from !== undefined && own.to !== undefined;
  const likely = firing.slice(0, mostFiring);
  const asked = [...likely, ...(closed ? middles({ limits, known }, [...calm, ...likely]) : [])];
  const { inside } = yield* reading(asked.map(day => onDay(level, day)));
  const showing = asked.filter(day => inside.includes(onDay(level, day))).toSorted((a, b) => a - b);
  const silent = [...asked.filter(day => !showing.includes(day)), known.from - 1, known.to + 1];
  const stretches: Stretch[] = [];
  for (const day of showing) {
    if (stretches.some(stretch => within(day, stretch))) continue;
    const edge = (side: -1 | 1) => edgeOf(day, side, { limits, showing, silent, calm }, place => onDay(level, place));
    stretches.push({ from: yield* edge(-1), to: yield* edge(1) });
  }
  if (stretches.length === 0) return undefined;
  const { from, to } = own;
  const windows = [{ ...(from && { from }), ...(to && { to }) }, ...stretches.map(stretch => openAt(stretch, limits))];
  return [windowsOf(seed.name, windows), ...conditions.filter(one => one !== own)];
}

const onDay = (level: string, day: number) => `${dayText(day)}${level.slice(10)}`;
const within = (day: number, { from, to }: Stretch) => day >= from && day <= to;

const stretchOf = ({ from, to }: Window, range: DateRange): Stretch => ({
  from: dayNumber(from ?? range.from),
  to: dayNumber(to ?? range.to),
});

/** Open where it reaches an end of the suite's time. */
const openAt = ({ from, to }: Stretch, limits: Stretch): Window => ({
  ...(from <= limits.from ? {} : { from: dayText(from) }),
  ...(to >= limits.to ? {} : { to: dayText(to) }),
});

/** The middle of the longest time without a known day, again and again, until all are short. */
function middles(
  { limits, known }: { readonly limits: Stretch; readonly known: Stretch },
  days: readonly number[],
): number[] {
  const made: number[] = [];
  while (made.length < mostGaps) {
    const all = [limits.from - 1, ...days, ...made, known.from, known.to, limits.to + 1].toSorted((a, b) => a - b);
    const gaps = all
      .slice(1)
      .map((to, index) => ({ from: all[index] as number, to }))
      .filter(({ from }) => from !== known.from);
    const { from, to } = gaps.reduce((most, gap) => (gap.to - gap.from > most.to - most.from ? gap : most));
    if (to - from <= longest) break;
    made.push(Math.floor((from + to) / 2));
  }
  return made;
}

/** What is known of days around one that shows the effect. */
interface Around {
  readonly limits: Stretch;
  /** It was asked about these: it shows, and it does not. */
  readonly showing: readonly number[];
  readonly silent: readonly number[];
  /** The design says so, in another context: asked about where the edge would lie at one of them. */
  readonly calm: readonly number[];
}

/** The last day on one side of a day up to which the effect stays: bisection up to the nearest day at which it does not. */
function* edgeOf(
  day: number,
  side: -1 | 1,
  { limits, showing, silent, calm }: Around,
  levelAt: (place: number) => string,
): Asks<number> {
  const stepsTo = (place: number) => (place - day) * side;
  const ends = [...silent, limits.from - 1, limits.to + 1].map(stepsTo).filter(steps => steps > 0);
  const certain = Math.min(...ends);
  const bounds = [...new Set(calm.map(stepsTo))]
    .filter(steps => steps > 0 && steps < certain)
    .toSorted((a, b) => a - b);
  const stays = function* (steps: number): Asks<boolean> {
    const [answer] = yield [levelAt(day + side * steps)];
    return answer === true;
  };
  let inside = 0;
  for (const bound of [...bounds, certain]) {
    inside = Math.max(inside, ...showing.map(stepsTo).filter(steps => steps < bound));
    let outside = bound;
    while (outside - inside > 1) {
      const middle = Math.floor((inside + outside) / 2);
      if (yield* stays(middle)) inside = middle;
      else outside = middle;
    }
    if (outside < bound || bound === certain || !(yield* stays(bound))) break;
    inside = bound;
  }
  return day + side * inside;
}
