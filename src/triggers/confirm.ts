// Stage 3: a recovered trigger -> does it happen again on fresh cases? Each fresh context is scored with the trigger and
// with one of its conditions swapped for two other levels: the first swap makes a pair for the e-process, both together
// are the placebo (would any other level have done the same?). Where only one level breaks a condition, another that meets
// it says how far levels are apart that should be alike.
import { countLike, factorsOf, meets } from '../factors/conditions.ts';
import type { Condition } from '../factors/index.ts';
import type { Case } from '../records/suites/case.ts';
import type { Confirmation } from '../records/comparison.ts';
import {
  anytimeAlarm,
  bettingProcess,
  createRandom,
  hypothesisWeight,
  type Random,
  studentUpper,
} from '../statistics/index.ts';
import { varyCase } from '../suite/index.ts';
import { drawMeeting, offers, otherLevels } from './draws.ts';
import type { Pair } from './exchange.ts';
import type { Asking, Prober, Target } from './probes.ts';

/**
 * Contexts after which is looked whether they settle it, and the e-value that the pairs before must have for it, before its
 * weight: one that speaks for the trigger at all, at last one that needs but a few more.
 */
const looks = [
  { contexts: 8, least: 0 },
  { contexts: 12, least: 1 },
  { contexts: 24, least: 1 },
  { contexts: 40, least: 4 },
] as const;
const fewest = looks[0].contexts;
/** Cases of a context: the trigger, and two without it. */
const casesEach = 3;
/** What a pair's difference must exceed, and what wins the whole bet; nats. Evidence method, stage 3. */
const betting = { shift: 1, scale: 2 };
/** Levels of which the two others are drawn: those that share least with the trigger's. */
const mostLevels = 8;
/** The least spread between other levels, nats: equal values don't make a placebo infinitely sure. */
const leastSpread = 0.05;
/** The same where one other level alone is there: how far others would lie apart nobody sees, and a nat is usual. */
const spreadAlone = betting.shift;

/**
 * What the second of two others is: another level that breaks the condition or, where one level alone does, a level that meets
 * it, or the first again.
 */
type Second = 'other' | 'peer' | 'same';

/** A fresh context: the trigger's case, and two with one condition swapped. */
interface Context {
  readonly trigger: Case;
  readonly others: readonly [Case, Case];
  readonly second: Second;
  /** Index of that condition. */
  readonly swapped: number;
}

/** The target's excess in a context, nats. */
interface Value {
  readonly trigger: number;
  readonly others: readonly [number, number];
  readonly second: Second;
  readonly swapped: number;
}

export interface Suspect {
  readonly conditions: readonly Condition[];
  /** Tasks in which it fired. */
  readonly scenarios: readonly string[];
  readonly target: Target;
  /** Number of this hypothesis among those brought to confirmation, from 1. */
  readonly hypothesis: number;
  /** A tool that stays on offer in swaps: what is called where any harm is followed. */
  readonly keep?: string | undefined;
  /** Cases in which another trigger does it: nothing is held against these. */
  readonly explains?: (about: Case) => boolean;
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
  const values: Value[] = [];
  const pairs: Pair[] = [];
  let started = 0;
  const lookAt = function* (until: number): Asking<void> {
    const numbers = Array.from({ length: until - started }, (_, index) => started + index);
    const contexts = numbers.map(n => context(prober, suspect, n)).filter(made => made !== undefined);
    const cases = contexts.flatMap(({ trigger, others }) => [trigger, ...others]);
    const answers = yield* prober.ask(cases, suspect.target);
    started = until;
    contexts.forEach(({ trigger: about, others: [other], swapped, second }, index) => {
      pairs.push({ trigger: about, other });
      const [trigger = 0, a = 0, b = 0] = answers.slice(casesEach * index, casesEach * (index + 1));
      values.push({ trigger, others: [a, b], swapped, second });
    });
  };
  let confirmation = judged(prober, suspect, values, { alpha, weight });
  for (const { contexts: until, least } of looks) {
    // Before its weight, which says how many were brought here before it and nothing of this one.
    const speaks = values.length === 0 ? 0 : bettingProcess(values.map(difference), betting).eValue;
    if (confirmation.outcome === 'confirmed' || speaks < least) break;
    // As far as cases are left; but for the first look there must be all.
    const room = until === fewest ? until : Math.min(until, started + Math.floor(prober.left / casesEach));
    if (room <= started) break;
    yield* lookAt(room);
    confirmation = judged(prober, suspect, values, { alpha, weight });
  }
  return { confirmation, pairs };
}

const difference = ({ trigger, others }: Value) => trigger - others[0];
/** Without the condition; nats. */
const otherOf = ({ others: [a, b], second }: Value) => (second === 'peer' ? a : (a + b) / 2);

function judged(
  prober: Prober,
  suspect: Suspect,
  values: readonly Value[],
  { alpha, weight }: { alpha: number; weight: number },
): Confirmation {
  const process = bettingProcess(values.map(difference), betting);
  const alarm = anytimeAlarm(process, alpha, weight);
  // What is told is what decides: an alarm once reached stays one, so that the largest value on the way counts (Ville).
  const reached = alarm.kind === 'alarm' ? Math.max(...process.path) : process.eValue;
  const eValue = Math.min(weight * reached, Number.MAX_SAFE_INTEGER);
  // Every condition must be special among the levels it could have been.
  // The e-value is valid at any stop; the placebo is held to as many looks as there may be.
  const worst = Math.max(
    ...suspect.conditions.map((condition, index) => {
      const own = values.filter(({ swapped }) => swapped === index);
      return placebo(own, levelCount(prober, condition));
    }),
  );
  const placeboP = Math.min(1, looks.length * worst);
  const mean = (pick: (value: Value) => number) =>
    values.length === 0 ? 0 : values.reduce((sum, value) => sum + pick(value), 0) / values.length;
  return {
    pairs: values.length,
    eValue,
    weight,
    showed: values.filter(value => difference(value) > betting.shift).length,
    triggerMean: mean(({ trigger }) => trigger),
    otherMean: mean(otherOf),
    placeboP,
    outcome: alarm.kind === 'none' ? 'not-reproduced' : placeboP > alpha ? 'not-special' : 'confirmed',
  };
}

/**
 * p-value of "this level is one like the others": the trigger's mean excess over two other levels in each context, against
 * the spread between those two, as if levels were drawn at random; Student's t with one degree of freedom a context,
 * corrected for the number of levels it could have been. The spread is half the root of pi times the mean gap (Gini's
 * mean difference of a normal sample), so that one other level that does it too does not hide the rest.
 */
function placebo(values: readonly Value[], levels: number): number {
  const n = values.length;
  if (n < 2) return 1;
  const least = values.some(({ second }) => second !== 'other') ? spreadAlone : leastSpread;
  const meanOf = (pick: (value: Value) => number) => values.reduce((sum, value) => sum + pick(value), 0) / n;
  const mean = meanOf(value => value.trigger - otherOf(value));
  const gap = meanOf(({ trigger, others: [a, b], second }) => Math.abs((second === 'peer' ? trigger : a) - b));
  const spread = Math.max((gap * Math.sqrt(Math.PI)) / 2, least) * Math.sqrt(1 + 1 / (2 * n));
  return Math.min(1, levels * studentUpper(mean / spread, n));
}

/** How many levels a condition could have named. */
function levelCount({ spec: { suite } }: Prober, condition: Condition): number {
  const counts = factorsOf(suite.factors, condition).map(name => {
    const factor = suite.factors[name];
    return factor === undefined ? 1 : countLike(condition, factor);
  });
  return Math.max(1, ...counts);
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
    { conditions, tool: target.tool, policy: prober.spec.policy },
    draw,
    prober.nextIndex(),
    random.fork('levels'),
  );
  if (trigger === undefined) return undefined;
  const swapped = n % conditions.length;
  const others = swappedCases(prober, trigger, { ...suspect, condition: conditions[swapped] as Condition }, random);
  if (others === undefined) return undefined;
  return { trigger: { ...trigger, probe: { stage: 'confirm', of: trigger.id, changed: [] } }, ...others, swapped };
}

/** The case with one condition no longer met, twice, by different levels; where one level alone breaks it, one that meets it. */
function swappedCases(
  prober: Prober,
  trigger: Case,
  {
    condition,
    conditions,
    target: { tool },
    keep,
    explains = () => false,
  }: Suspect & { readonly condition: Condition },
  random: Random,
): Pick<Context, 'others' | 'second'> | undefined {
  const { suite, policy } = prober.spec;
  const factor = factorsOf(suite.factors, condition).find(name => name in trigger.levels);
  if (factor === undefined) return undefined;
  const changed = (level: string) => varyCase(suite, trigger, { [factor]: level }, 0);
  // Of all harmful tools the one that is called must stay: that it is called only where it is offered is no trigger.
  const kept = (one: Case) => keep === undefined || !offers(trigger, keep) || offers(one, keep);
  const some = (stream: Random, fits: (made: Case) => boolean) => {
    const able = (one: Case) => offers(one, tool, policy) && kept(one) && fits(one);
    return stream.shuffle(otherLevels(suite, trigger, factor, mostLevels, stream, level => able(changed(level))));
  };
  const made = (level: string): Case => {
    const one = varyCase(suite, trigger, { [factor]: level }, prober.nextIndex());
    return { ...one, probe: { stage: 'confirm', of: trigger.id, changed: [factor] } };
  };
  const [first, second] = some(random.fork('swap'), one => !meets(one, condition) && !explains(one));
  if (first === undefined) return undefined;
  if (second !== undefined) return { others: [made(first), made(second)], second: 'other' };
  const [peer] = some(random.fork('peer'), one => conditions.every(each => meets(one, each)));
  return { others: [made(first), made(peer ?? first)], second: peer === undefined ? 'same' : 'peer' };
}
