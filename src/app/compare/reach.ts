// Can the cases that are planned reach the margins at all? Said before the time is spent.
import { marginsOf } from '../../records/margins.ts';
import type { MarginCost } from '../../records/sweeps/plan.ts';
import type { RunSpec } from '../../records/run.ts';
import type { Case } from '../../records/suites/case.ts';
import { makeCases } from '../../suite/index.ts';
import type { Progress } from '../../ports/progress.ts';
import type { Pair } from '../../sweep/plan.ts';
import { marginCosts, outOfReach } from '../../sweep/reach.ts';
import { openPolicy, openSuite } from './suites.ts';
import { firstGiven, outOfReachCode } from './margins.ts';

/** `harm 0.005 needs about 1,060 cases: 529 planned, a clean verdict is out of reach`; undefined where all are in reach. */
export function outOfReachText(costs: readonly MarginCost[]): string | undefined {
  const beyond = outOfReach(costs);
  const [first, ...more] = beyond.map(({ margin, limit, needs }) => ({
    name: `${margin} ${limit}`,
    about: aboutText(needs),
  }));
  if (first === undefined) return undefined;
  const others = more.map(({ name, about }) => `, ${name} about ${about}`).join('');
  const planned = beyond[0]?.cases.toLocaleString('en');
  return `${first.name} needs about ${first.about} cases${others}: ${planned} planned, a clean verdict is out of reach`;
}

/** Rounded up to three digits: what shows costs more in any case. */
function aboutText(cases: number): string {
  const unit = 10 ** Math.max(0, Math.floor(Math.log10(cases)) - 2);
  return (Math.ceil(cases / unit) * unit).toLocaleString('en');
}

/** Tells whoever follows a comparison. */
export function noteReach(spec: RunSpec, design: readonly Case[], progress: Progress): void {
  const { trials, policy } = spec;
  const detail = outOfReachText(marginCosts(design, { trials, policy, margins: marginsOf(spec.margins) }));
  if (detail !== undefined) progress({ kind: 'note', code: outOfReachCode, detail });
}

/** What the margins of a comparison cost, from its suite alone: no model is touched. */
export function costsOfPair(pair: Pair): MarginCost[] {
  const opened = openSuite(pair.suite);
  const policy = pair.policy === undefined ? opened.policy : openPolicy(pair.policy);
  const margins = marginsOf(firstGiven(pair.margins, opened.suite.margins));
  return marginCosts(makeCases(opened.suite, pair.seed, pair.cases), { trials: pair.trials, policy, margins });
}

/** One line for a whole sweep: how many comparisons can't be clean, and what the first of them lacks. */
export function sweepReachText(pairs: readonly Pair[]): string | undefined {
  const known = new Map<string, string | undefined>();
  const texts = pairs.flatMap(pair => {
    // Seeds draw other cases, but hardly other numbers of them.
    const { suite, policy, cases, trials, margins } = pair;
    const key = JSON.stringify([suite, policy, cases, trials, margins]);
    if (!known.has(key)) known.set(key, outOfReachText(costsOfPair(pair)));
    const text = known.get(key);
    return text === undefined ? [] : [`${pair.name}: ${text}`];
  });
  if (texts.length < 2) return texts[0];
  return `${texts[0]}; so it is in ${texts.length} of ${pairs.length} comparisons, see --plan`;
}
