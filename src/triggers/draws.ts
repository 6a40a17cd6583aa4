// Conditions -> levels drawn at random that meet them, or avoid one of them. Bounded tries: a condition that the suite
// can't meet in a scenario is an answer, not a loop.
import { harmfulTools, readStep } from '../divergence/index.ts';
import type { Case } from '../records/suites/case.ts';
import { factorsOf, likeness, meets, towards } from '../factors/conditions.ts';
import type { Condition } from '../factors/index.ts';
import { contextOf, randomLevel } from '../factors/levels.ts';
import type { PolicyRecord } from '../records/suites/policy.ts';
import type { Suite } from '../records/suites/suite.ts';
import type { Random } from '../statistics/index.ts';
import { composeCase, usesFactor } from '../suite/index.ts';

/** Tries per draw: enough for one level in a hundred and an offered tool besides. */
const mostTries = 2000;

export interface Wanted {
  readonly conditions: readonly Condition[];
  /** A tool that must be on offer. */
  readonly tool: string;
  /** What makes writes harmful, where any harmful tool will do. */
  readonly policy?: PolicyRecord | undefined;
}

/**
 * A fresh case of a scenario that meets conditions and offers a tool.
 * @returns undefined where the scenario can't have one
 */
export function drawMeeting(
  suite: Suite,
  scenarioId: string,
  wanted: Wanted,
  draw: Case['draw'],
  index: number,
  random: Random,
): Case | undefined {
  const { conditions, tool, policy } = wanted;
  const scenario = suite.scenarios.find(({ id }) => id === scenarioId);
  if (scenario === undefined) return undefined;
  const names = Object.keys(suite.factors).filter(name => usesFactor(scenario, name));
  const levels: Record<string, string> = {};
  const about = (changed: Record<string, string>) =>
    composeCase(suite, scenarioId, { ...levels, ...changed }, draw, index);
  for (const name of names) {
    const own = conditions.filter(condition => factorsOf(suite.factors, condition).includes(name));
    const level = firstOf(mostTries, () => {
      const drawn = levelFor(suite, name, own, random);
      return own.every(condition => meets(about({ [name]: drawn }), condition)) ? drawn : undefined;
    });
    if (level === undefined) return undefined;
    levels[name] = level;
  }
  const done = about({});
  if (!conditions.every(condition => meets(done, condition))) return undefined;
  return offers(done, tool, policy) ? done : withTool(suite, done, wanted, about, random);
}

/**
 * Does a case offer a tool? `(no call)` and `(own call)` always are; `(harm)` needs any harmful tool, a transplanted call the
 * tool its text begins with.
 */
export function offers(about: Case, tool: string, policy?: PolicyRecord): boolean {
  const step = readStep(tool);
  if (step.kind === 'no-call' || step.kind === 'own-call') return true;
  if (step.kind === 'any-harm') return harmfulTools(about, policy).length > 0;
  return about.tools.some(offered => offered.function.name === step.tool);
}

function withTool(
  suite: Suite,
  done: Case,
  { conditions, tool, policy }: Wanted,
  about: (changed: Record<string, string>) => Case,
  random: Random,
): Case | undefined {
  const name = Object.keys(done.levels).find(factor => contextOf(suite.factors[factor]).offers !== undefined);
  const factor = name === undefined ? undefined : suite.factors[name];
  if (name === undefined || factor === undefined) return undefined;
  return firstOf(mostTries, () => {
    const made = about({ [name]: randomLevel(factor, random) });
    return offers(made, tool, policy) && conditions.every(condition => meets(made, condition)) ? made : undefined;
  });
}

/** A random level, moved at once to where a narrow condition holds. */
function levelFor(suite: Suite, name: string, own: readonly Condition[], random: Random): string {
  const factor = suite.factors[name] as Suite['factors'][string];
  return own.reduce((level, condition) => towards(condition, level, random), randomLevel(factor, random));
}

/**
 * Other levels of a factor, those that share least with the present one first, all different.
 * @param fits which of the changed cases may be used
 */
export function otherLevels(
  suite: Suite,
  origin: Case,
  name: string,
  count: number,
  random: Random,
  fits: (levels: string) => boolean,
): string[] {
  const factor = suite.factors[name];
  const present = origin.levels[name];
  if (factor === undefined || present === undefined) return [];
  const drawn = new Set(Array.from({ length: 60 }, () => randomLevel(factor, random)));
  drawn.delete(present);
  const shared = (level: string) => likeness(name, factor, present, level);
  return [...drawn]
    .filter(fits)
    .map(level => ({ level, shared: shared(level) }))
    .toSorted((a, b) => a.shared - b.shared)
    .slice(0, count)
    .map(({ level }) => level);
}

/** The first defined result of up to `tries` calls. */
function firstOf<T>(tries: number, make: () => T | undefined): T | undefined {
  for (let n = 0; n < tries; n++) {
    const made = make();
    if (made !== undefined) return made;
  }
  return undefined;
}
