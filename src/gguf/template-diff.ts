// Two chat templates -> how their texts differ, and when their prompts do.
import { createTwoFilesPatch, diffLines } from 'diff';
import { UserError } from '../errors.ts';
import type { Chat, Renderer, RenderOptions } from '../sweep/ports.ts';
import { type Axis, battery, batteryDays, chatOn, middleDay, type Probe } from './battery.ts';
import { templateDays, templateTexts } from './conditions.ts';

/** A template with what it is rendered with. */
export interface TemplateSource {
  readonly template: string;
  readonly options: RenderOptions;
}

/** Chats for which the prompts differ in the same way. */
export interface PromptDifference {
  /** `usual`: the difference of most chats; else one that some chats have instead of it. */
  readonly kind: 'usual' | 'conditional';
  /** When: `date from 2027-01-01 on`, `text "…"`; empty for `usual`. */
  readonly when: readonly { readonly axis: Axis; readonly values: string }[];
  readonly chats: number;
  /** An example: what is only in the candidate's prompt, and what is only in the baseline's; for one template alone,
   * what changes against the usual chat. */
  readonly added: string;
  readonly removed: string;
}

/** Longest example kept. */
const longestExample = 2_000;

/** A unified diff of the templates; undefined when they are equal. */
export function templateTextDiff(candidate: string, baseline: string): string | undefined {
  if (candidate === baseline) return undefined;
  if (candidate.length + baseline.length > 400_000) return 'the templates differ, and are too long to show';
  return createTwoFilesPatch('baseline', 'candidate', baseline, candidate, undefined, undefined, { context: 2 });
}

/**
 * Renders both templates over the battery and says when the prompts differ, and how. With one template alone: when its
 * prompt changes with the date by more than the date it prints.
 * @param renderer renders untrusted templates within limits
 * @param days extra days to try, such as those of a suite
 */
export async function promptDifferences(
  renderer: Pick<Renderer, 'render'>,
  candidate: TemplateSource,
  baseline: TemplateSource | undefined,
  days: readonly string[],
  signal: AbortSignal,
): Promise<PromptDifference[]> {
  const known = baseline?.template ?? '';
  const asked = [...days, ...templateDays(candidate.template), ...templateDays(known)];
  const all = battery(batteryDays(asked), baseline ? templateTexts(candidate.template, known) : []);
  // Alone, chats that differ must give prompts that differ; only along the clock can the template be held against itself.
  const probes = baseline ? all : all.filter(({ axis }) => axis === 'date' || axis === 'hour');
  const compare = async (chats: readonly Chat[]): Promise<Pair[]> => {
    const left = await renderAll(renderer, candidate, chats, signal);
    const right = baseline ? await renderAll(renderer, baseline, chats, signal) : left.map(() => left[0] as string);
    return left.map((prompt, index) => pairOf(prompt, right[index] as string, baseline === undefined));
  };
  const pairs = await compare(probes.map(({ chat }) => chat));
  return differences(probes, pairs, baseline !== undefined, compare);
}

interface Pair {
  readonly added: string;
  readonly removed: string;
  /** Equal for differences that are the same but for numbers and names of days and months. */
  readonly signature: string;
}

/** Starts what stands for the prompt of a chat that the template refuses. */
const refused = '[refused] ';

/** Prompts of all chats; where a template refuses a chat, its message stands for the prompt. */
async function renderAll(
  renderer: Pick<Renderer, 'render'>,
  { template, options }: TemplateSource,
  chats: readonly Chat[],
  signal: AbortSignal,
): Promise<string[]> {
  const prompts: string[] = [];
  while (prompts.length < chats.length) {
    const next = chats.slice(prompts.length, prompts.length + 100);
    try {
      prompts.push(...(await renderer.render(template, next, options, signal)));
    } catch (error) {
      if (!(error instanceof UserError) || error.code !== 'template-refused') throw error;
      const index = Number(error.facts.index ?? 0);
      prompts.push(
        ...(await renderer.render(template, next.slice(0, index), options, signal)),
        `${refused}${error.message}`,
      );
    }
  }
  return prompts;
}

/** @param alone prompts of one template at two dates: they may differ in what the date explains */
function pairOf(candidate: string, baseline: string, alone: boolean): Pair {
  if (candidate === baseline || (alone && withoutDates(candidate) === withoutDates(baseline)))
    return { added: '', removed: '', signature: '' };
  if (candidate.startsWith(refused) || baseline.startsWith(refused)) return refusalPair(candidate, baseline);
  const parts = diffLines(baseline, candidate, { timeout: 1000 }) ?? [
    { added: true, removed: false, value: candidate },
    { added: false, removed: true, value: baseline },
  ];
  const added = parts.filter(part => part.added).map(part => part.value);
  const removed = parts.filter(part => part.removed).map(part => part.value);
  const signature = withoutDates(JSON.stringify([added, removed]));
  return { added: added.join(''), removed: removed.join(''), signature };
}

/** A refusal differs from a prompt in the same way for every chat, whatever the prompt says. */
function refusalPair(candidate: string, baseline: string): Pair {
  const [added, removed] = [candidate, baseline].map(text => (text.startsWith(refused) ? text : '')) as [
    string,
    string,
  ];
  return { added, removed, signature: withoutDates(JSON.stringify([added, removed])) };
}

/** Numbers and the names of days and months, which a template that prints the date changes by right. */
function withoutDates(text: string): string {
  return text
    .replace(/\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\b/g, '@')
    .replace(/\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*\b/g, '@')
    .replace(/\b[AP]M\b/g, '@')
    .replace(/\d+/g, '#');
}

type Compare = (chats: readonly Chat[]) => Promise<Pair[]>;

async function differences(
  probes: readonly Probe[],
  pairs: readonly Pair[],
  paired: boolean,
  compare: Compare,
): Promise<PromptDifference[]> {
  const groups = new Map<string, number[]>();
  for (const [index, { signature }] of pairs.entries())
    groups.set(signature, [...(groups.get(signature) ?? []), index]);
  const usual = usualSignature(probes, pairs);
  const found: PromptDifference[] = [];
  for (const [signature, members] of groups) {
    const example = pairs[members[0] as number] as Pair;
    const kind = signature === usual ? 'usual' : 'conditional';
    if (kind === 'usual' && (signature === '' || !paired)) continue;
    const when = kind === 'usual' ? [] : await conditionsOf(probes, members, pairs, signature, compare);
    found.push({
      kind: when.length > 0 ? kind : 'usual',
      when,
      chats: members.length,
      added: cut(example.added),
      removed: cut(example.removed),
    });
  }
  return found.sort((a, b) => b.chats - a.chats).slice(0, 50);
}

/** No difference, where some chats have none; otherwise that of most chats beside those at other dates. */
function usualSignature(probes: readonly Probe[], pairs: readonly Pair[]): string {
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
  pairs: readonly Pair[],
  signature: string,
  compare: Compare,
): Promise<PromptDifference['when']> {
  const count = (axis: Axis, among: readonly Probe[]) => among.filter(probe => probe.axis === axis).length;
  const own = members.map(index => probes[index] as Probe);
  const axes = [...new Set(own.map(({ axis }) => axis))].filter(axis => count(axis, own) < count(axis, probes));
  const when: { axis: Axis; values: string }[] = [];
  for (const axis of axes) {
    if (axis === 'date') when.push({ axis, values: await dayRanges(probes, pairs, signature, compare) });
    else
      when.push({
        axis,
        values: [...new Set(own.flatMap(probe => valueOn(probe, axis)))].join(', '),
      });
  }
  return when;
}

function valueOn(probe: Probe, axis: Axis): string[] {
  if (probe.axis !== axis) return [];
  return [axis === 'text' ? JSON.stringify(probe.value) : probe.value];
}

/** Ranges whose ends are found to the day. */
async function dayRanges(
  probes: readonly Probe[],
  pairs: readonly Pair[],
  signature: string,
  compare: Compare,
): Promise<string> {
  const days = probes.flatMap(({ axis, value }, index) =>
    axis === 'date' ? [{ day: value, has: pairs[index]?.signature === signature }] : [],
  );
  const ranges: string[] = [];
  for (let index = 0; index < days.length && ranges.length < 20; index++) {
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
  return ranges.join(', ');
}

/** The day nearest to `outside` that still has the signature, between a day without it and one with it. */
async function edge(outside: string, inside: string, signature: string, compare: Compare): Promise<string> {
  let [without, having] = [outside, inside];
  for (;;) {
    const [early, late] = without < having ? [without, having] : [having, without];
    const middle = middleDay(early, late);
    if (middle === undefined) return having;
    // The usual day goes first: a template alone is held against it.
    const pair = (await compare([chatOn(batteryDays([])[0] as string), chatOn(middle)]))[1];
    if (pair?.signature === signature) having = middle;
    else without = middle;
  }
}

function rangeText(first: string | undefined, last: string | undefined): string {
  if (first === undefined) return last === undefined ? 'always' : `until ${last}`;
  if (last === undefined) return `from ${first} on`;
  return first === last ? first : `${first}..${last}`;
}

function cut(text: string): string {
  return text.length > longestExample ? `${text.slice(0, longestExample - 1)}…` : text;
}
