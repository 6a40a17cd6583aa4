// Days on which prompts differ in one way -> the ranges of them, as text.
import { chatOn, firstDay, middleDay, type Probe } from '../chats/battery.ts';
import type { ComparePrompts, PromptPair } from './prompt-pairs.ts';

/** Ranges that are told; of the rest the number. */
const mostRanges = 3;

/** Ranges whose ends are found to the day. */
export async function dayRanges(
  probes: readonly Probe[],
  pairs: readonly PromptPair[],
  signature: string,
  compare: ComparePrompts,
): Promise<string> {
  const days = probes.flatMap(({ axis, value }, index) =>
    axis === 'date' ? [{ day: value, has: pairs[index]?.signature === signature }] : [],
  );
  const weekdays = weekdaysOf(days);
  if (weekdays !== undefined) return weekdays;
  const ranges: string[] = [];
  for (let index = 0; index < days.length; index++) {
    if (days[index]?.has !== true) continue;
    let end = index;
    while (days[end + 1]?.has === true) end++;
    const [from, to] = [days[index]?.day as string, days[end]?.day as string];
    const [before, after] = [days[index - 1]?.day, days[end + 1]?.day];
    // Ends of ranges that are only counted need not be known to the day.
    const exact = ranges.length < mostRanges;
    const first = before === undefined || !exact ? before && from : await edge(before, from, signature, compare);
    const last = after === undefined || !exact ? after && to : await edge(after, to, signature, compare);
    ranges.push(rangeText(first, last));
    index = end;
  }
  const more = ranges.length - mostRanges;
  return ranges.slice(0, mostRanges).join(', ') + (more > 0 ? ` and ${more} more ranges` : '');
}

const dayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
/** So many weeks, before days are taken for days of the week. */
const fewestWeeks = 20;

/** `a Friday`, where the difference holds on all days of a name, and on no others. */
function weekdaysOf(days: readonly { day: string; has: boolean }[]): string | undefined {
  const named = days.map(({ day, has }) => ({
    has,
    name: dayNames[new Date(`${day}T00:00:00Z`).getUTCDay()] as string,
  }));
  const having = named.filter(({ has }) => has);
  const names = dayNames.filter(name => having.some(one => one.name === name));
  if (names.length > 3 || having.length < fewestWeeks * names.length) return undefined;
  return named.every(({ has, name }) => has === names.includes(name)) ? `a ${names.join(' or a ')}` : undefined;
}

/** The day nearest to `outside` that still has the signature, between a day without it and one with it. */
async function edge(outside: string, inside: string, signature: string, compare: ComparePrompts): Promise<string> {
  let [without, having] = [outside, inside];
  for (;;) {
    const [early, late] = without < having ? [without, having] : [having, without];
    const middle = middleDay(early, late);
    if (middle === undefined) return having;
    // The first day of the battery goes first: a template alone is held against it.
    const pair = (await compare([chatOn(firstDay), chatOn(middle)]))[1];
    if (pair?.signature === signature) having = middle;
    else without = middle;
  }
}

function rangeText(first: string | undefined, last: string | undefined): string {
  if (first === undefined) return last === undefined ? 'always' : `until ${last}`;
  if (last === undefined) return `from ${first} on`;
  return first === last ? first : `${first}..${last}`;
}
