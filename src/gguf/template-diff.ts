// Two chat templates -> how their texts differ, and when their prompts do.
import { createTwoFilesPatch } from 'diff';
import type { Renderer } from '../sweep/ports.ts';
import { type Axis, battery, batteryDays, chatOn, middleDay, neutralText, type Probe } from './battery.ts';
import { templateDays, templateTexts, usesClock } from './conditions.ts';
import {
  type ComparePrompts,
  comparison,
  difference,
  type Limits,
  type PromptPair,
  type TemplateSource,
  textSignature,
} from './prompt-pairs.ts';

/** Chats for which the prompts differ in the same way. */
export interface PromptDifference {
  /** `usual`: the difference of most chats, or one that other turns and tools make of it; else one that some chats have. */
  readonly kind: 'usual' | 'conditional';
  /** When: `date from 2027-01-01 on`, `text "…"`; empty for the usual difference itself. */
  readonly when: readonly { readonly axis: Axis; readonly values: string }[];
  readonly chats: number;
  /** An example: what is only in the candidate's prompt, and what is only in the baseline's; for one template alone,
   * what changes against the usual chat. */
  readonly added: string;
  readonly removed: string;
}

/** Longest example kept, differences listed, values of an axis named. */
const most = { example: 2_000, differences: 50, values: 8 };

/** A unified diff of the templates; undefined when they are equal. */
export function templateTextDiff(candidate: string, baseline: string): string | undefined {
  if (candidate === baseline) return undefined;
  if (candidate.length + baseline.length > 400_000) return 'the templates differ, and are too long to show';
  const options = { context: 2, maxEditLength: 2000 };
  const patch = createTwoFilesPatch('baseline', 'candidate', baseline, candidate, undefined, undefined, options);
  return patch ?? 'the templates differ in more than 2000 lines';
}

/** More chats to try: those of a suite. */
export interface ExtraChats {
  readonly days?: readonly string[];
  readonly probes?: readonly Probe[];
}

/**
 * Renders both templates over the battery and says when the prompts differ, and how. With one template alone: when its
 * prompt changes with the date by more than the date it prints.
 * @param renderer renders untrusted templates within limits
 * @throws UserError `template-…` when a template is broken, runs away, or takes no chat at all
 */
export async function promptDifferences(
  renderer: Pick<Renderer, 'render'>,
  candidate: TemplateSource,
  baseline: TemplateSource | undefined,
  extra: ExtraChats,
  limits: Limits,
): Promise<PromptDifference[]> {
  const known = baseline?.template ?? '';
  const clocked = usesClock(candidate.template) || usesClock(known);
  const days = batteryDays({
    shown: extra.days ?? [],
    spokenOf: [...templateDays(candidate.template), ...templateDays(known)],
    all: clocked,
  });
  const texts = baseline ? templateTexts(candidate.template, known) : [];
  const all = [...battery(days, texts, clocked), ...(extra.probes ?? [])];
  // Alone, chats that differ must give prompts that differ; only along the clock can the template be held against itself.
  const probes = baseline ? all : all.filter(({ axis }) => axis === 'date' || axis === 'hour');
  const compare = await comparison(renderer, candidate, baseline, chatOn('2024-07-26'), limits);
  const pairs = await probePairs(probes, compare);
  return differences(probes, pairs, baseline !== undefined, compare);
}

async function probePairs(probes: readonly Probe[], compare: ComparePrompts): Promise<PromptPair[]> {
  const pairs = await compare(probes.map(({ chat }) => chat));
  const neutrals = new Map(probes.flatMap(({ neutral }) => (neutral ? [[JSON.stringify(neutral), neutral]] : [])));
  const rendered = await compare([...neutrals.values()]);
  const byKey = new Map([...neutrals.keys()].map((key, index) => [key, rendered[index] as PromptPair]));
  return probes.map(({ neutral, value }, index) => {
    const pair = pairs[index] as PromptPair;
    const other = neutral && byKey.get(JSON.stringify(neutral));
    return other ? { ...pair, signature: textSignature(pair, other, value, neutralText) } : pair;
  });
}

/** Axes along which templates that speak differently must differ differently. */
const structural: ReadonlySet<Axis> = new Set(['tools', 'turns', 'case']);

async function differences(
  probes: readonly Probe[],
  pairs: readonly PromptPair[],
  paired: boolean,
  compare: ComparePrompts,
): Promise<PromptDifference[]> {
  const groups = new Map<string, number[]>();
  for (const [index, { signature }] of pairs.entries()) {
    const members = groups.get(signature);
    if (members === undefined) groups.set(signature, [index]);
    else members.push(index);
  }
  const usual = usualSignature(probes, pairs);
  const found: (PromptDifference & { readonly again: boolean })[] = [];
  for (const [signature, members] of groups) {
    if (signature === '' || (signature === usual && !paired)) continue;
    const when = signature === usual ? [] : await conditionsOf(probes, members, pairs, signature, compare);
    const expected = usual !== '' && when.every(({ axis }) => structural.has(axis));
    const { candidate, baseline } = pairs[members[0] as number] as PromptPair;
    const { added, removed } = difference(candidate, baseline);
    found.push({
      kind: signature === usual || when.length === 0 || expected ? 'usual' : 'conditional',
      when,
      chats: members.length,
      added: cut(added),
      removed: cut(removed),
      again: members.every(index => isDatedAgain(probes[index] as Probe)),
    });
  }
  // A template that turns on the date does it with any tools and turns: said once.
  const dated = found.some(({ when }) => when.some(({ axis }) => axis === 'date'));
  const told = found.flatMap(({ again, ...rest }) => (dated && again ? [] : [rest]));
  const rank = ({ kind, when }: PromptDifference) => (kind === 'conditional' ? 0 : when.length === 0 ? 1 : 2);
  return told.sort((a, b) => rank(a) - rank(b) || b.chats - a.chats).slice(0, most.differences);
}

/** A chat of other tools or turns that is tried on another day than the usual one. */
function isDatedAgain({ axis, dated }: Probe): boolean {
  return structural.has(axis) && dated === true;
}

/** That of the plain chat. */
function usualSignature(probes: readonly Probe[], pairs: readonly PromptPair[]): string {
  const counts = new Map<string, number>();
  for (const [index, { signature }] of pairs.entries()) {
    if (signature === '') return '';
    if (probes[index]?.axis !== 'date') counts.set(signature, (counts.get(signature) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? '';
}

/** An axis whose probes all have the difference says nothing and is left out. */
async function conditionsOf(
  probes: readonly Probe[],
  members: readonly number[],
  pairs: readonly PromptPair[],
  signature: string,
  compare: ComparePrompts,
): Promise<PromptDifference['when']> {
  const count = (axis: Axis, among: readonly Probe[]) => among.filter(probe => probe.axis === axis).length;
  const own = members.map(index => probes[index] as Probe);
  const axes = [...new Set(own.map(({ axis }) => axis))].filter(axis => count(axis, own) < count(axis, probes));
  const when: { axis: Axis; values: string }[] = [];
  for (const axis of axes) {
    const values = axis === 'date' ? await dayRanges(probes, pairs, signature, compare) : valuesOn(own, axis);
    when.push({ axis, values });
  }
  // Chats at other dates differ only because of the date, where the date explains them.
  return when.some(({ axis }) => axis === 'date') ? when.filter(({ axis }) => explained(axis, own)) : when;
}

/** Whether an axis adds something to the date: some of its chats show the difference on the usual day. */
function explained(axis: Axis, own: readonly Probe[]): boolean {
  return axis === 'date' || own.some(probe => probe.axis === axis && !probe.dated);
}

/** Values of an axis; those that hold on the usual day need no date. */
function valuesOn(own: readonly Probe[], axis: Axis): string {
  const mine = own.filter(probe => probe.axis === axis);
  const anyDay = new Set(mine.filter(({ dated }) => !dated).map(({ value }) => value));
  const dated = mine.filter(({ value }) => !anyDay.has(value));
  const values = [...new Set([...mine.filter(({ dated: later }) => !later), ...dated].map(valueText))];
  const more = values.length - most.values;
  return values.slice(0, most.values).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function valueText({ axis, value, dated, chat }: Probe): string {
  const text = axis === 'text' ? JSON.stringify(value) : value;
  return dated ? `${text} on ${chat.clock?.slice(0, 10)}` : text;
}

/** Ranges whose ends are found to the day. */
async function dayRanges(
  probes: readonly Probe[],
  pairs: readonly PromptPair[],
  signature: string,
  compare: ComparePrompts,
): Promise<string> {
  const days = probes.flatMap(({ axis, value }, index) =>
    axis === 'date' ? [{ day: value, has: pairs[index]?.signature === signature }] : [],
  );
  const ranges: string[] = [];
  for (let index = 0; index < days.length; index++) {
    if (days[index]?.has !== true) continue;
    let end = index;
    while (days[end + 1]?.has === true) end++;
    const [from, to] = [days[index]?.day as string, days[end]?.day as string];
    const [before, after] = [days[index - 1]?.day, days[end + 1]?.day];
    const first = before === undefined ? undefined : await edge(before, from, signature, compare);
    const last = after === undefined ? undefined : await edge(after, to, signature, compare);
    ranges.push(rangeText(first, last));
    index = end;
  }
  const more = ranges.length - most.values;
  return ranges.slice(0, most.values).join(', ') + (more > 0 ? ` and ${more} more ranges` : '');
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

const firstDay = batteryDays({ shown: [], spokenOf: [], all: false })[0] as string;

function rangeText(first: string | undefined, last: string | undefined): string {
  if (first === undefined) return last === undefined ? 'always' : `until ${last}`;
  if (last === undefined) return `from ${first} on`;
  return first === last ? first : `${first}..${last}`;
}

function cut(text: string): string {
  return text.length > most.example ? `${text.slice(0, most.example - 1)}…` : text;
}
