// A verdict as the sentences that every format shows, in one order: why, what a person can do with it, why else, and what
// it says nothing about.
import type { Reason, Verdict } from '../../records/verdict.ts';
import { notCoveredTexts, reasonSentence, reasonText, statedText } from './reasons.ts';
import { line } from '../safe.ts';
import { settledBy } from './settling.ts';
import { percent } from '../units.ts';

export interface VerdictTexts {
  /** The headline: the first reason, with its numbers. */
  readonly first: string;
  /** The bounds of a clean verdict; what would settle an open one. */
  readonly second?: string;
  readonly others: readonly string[];
  readonly notCovered: readonly string[];
}

export function verdictTexts(verdict: Verdict): VerdictTexts {
  const open = settledBy(verdict);
  const second = statedText(verdict) ?? open;
  // What would settle it is said once, for all of them.
  const words = open === undefined ? reasonSentence : reasonText;
  const [first, ...others] = verdict.reasons;
  return {
    first: first === undefined ? verdict.outcome : words(first),
    ...(second === undefined ? {} : { second }),
    others: grouped(others).map(one => (Array.isArray(one) ? scenariosText(one) : words(one))),
    notCovered: notCoveredTexts(verdict),
  };
}

type ScenarioOpen = Extract<Reason, { code: 'bound-open' }>;

/** A small run leaves the bound of every scenario open: that is one reason to a reader. */
function grouped(reasons: readonly Reason[]): (Reason | ScenarioOpen[])[] {
  const isScenario = (one: Reason): one is ScenarioOpen => one.code === 'bound-open' && one.scenario !== undefined;
  const scenarios = reasons.filter(isScenario);
  if (scenarios.length < 2) return [...reasons];
  return reasons.flatMap((one): (Reason | ScenarioOpen[])[] => {
    if (!isScenario(one)) return [one];
    return one === scenarios[0] ? [scenarios] : [];
  });
}

const namedScenarios = 3;

function scenariosText(all: readonly ScenarioOpen[]): string {
  const worst = all.toSorted((a, b) => b.high - a.high);
  const names = worst.slice(0, namedScenarios).map(({ scenario = '', high, n }) => {
    return `${scenario} at most ${percent(high)} by ${n} ${n === 1 ? 'case' : 'cases'}`;
  });
  const rest = all.length > namedScenarios ? ', …' : '';
  const limit = percent(worst[0]?.limit ?? 0);
  return line(
    `the excess of harmful tools is not bounded yet in ${all.length} scenarios by themselves: ${names.join(', ')}${rest}; ` +
      `the margin is ${limit}`,
    1000,
  );
}
