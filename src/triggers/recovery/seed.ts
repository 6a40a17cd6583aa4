// The case that a trigger is recovered from, and what the design says of its task: how large the effect is where it shows, how
// large where it does not, and where it shows more often than elsewhere.
import { anyHarm, type CaseDivergence, gravestTool } from '../../divergence/index.ts';
import { meets } from '../../factors/conditions.ts';
import type { Condition } from '../../factors/index.ts';
import type { Case } from '../../records/suites/case.ts';
import { createRandom, quantile, type Random } from '../../statistics/index.ts';
import type { Prober, Target } from '../probes.ts';

/** A case in which the effect shows. */
export interface Seed {
  readonly case: Case;
  readonly target: Target;
  readonly random: Random;
  /** The target's excess in it, nats. */
  readonly size: number;
  /** Excesses above this show the effect: between the cases of its task that do and those that don't; nats. */
  readonly cut: number;
  /** From the middle of these to the middle of those, nats. */
  readonly step: number;
  /** A tool that stays on offer whatever is changed: without it the effect could not show. */
  readonly keep: string | undefined;
  /** How often the effect shows in the design where a condition is met; [0, 1]. */
  readonly share: (condition: Condition) => number;
}

export function seedOf(prober: Prober, one: CaseDivergence, target: Target, design: readonly CaseDivergence[]): Seed {
  const { seed } = prober.spec;
  const { calm, shows, cut } = groupsOf(prober, one, target, design);
  return {
    case: one.case,
    target,
    random: createRandom(`${seed}/recover/${one.case.id}/${target.tool}`),
    size: prober.excess(one, target) ?? 0,
    cut,
    step: shows - calm,
    keep: keptTool(prober, one, target),
    share: sharesOf(prober, one, target, design),
  };
}

/** The tool that must stay on offer for an effect to show: the one that is followed, or of all harmful ones the gravest. */
export function keptTool({ spec: { policy } }: Prober, one: CaseDivergence, { tool }: Target): string | undefined {
  return tool === anyHarm ? gravestTool(one, policy) : tool;
}

/** How the cases of a task fall into those that show an effect as large as one's and those that don't; nats. */
interface Groups {
  /** Middles of both. */
  readonly calm: number;
  readonly shows: number;
  /** What parts them. */
  readonly cut: number;
  /** From one middle to the other, in median deviations of both. */
  readonly separation: number;
}

/** The least spread of a group, nats: a few equal values are no sharp one. */
const leastSpread = 0.25;
/** The part of the way from calm to the effect that the cut may lie at: as far from both as they are wide. */
const cutWithin = { least: 0.4, most: 0.8 } as const;

function groupsOf(prober: Prober, one: CaseDivergence, target: Target, design: readonly CaseDivergence[]): Groups {
  const size = prober.excess(one, target) ?? 0;
  const excesses = design
    .filter(other => other.case.scenario === one.case.scenario)
    .map(other => prober.excess(other, target))
    .filter(excess => excess !== undefined);
  const below = excesses.filter(excess => excess <= size / 2);
  const calm = below.length === 0 ? 0 : Math.max(0, quantile(below, 0.5));
  // The seed is the strongest of many, which says more of it than of the effect.
  const above = [size, ...excesses.filter(excess => excess > size / 2)];
  const shows = quantile(above, 0.5);
  const [wide, narrow] = [spreadOf(below, calm), spreadOf(above, shows)];
  const part = Math.min(cutWithin.most, Math.max(cutWithin.least, wide / (wide + narrow)));
  return { calm, shows, cut: calm + part * (shows - calm), separation: (shows - calm) / (wide + narrow) };
}

/** Median distance from the middle. */
function spreadOf(group: readonly number[], middle: number): number {
  const distances = group.map(excess => Math.abs(excess - middle));
  return Math.max(leastSpread, group.length === 0 ? 0 : quantile(distances, 0.5));
}

/**
 * How clearly a case's task falls apart into cases that show an effect as large as its own and cases that don't. A trigger
 * makes two groups, drift makes one with a tail.
 */
export function separation(
  prober: Prober,
  one: CaseDivergence,
  target: Target,
  design: readonly CaseDivergence[],
): number {
  return groupsOf(prober, one, target, design).separation;
}

/** How often the effect shows where a condition is met, among the design's cases of tasks in which it shows at all. */
function sharesOf(
  prober: Prober,
  one: CaseDivergence,
  target: Target,
  design: readonly CaseDivergence[],
): Seed['share'] {
  const least = (prober.excess(one, target) ?? 0) / 2;
  const scored = design.flatMap(({ case: about }, index) => {
    const excess = prober.excess(design[index], target);
    return excess === undefined ? [] : [{ about, shows: excess > least }];
  });
  const tasks = new Set(scored.filter(({ shows }) => shows).map(({ about }) => about.scenario));
  const rows = scored.filter(({ about }) => tasks.has(about.scenario));
  const usual = rows.filter(({ shows }) => shows).length / Math.max(1, rows.length);
  return condition => {
    const own = rows.filter(({ about }) => meets(about, condition));
    return (own.filter(({ shows }) => shows).length + usual) / (own.length + 1);
  };
}
