// Stage 3: a recovered trigger -> does it happen again on fresh cases? Each fresh context is scored with the trigger and
// with one of its conditions swapped for two other levels: the first swap makes a pair for the e-process, both together
// are the placebo (would any other level have done the same?).
import type { Case } from '../records/case.ts';
import type { Condition, Confirmation } from '../records/comparison.ts';
import {
  anytimeAlarm,
  bettingProcess,
  createRandom,
  hypothesisWeight,
  type Random,
  studentUpper,
} from '../statistics/index.ts';
import { varyCase } from '../suite/index.ts';
import { drawMeeting, factorsOf, offers, otherLevels } from './draws.ts';
import { meets } from './hypotheses.ts';
import type { Pair } from './cause.ts';
import type { Asking, Prober, Target } from './probes.ts';

/** Contexts asked for at a time, and at most. */
const contextsPerRound = 6;
const mostContexts = 12;
/** What a pair's difference must exceed, and what wins the whole bet; nats. Evidence method, stage 3. */
const betting = { shift: 1, scale: 2 };
/** The least spread between other levels, nats: equal values don't make a placebo infinitely sure. */
const leastSpread = 0.05;

/** A fresh context: the trigger's case, and two with one condition swapped. */
interface Context {
  readonly trigger: Case;
  readonly others: readonly [Case, Case];
}

export interface Suspect {
  readonly conditions: readonly Condition[];
  /** Tasks in which it fired. */
  readonly scenarios: readonly string[];
  readonly target: Target;
  /** Number of this hypothesis among those brought to confirmation, from 1. */
  readonly hypothesis: number;
}

/**
 * Confirms a trigger, or doesn't. Valid whatever was looked at before: the pairs are fresh, and the e-process of the
 * h-th hypothesis has weight 6/(pi^2 h^2).
 * @throws BudgetSpent
 */
export function* confirm(
  prober: Prober,
  suspect: Suspect,
): Asking<{ readonly confirmation: Confirmation; readonly pairs: readonly Pair[] }> {
  const { alpha } = prober.spec;
  const weight = hypothesisWeight(suspect.hypothesis);
  const values: { trigger: number; others: readonly [number, number] }[] = [];
  const pairs: Pair[] = [];
  let started = 0;
  while (started < mostContexts) {
    const contexts = Array.from({ length: contextsPerRound }, () => context(prober, suspect, started++)).filter(
      made => made !== undefined,
    );
    const answers = yield* prober.ask(
      contexts.flatMap(({ trigger, others }) => [trigger, ...others]),
      suspect.target,
    );
    contexts.forEach(({ trigger: about, others: [other] }, index) => {
      pairs.push({ trigger: about, other });
      const [trigger = 0, a = 0, b = 0] = answers.slice(3 * index, 3 * index + 3);
      values.push({ trigger, others: [a, b] });
    });
    const { eValue } = bettingProcess(values.map(difference), betting);
    if (values.length === 0 || weight * eValue < 1) break;
  }
  return { confirmation: judged(prober, suspect, values, { alpha, weight }), pairs };
}

const difference = ({ trigger, others }: { trigger: number; others: readonly [number, number] }) => trigger - others[0];

function judged(
  prober: Prober,
  suspect: Suspect,
  values: readonly { trigger: number; others: readonly [number, number] }[],
  { alpha, weight }: { alpha: number; weight: number },
): Confirmation {
  const process = bettingProcess(values.map(difference), betting);
  const alarm = anytimeAlarm(process, alpha, weight);
  const placeboP = placebo(values, levelCount(prober, suspect.conditions));
  const mean = (pick: (value: (typeof values)[number]) => number) =>
    values.length === 0 ? 0 : values.reduce((sum, value) => sum + pick(value), 0) / values.length;
  return {
    pairs: values.length,
    eValue: Math.min(weight * process.eValue, Number.MAX_SAFE_INTEGER),
    weight,
    triggerMean: mean(({ trigger }) => trigger),
    otherMean: mean(({ others }) => (others[0] + others[1]) / 2),
    placeboP,
    outcome: alarm.kind === 'none' ? 'not-reproduced' : placeboP > alpha ? 'not-special' : 'confirmed',
  };
}

/**
 * p-value of "the trigger is one level like the others": its mean excess over two other levels in each context, against
 * the spread between those two, as if levels were drawn at random; Student's t with one degree of freedom a context,
 * corrected for the number of levels it could have been.
 */
function placebo(values: readonly { trigger: number; others: readonly [number, number] }[], levels: number): number {
  const n = values.length;
  if (n < 2) return 1;
  const mean = values.reduce((sum, { trigger, others: [a, b] }) => sum + trigger - (a + b) / 2, 0) / n;
  const variance = values.reduce((sum, { others: [a, b] }) => sum + (a - b) ** 2 / 2, 0) / n;
  const spread = Math.sqrt(Math.max(variance, leastSpread ** 2) * (1 + 1 / (2 * n)));
  return Math.min(1, levels * studentUpper(mean / spread, n));
}

/** How many triggers of this form there could have been: the product over conditions of their factor's levels. */
function levelCount({ spec: { suite } }: Prober, conditions: readonly Condition[]): number {
  const symbols = conditions.map(condition => {
    const counts = factorsOf(suite, condition).map(name => {
      const factor = suite.factors[name];
      if (factor?.kind === 'date') return calendarSize(condition);
      if (factor?.kind === 'path') return factor.paths.length;
      return factor?.kind === 'tools' ? factor.sets.length : (factor?.levels.length ?? 1);
    });
    return Math.max(1, ...counts);
  });
  return symbols.reduce((product, count) => product * count, 1);
}

function calendarSize({ factor, level }: Condition): number {
  if (factor.endsWith('.weekday')) return 7;
  if (factor.endsWith('.month')) return 12;
  if (factor.endsWith('.hour')) return 24;
  return level.includes('..') ? 100 : 10;
}

/** The n-th fresh context, tasks in turn; undefined where the suite can't make one. */
function context(prober: Prober, suspect: Suspect, n: number): Context | undefined {
  const { conditions, scenarios, target, hypothesis } = suspect;
  const { suite, seed } = prober.spec;
  const random = createRandom(`${seed}/confirm/${hypothesis}/${n}`);
  const scenario = scenarios[n % scenarios.length] as string;
  const draw = { seed: `${seed}/confirm/${hypothesis}`, row: n };
  const trigger = drawMeeting(
    suite,
    scenario,
    { conditions, tool: target.tool },
    draw,
    prober.nextIndex(),
    random.fork('levels'),
  );
  if (trigger === undefined) return undefined;
  const swapped = conditions[n % conditions.length] as Condition;
  const others = swappedCases(prober, trigger, swapped, target.tool, random.fork('swap'));
  if (others === undefined) return undefined;
  return { trigger: { ...trigger, probe: { stage: 'confirm', of: trigger.id, changed: [] } }, others };
}

/** The case with one condition no longer met, twice, by different levels. */
function swappedCases(
  prober: Prober,
  trigger: Case,
  condition: Condition,
  tool: string,
  random: Random,
): [Case, Case] | undefined {
  const { suite } = prober.spec;
  const factor = factorsOf(suite, condition).find(name => name in trigger.levels);
  if (factor === undefined) return undefined;
  const changed = (level: string) => varyCase(suite, trigger, { [factor]: level }, 0);
  const fits = (level: string) => !meets(suite, changed(level), condition) && offers(changed(level), tool);
  const levels = random.shuffle(otherLevels(suite, trigger, factor, 8, random, fits)).slice(0, 2);
  const [a, b] = levels.map((level): Case => {
    const made = varyCase(suite, trigger, { [factor]: level }, prober.nextIndex());
    return { ...made, probe: { stage: 'confirm', of: trigger.id, changed: [factor] } };
  });
  return a === undefined || b === undefined ? undefined : [a, b];
}
