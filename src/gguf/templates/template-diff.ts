// Two chat templates -> how their texts differ, when their prompts do, and what of the candidate's no chat reached.
import { createTwoFilesPatch } from 'diff';
import type { TemplateReader } from '../../ports/template.ts';
import { battery, batteryDays, chatOn, neutralText, type Probe } from '../chats/battery.ts';
import { templateDays, usesClock } from './conditions.ts';
import { branchCounts, newParts, type Unreached, unreachedParts } from './coverage.ts';
import { differences, type PromptDifference } from './differences.ts';
import { type ComparePrompts, comparison, type PromptPair, textSignature } from './prompt-pairs.ts';
import { search } from '../chats/search.ts';
import { type TemplateSource, Trial } from './trial.ts';

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

export interface Limits {
  /** As performance.now() counts. */
  readonly deadline: number;
  readonly signal: AbortSignal;
}

/** What trying a template showed. */
export interface TemplateTrial {
  readonly differences: PromptDifference[];
  /** What no chat at all reached; of two templates, only what the baseline lacks. */
  readonly unreached: Unreached[];
  /** Under the chats of the suite alone. */
  readonly suite: { readonly branches: number; readonly reached: number; readonly unreached: Unreached[] };
  /** Under all chats. */
  readonly counts: { readonly branches: number; readonly reached: number };
  readonly study: Trial['study'];
  /** Of the baseline's template. */
  readonly baselineStudy: Trial['study'] | undefined;
  /** Whether there is a template to hold it against, and the two are the same. */
  readonly paired: 'same' | 'other' | undefined;
}

/**
 * Renders both templates over the battery and says when the prompts differ, and how. With one template alone: when its
 * prompt changes with the date by more than the date it prints.
 * @throws UserError `template-…` when a template is broken, runs away, or takes no chat at all
 */
export async function tryTemplates(
  reader: TemplateReader,
  candidate: TemplateSource,
  baseline: TemplateSource | undefined,
  extra: ExtraChats,
  { deadline, signal }: Limits,
): Promise<TemplateTrial> {
  const known = baseline?.template ?? '';
  const clocked = usesClock(candidate.template) || usesClock(known);
  const own = await Trial.of(reader, candidate, signal);
  const other = baseline && (await Trial.of(reader, baseline, signal));
  const days = batteryDays({
    shown: extra.days ?? [],
    spokenOf: [...templateDays(candidate.template), ...templateDays(known)],
    clocked,
  });
  const texts = own.study.texts.filter(text => text.length <= 60 && !known.includes(text)).slice(0, 24);
  const base = [...battery(days, other ? texts : [], clocked), ...(extra.probes ?? [])];
  const compare = await comparison(own, other, chatOn('2024-07-26'), deadline);
  const tried = await probePairs(base, compare);
  const further = base.filter(({ axis }, index) => axis !== 'case' && tried[index]?.pair.fresh);
  const found = await search([own, ...(other ? [other] : [])], compare, further, clocked);
  const pairs = [...tried.map(({ pair }) => pair), ...found.map(({ pair }) => pair)];
  const probes = [...base, ...found.map(({ probe }) => probe)];
  // Alone, chats that differ must give prompts that differ; only along the clock can the template be held against itself.
  const told = probes.flatMap(({ axis }, index) =>
    (other && tried[index]?.passedOn !== true) || axis === 'date' || axis === 'hour' ? [index] : [],
  );
  const lacking = other && newParts(own.study, other.study);
  const fresh = {
    parts: own.study.parts,
    indexes: lacking?.all ?? new Set<number>(),
    known: conditionsIn(other?.study),
  };
  const inSuite = new Set(probes.flatMap(({ axis }, index) => (axis === 'case' ? [...(pairs[index]?.ran ?? [])] : [])));
  const pick = <T>(all: readonly T[]): T[] => told.map(index => all[index] as T);
  return {
    differences: await differences(pick(probes), pick(pairs), other !== undefined, compare, fresh),
    unreached: unreachedParts(own.study, own.reached, lacking),
    suite: { ...branchCounts(own.study, inSuite), unreached: unreachedParts(own.study, inSuite) },
    counts: branchCounts(own.study, own.reached),
    study: own.study,
    baselineStudy: other?.study,
    paired: other && 'other',
  };
}

const conditionsIn = (study: Trial['study'] | undefined): Set<string> =>
  new Set(study?.parts.map(({ condition }) => condition));

interface TriedProbe {
  readonly pair: PromptPair;
  /** It differs as it would with any other text, which says nothing of its own. */
  readonly passedOn: boolean;
}

async function probePairs(probes: readonly Probe[], compare: ComparePrompts): Promise<TriedProbe[]> {
  const pairs = await compare(probes.map(({ chat }) => chat));
  const neutrals = new Map(probes.flatMap(({ neutral }) => (neutral ? [[JSON.stringify(neutral), neutral]] : [])));
  const rendered = await compare([...neutrals.values()]);
  const byKey = new Map([...neutrals.keys()].map((key, index) => [key, rendered[index] as PromptPair]));
  return probes.map(({ neutral, value }, index) => {
    const pair = pairs[index] as PromptPair;
    const other = neutral && byKey.get(JSON.stringify(neutral));
    if (other === undefined) return { pair, passedOn: false };
    const signature = textSignature(pair, other, value, neutralText);
    return { pair: { ...pair, signature }, passedOn: signature !== '' && signature === other.signature };
  });
}
