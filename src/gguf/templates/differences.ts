// Pairs of prompts -> when two templates speak differently, each way once, and the branch that makes it so.
import type { Part, PartKind } from '../../prompt/index.ts';
import type { Axis, Probe } from '../chats/battery.ts';
import { dayRanges } from './day-ranges.ts';
import { apart, otherwise } from './apart.ts';
import { harmlessKind } from './harmless.ts';
import { type ComparePrompts, difference, type PromptPair } from './prompt-pairs.ts';

/** Chats for which the prompts differ in the same way. */
export interface PromptDifference {
  /** `usual`: the difference of most chats, or one that other turns and tools make of it; else one that some chats have. */
  readonly kind: 'usual' | 'conditional';
  /** When: `date from 2027-01-01 on`, `text "…"`; empty for the usual difference itself. */
  readonly when: readonly { readonly axis: Axis; readonly values: string }[];
  readonly chats: number;
  /** How many of them are cases of the suite. */
  readonly cases: number;
  /** An example: what is only in the candidate's prompt, and what is only in the baseline's; for one template alone,
   * what changes against the usual chat. */
  readonly added: string;
  readonly removed: string;
  readonly harmless?: 'layout-differs' | 'prints-date';
  /** The branch that the baseline lacks and that ran in these chats alone. */
  readonly because?: { readonly lines: [first: number, last: number]; readonly condition: string };
}

/** Longest example kept, differences listed, values of an axis named. */
const most = { example: 2_000, differences: 50, values: 3 };

/** New branches of the candidate, by index. */
export interface NewBranches {
  readonly parts: readonly Part[];
  readonly indexes: ReadonlySet<number>;
  /** What the baseline asks too, as it has it. */
  readonly known: ReadonlySet<string>;
}

/** Axes along which templates that speak differently must differ differently. */
const structural: ReadonlySet<Axis> = new Set(['tools', 'turns', 'length', 'variable', 'search', 'case']);

/**
 * The ways in which prompts differ.
 * @param paired whether two templates are compared; else one with itself at other dates
 */
export async function differences(
  probes: readonly Probe[],
  pairs: readonly PromptPair[],
  paired: boolean,
  compare: ComparePrompts,
  fresh: NewBranches,
): Promise<PromptDifference[]> {
  const groups = bySignature(pairs);
  const usual = usualSignature(probes, pairs);
  const plain = pairs.find(({ signature }) => usual !== '' && signature === usual);
  const plainly = plain && difference(plain.candidate, plain.baseline);
  const harmlessAlone = plainly !== undefined && harmlessKind(plainly.added, plainly.removed) !== undefined;
  const unseen = asksUnseen(pairs, fresh);
  if (harmlessAlone && paired) apart(groups, usual, probes, pairs);
  const found: (PromptDifference & { readonly again: boolean })[] = [];
  for (const [signature, members] of groups) {
    if (signature === '' || (signature === usual && !paired)) continue;
    const when = signature === usual ? [] : await conditionsOf(probes, members, pairs, signature, compare);
    const because = signature === usual ? undefined : branchOf(members, pairs, usual, fresh);
    const { candidate, baseline } = pairs[members[0] as number] as PromptPair;
    const { added, removed } = difference(candidate, baseline);
    const harmless = harmlessKind(added, removed);
    const own =
      signature.startsWith(otherwise) ||
      (harmless === undefined ? speaks(because?.prints) || harmlessAlone : (because?.asksAnew ?? unseen));
    const expected = !own && isExpected(when, harmless, usual);
    found.push({
      kind: signature === usual || when.length === 0 || expected ? 'usual' : 'conditional',
      when,
      chats: members.length,
      cases: members.filter(index => probes[index]?.axis === 'case').length,
      ...(because && { because: { lines: because.lines, condition: because.condition } }),
      added: cut(added),
      removed: cut(removed),
      ...(harmless && { harmless }),
      again: members.every(index => isDatedAgain(probes[index] as Probe)),
    });
  }
  return inOrder(found);
}

/** Indexes of pairs that differ in the same way. */
function bySignature(pairs: readonly PromptPair[]): Map<string, number[]> {
  const groups = new Map<string, number[]>();
  for (const [index, { signature }] of pairs.entries()) {
    const members = groups.get(signature);
    if (members === undefined) groups.set(signature, [index]);
    else members.push(index);
  }
  return groups;
}

/**
 * Templates that speak differently differ differently with other tools and turns. Blanks that come with these are how a
 * template is written; with a word or a day, a sign to the model.
 */
function isExpected(
  when: PromptDifference['when'],
  harmless: PromptDifference['harmless'] | undefined,
  usual: string,
): boolean {
  return when.every(({ axis }) => structural.has(axis)) && (usual !== '' || harmless === 'layout-differs');
}

/** A template that turns on the date does it with any tools and turns: said once. What turns on something comes first. */
function inOrder(found: readonly (PromptDifference & { readonly again: boolean })[]): PromptDifference[] {
  const dated = found.some(({ when }) => when.some(({ axis }) => axis === 'date'));
  const told = found.flatMap(({ again, ...rest }) => (dated && again ? [] : [rest]));
  const rank = ({ kind, when }: PromptDifference) => (kind === 'conditional' ? 0 : when.length === 0 ? 1 : 2);
  return told.sort((a, b) => rank(a) - rank(b) || b.chats - a.chats).slice(0, most.differences);
}

/** A chat of other tools or turns that is tried on another day than the usual one. */
function isDatedAgain({ axis, dated }: Probe): boolean {
  return structural.has(axis) && dated === true;
}

/** Where fewer chats than this share render alike, that is by chance: both templates say nothing, or refuse. */
const alikeShare = 0.02;

/** That of the plain chat; dates and chats that were made for the template do not count. */
function usualSignature(probes: readonly Probe[], pairs: readonly PromptPair[]): string {
  const counts = new Map<string, number>();
  let all = 0;
  for (const [index, { signature }] of pairs.entries()) {
    if (probes[index]?.axis === 'search') continue;
    if (probes[index]?.axis === 'date' && signature !== '') continue;
    all++;
    counts.set(signature, (counts.get(signature) ?? 0) + 1);
  }
  if ((counts.get('') ?? 0) > alikeShare * all) return '';
  counts.delete('');
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
  const some = [...new Set(own.map(({ axis }) => axis))].filter(axis => count(axis, own) < count(axis, probes));
  // Cases and chats that were made for the template say least; where others tell, they are left out.
  const axes = plainest(some);
  const when: { axis: Axis; values: string }[] = [];
  for (const axis of axes) {
    const values = axis === 'date' ? await dayRanges(probes, pairs, signature, compare) : valuesOn(own, axis);
    when.push({ axis, values });
  }
  // Chats at other dates differ only because of the date, where the date explains them.
  return when.some(({ axis }) => axis === 'date') ? when.filter(({ axis }) => explained(axis, own)) : when;
}

function plainest(axes: readonly Axis[]): Axis[] {
  const without = (...left: Axis[]) => axes.filter(axis => !left.includes(axis));
  return [without('case', 'search'), without('search'), [...axes]].find(some => some.length > 0) ?? [];
}

/** The new branch that ran in all of these chats, and in none that render as usual. */
function branchOf(
  members: readonly number[],
  pairs: readonly PromptPair[],
  usual: string,
  { parts, indexes, known }: NewBranches,
): (NonNullable<PromptDifference['because']> & { prints: string; asksAnew: boolean }) | undefined {
  if (indexes.size === 0) return undefined;
  const always = members.reduce<Set<number>>((common, member, at) => {
    const ran = [...((pairs[member] as PromptPair).ran as Iterable<number>)].filter(part => indexes.has(part));
    return at === 0 ? new Set(ran) : new Set(ran.filter(part => common.has(part)));
  }, new Set());
  for (const pair of pairs) {
    if (always.size === 0) return undefined;
    if (pair.signature === '' || pair.signature === usual) for (const part of pair.ran) always.delete(part);
  }
  const [best] = [...always].sort((a, b) => rankOf(parts[a] as Part) - rankOf(parts[b] as Part) || a - b);
  const part = best === undefined ? undefined : parts[best];
  if (part === undefined) return undefined;
  const { firstLine, lastLine, condition, prints } = part;
  return { lines: [firstLine, lastLine], condition, prints, asksAnew: asking.has(part.kind) && !known.has(condition) };
}

/** Whether the candidate asks something of its own that was not seen to run: what another engine renders is not counted. */
function asksUnseen(pairs: readonly PromptPair[], { parts, indexes, known }: NewBranches): boolean {
  const ran = new Set<number>();
  for (const pair of pairs) for (const part of pair.ran) ran.add(part);
  return [...indexes].some(index => {
    const { kind, condition } = parts[index] as Part;
    return asking.has(kind) && !known.has(condition) && !ran.has(index);
  });
}

/** Words, few as they may be: a marker of the format has one at most. */
const speaks = (prints = ''): boolean => /\p{L}{2,}[\s,.:;'-]+\p{L}{2,}/u.test(prints);

/** Parts that are there for a question. */
const asking: ReadonlySet<PartKind> = new Set(['arm', 'else', 'inline', 'guarded', 'loop', 'default', 'replace']);

/** Branches tell more than comparisons. */
const telling = [
  'arm',
  'else',
  'inline',
  'guarded',
  'replace',
  'default',
  'loop',
  'compare',
  'output',
  'macro',
  'literal',
];
const rankOf = ({ kind }: Part): number => telling.indexOf(kind);

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
  if (axis === 'search') values.sort((a, b) => a.length - b.length);
  // Of chats that were made for the template one is as good as all.
  const shown = axis === 'search' ? 1 : most.values;
  const more = values.length - shown;
  return values.slice(0, shown).join(', ') + (more > 0 ? ` and ${more} more` : '');
}

function valueText({ axis, value, dated, chat }: Probe): string {
  if (axis === 'search') return value;
  const text = axis === 'text' ? JSON.stringify(value) : value;
  return dated ? `${text} on ${chat.clock?.slice(0, 10)}` : text;
}

function cut(text: string): string {
  return text.length > most.example ? `${text.slice(0, most.example - 1)}…` : text;
}
