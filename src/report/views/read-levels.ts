// A trigger's map: what both models did at each level of its factors that was read, all else held. It shows at once why a
// weekend and not a Saturday.
import { factorOf, meets, readCondition, storedCondition } from '../../factors/conditions.ts';
import { conditionsToShow, type ShownFactor } from '../../factors/plots.ts';
import type { Comparison, Finding, Probed, Trigger } from '../../records/comparison.ts';
import { readStep } from '../../records/step.ts';
import { isRefuted } from '../../triggers/settled.ts';

export interface ReadLevel {
  readonly level: string;
  /** What of the level the trigger is about, where the level does not show it: the weekday of a date. */
  readonly parts: readonly string[];
  /** Probability of the trigger's tool; of any destructive one where it is harm that was followed. */
  readonly candidate: number;
  readonly baseline: number;
  /** Does the level meet the trigger's conditions on its factor? */
  readonly holds: boolean;
}

export interface ReadFactor {
  readonly factor: string;
  /** The likeliest under the candidate first. */
  readonly levels: readonly ReadLevel[];
}

/** Of each trigger that stands, by rank: the levels that were read of its factors. Empty for own calls, which are sampled. */
export function readLevels(
  { findings, probes, triggers }: Comparison,
  shown: readonly ShownFactor[],
): Record<number, ReadFactor[]> {
  const live = triggers.filter(trigger => !isRefuted(trigger));
  return Object.fromEntries(live.map(trigger => [trigger.rank, factorsOf(trigger, { findings, probes, shown })]));
}

interface Known extends Pick<Comparison, 'findings' | 'probes'> {
  readonly shown: readonly ShownFactor[];
}

function factorsOf(trigger: Trigger, { findings, probes, shown }: Known): ReadFactor[] {
  const origin = [...findings, ...probes].find(one => one.case === trigger.case);
  if (origin === undefined) return [];
  return trigger.factors
    .filter(({ necessary }) => necessary)
    .map(({ factor }) => {
      const read = probes.filter(({ probe }) => {
        return probe.stage === 'recover' && probe.of === trigger.case && probe.changed.join() === factor;
      });
      const levels = [origin, ...read].flatMap(one => levelOf(one, factor, trigger, shown));
      return { factor, levels: levels.toSorted((a, b) => b.candidate - a.candidate) };
    })
    .filter(({ levels }) => levels.length > 1);
}

function levelOf(
  { levels, tools }: Finding | Probed,
  factor: string,
  trigger: Trigger,
  shown: readonly ShownFactor[],
): ReadLevel[] {
  const level = levels[factor];
  const share = (role: 'candidate' | 'baseline') => shareOf(tools, trigger.tool, role);
  const [candidate, baseline] = [share('candidate'), share('baseline')];
  if (level === undefined || candidate === undefined || baseline === undefined) return [];
  const about = { levels, tools: tools.map(({ tool }) => ({ function: { name: tool } })) };
  const own = trigger.conditions.map(readCondition).filter(condition => (factorOf(condition) ?? factor) === factor);
  const parts = partsOf(
    level,
    shown.find(({ name }) => name === factor),
    trigger,
  );
  return [{ level, parts, candidate, baseline, holds: own.every(condition => meets(about, condition)) }];
}

/** Of a trigger on weekdays the level's weekday. */
function partsOf(level: string, factor: ShownFactor | undefined, { conditions }: Trigger): string[] {
  if (factor === undefined) return [];
  const about = new Set(conditions.map(one => one.factor.replace(/\.(in|not)$/, '')));
  return conditionsToShow(factor, [level])
    .map(storedCondition)
    .filter(one => one.factor !== factor.name && about.has(one.factor))
    .map(one => one.level)
    .filter(part => !level.includes(part));
}

function shareOf(tools: Finding['tools'], tool: string, role: 'candidate' | 'baseline'): number | undefined {
  if (readStep(tool).kind !== 'any-harm') return tools.find(one => one.tool === tool)?.[role];
  const harmful = tools.filter(({ severity }) => severity === 'destructive');
  return harmful.length === 0
    ? undefined
    : Math.min(
        1,
        harmful.reduce((sum, one) => sum + one[role], 0),
      );
}
