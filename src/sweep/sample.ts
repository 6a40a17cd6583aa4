// A design -> the few cases of it that a plan observes to measure, and observations of those few -> stand-ins for all.
import type { Case } from '../records/suites/case.ts';
import type { Observation } from '../records/observation.ts';

/** Cases next to each other, in the order that models see them: they share prefixes as all do. */
export const blockCases = 8;

/**
 * Whole blocks of neighbours, evenly over the design in the order of its prompts.
 * @param blocks how many, >= 1
 * @returns the sample, and as many further cases as fit into one block, to warm up on
 */
export function sampleOf(
  design: readonly Case[],
  prompts: ReadonlyMap<string, string>,
  blocks: number,
): { sample: Case[]; warmUp: Case[] } {
  const text = ({ id }: Case) => prompts.get(id) ?? '';
  const sorted = design.toSorted((a, b) => (text(a) < text(b) ? -1 : Number(text(a) > text(b))));
  const wanted = blocks * blockCases;
  if (sorted.length <= wanted) return { sample: sorted, warmUp: sorted.slice(0, blockCases) };
  const starts = Array.from({ length: blocks }, (_, block) => Math.floor((block * sorted.length) / blocks));
  const chosen = new Set(starts.flatMap(start => sorted.slice(start, start + blockCases)));
  const rest = sorted.filter(about => !chosen.has(about));
  return { sample: [...chosen], warmUp: rest.slice(0, blockCases) };
}

/**
 * How much of its prompts a model has not seen just before, per case: characters of the whole design over those of the
 * sample. Blocks start with a prompt that is new; in the whole it has a neighbour.
 */
export function freshRatio(prompts: ReadonlyMap<string, string>, sample: readonly Case[]): number {
  const sampled = sample.flatMap(({ id }) => prompts.get(id) ?? []);
  const own = meanFresh(sampled);
  return own === 0 ? 1 : meanFresh([...prompts.values()]) / own;
}

function meanFresh(texts: readonly string[]): number {
  const sorted = texts.toSorted();
  const fresh = sorted.map((text, index) => text.length - commonStart(text, sorted[index - 1] ?? ''));
  return fresh.reduce((sum, length) => sum + length, 0) / Math.max(1, texts.length);
}

function commonStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return length;
}

/**
 * What the analysis of the whole design would read: each case with the observations of a sampled one of its scenario.
 * Only good for timing.
 */
export function standIns(
  design: readonly Case[],
  sample: readonly Case[],
  observations: readonly Observation[],
): Observation[] {
  const byCase = new Map<string, Observation[]>(sample.map(({ id }) => [id, []]));
  for (const observation of observations) byCase.get(observation.caseId)?.push(observation);
  return design.flatMap((about, index) => {
    const alike = sample.filter(({ scenario }) => scenario === about.scenario);
    const like = alike.length > 0 ? alike : sample;
    const { id } = like[index % like.length] as Case;
    return (byCase.get(id) ?? []).map(observation => ({ ...observation, caseId: about.id }));
  });
}
