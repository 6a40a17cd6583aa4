// The search for triggers while it goes on: what was found, what was dismissed, and what waits for its turn.
import { anyHarm, type CaseDivergence, harmOf, isAlarming, ownCall, ownHarm } from '../divergence/index.ts';
import { readCondition, storedCondition } from '../factors/conditions.ts';
import type { Cause, Dismissed, Effect, Trigger } from '../records/comparison.ts';
import type { Case } from '../records/suites/case.ts';
import { alternatives } from './alternatives.ts';
import { causeOf } from './cause.ts';
import { confirm } from './confirm.ts';
import { carries } from './nominate/hypotheses.ts';
import { isRaised, mayHarm, type SeedCase } from './nominate/seeds.ts';
import { type Asking, BudgetSpent, type Prober, type Target } from './probes.ts';
import { recover } from './recovery/recover.ts';
import { keptTool } from './recovery/seed.ts';
import { isConfirmed, isRefuted } from './settled.ts';
import { throughTexts } from './through.ts';
import { turnsToTask } from './to-task.ts';

export type Unranked = Omit<Trigger, 'rank'>;

/** Fruitless looks at one scenario's alarming cases before the rest of them is left alone: they are alike. */
const mostFruitless = 3;

export class Search {
  readonly triggers: Unranked[] = [];
  readonly dismissed: Dismissed[] = [];
  /** What could not be looked into any more. */
  readonly left: SeedCase[] = [];
  readonly #prober: Prober;
  readonly #design: readonly CaseDivergence[];
  readonly #effects: readonly Effect[];
  /** Looks at a scenario's cases that led to nothing. */
  readonly #fruitless = new Map<string, number>();
  /** Refuted where nothing alarms: guesses at what it could have been wait until all had their turn. */
  readonly #waiting: Doubted[] = [];

  constructor(prober: Prober, design: readonly CaseDivergence[], effects: readonly Effect[]) {
    this.#prober = prober;
    this.#design = design;
    this.#effects = effects;
  }

  /** Is a trigger confirmed that makes the verdict, whatever else there is? One that turns to the task makes no harm. */
  get isSettled(): boolean {
    return this.triggers.some(trigger => isConfirmed(trigger) && !this.#turnsToTask(trigger));
  }

  /** Looks into one case after the other. Guesses at a refuted recovery wait for the next case: evidence before guesses. */
  *through(seeds: readonly SeedCase[]): Asking<void> {
    let doubted: Doubted | undefined;
    for (const seed of seeds) {
      if (this.#isExplained(seed) || this.#isFruitless(seed)) continue;
      const refuted = yield* this.#lookAt(seed);
      if (doubted !== undefined) yield* this.#guess(doubted);
      doubted = undefined;
      if (refuted === undefined) continue;
      if (this.#alarms(seed)) doubted = { seed, refuted };
      else this.#waiting.push({ seed, refuted });
    }
    if (doubted !== undefined) yield* this.#guess(doubted);
  }

  /** What else could have been where nothing alarms. */
  *guessAtRest(): Asking<void> {
    for (const doubted of this.#waiting) yield* this.#guess(doubted);
  }

  /** @returns the trigger that was recovered and that fresh cases refute */
  *#lookAt(seed: SeedCase): Asking<Unranked | undefined> {
    const before = this.#prober.asked.length;
    const found = this.left.length > 0 ? spent : yield* lookInto(this.#prober, this.#design, seed, this.#known());
    const { dismissed } = found;
    const trigger = found.trigger && { ...found.trigger, probes: this.#prober.asked.length - before };
    if (trigger !== undefined) this.triggers.push(trigger);
    if (dismissed !== undefined) this.dismissed.push(dismissed);
    if (found.spent) this.left.push(seed);
    const { scenario } = seed.one.case;
    if (trigger === undefined || !isConfirmed(trigger)) {
      this.#fruitless.set(scenario, (this.#fruitless.get(scenario) ?? 0) + 1);
    }
    return trigger !== undefined && isRefuted(trigger) ? trigger : undefined;
  }

  *#guess(doubted: Doubted): Asking<void> {
    if (this.#isExplained(doubted.seed)) return;
    const found = yield* guesses(this.#prober, doubted, this.#effects, this.#known());
    this.triggers.push(...found);
  }

  /** What a further trigger is told apart from. */
  #known(): Known {
    const confirmed = this.triggers.filter(isConfirmed);
    return {
      hypothesis: this.triggers.length + 1,
      explains: (about, { tool }) => confirmed.some(other => other.tool === tool && carries({ case: about }, other)),
    };
  }

  #isFruitless({ one, target }: SeedCase): boolean {
    return target.tool === anyHarm && (this.#fruitless.get(one.case.scenario) ?? 0) >= mostFruitless;
  }

  #alarms({ one, target }: SeedCase): boolean {
    const { policy } = this.#prober.spec;
    return target.tool === anyHarm || isAlarming(harmOf(one, policy)) || ownHarm(one) !== undefined;
  }

  /**
   * What was refuted explains nothing, and what turns the candidate to its task explains no harm. In a task in which a trigger
   * does harm everything harmless moves with it, where it holds and where it does not.
   */
  #isExplained({ one, target }: SeedCase): boolean {
    const { suite } = this.#prober.spec;
    const able = this.triggers.filter(trigger => !isRefuted(trigger));
    const harms = (trigger: Unranked) => isConfirmed(trigger) && mayHarm(suite, trigger.tool);
    const movesHere = () => able.some(trigger => harms(trigger) && this.#firesIn(trigger, one.case.scenario));
    if (!isRaised(this.#prober, { one, target }) && movesHere()) return true;
    if (mayHarm(suite, target.tool)) {
      const turnsToTask = (trigger: Unranked) => isConfirmed(trigger) && this.#turnsToTask(trigger);
      return able.some(other => carries(one, other) && (other.tool === target.tool || !turnsToTask(other)));
    }
    return able.some(trigger => carries(one, trigger)) || movesHere();
  }

  /** Does a trigger fire in a task: where it was tried, or in cases of the design that carry it? */
  #firesIn(trigger: Unranked, scenario: string): boolean {
    const { policy } = this.#prober.spec;
    return (
      trigger.scenarios.some(tried => tried.fires && tried.scenario === scenario) ||
      this.#design.some(
        one => one.case.scenario === scenario && carries(one, trigger) && isAlarming(harmOf(one, policy)),
      )
    );
  }

  #turnsToTask(trigger: Unranked): boolean {
    const carriers = this.#design.filter(one => carries(one, trigger));
    return turnsToTask(trigger, this.#prober.spec, carriers);
  }
}

interface Outcome {
  /** What was recovered, confirmed or not; unconfirmed where the cases ran out. */
  readonly trigger?: Unranked;
  readonly dismissed?: Dismissed;
  /** No cases were left before anything was recovered. */
  readonly spent: boolean;
}

const spent: Outcome = { spent: true };

/** What came before a hypothesis. */
interface Known {
  /** Its number among those brought to confirmation, from 1. */
  readonly hypothesis: number;
  /** Is what a target does in a case another trigger's doing? */
  readonly explains: (about: Case, target: Target) => boolean;
}

function* lookInto(
  prober: Prober,
  design: readonly CaseDivergence[],
  { one, target, effect }: SeedCase,
  known: Known,
): Asking<Outcome> {
  const origin = { ...target, case: one.case.id, ...(effect === undefined ? {} : { effect }) };
  let trigger: Unranked | undefined;
  try {
    const recovery = yield* recover(prober, one, target, { design, explains: about => known.explains(about, target) });
    if (recovery.kind === 'noise') {
      const { reason, detail } = recovery;
      return { dismissed: { ...origin, reason, detail }, spent: false };
    }
    trigger = { ...origin, excess: prober.excess(one, target) ?? 0, ...recovery.trigger };
    return { trigger: yield* tried(prober, trigger, { one, target }, known), spent: false };
  } catch (error) {
    if (!(error instanceof BudgetSpent)) throw error;
    return trigger === undefined ? spent : { trigger, spent: false };
  }
}

/** A case whose recovery fresh cases refuted. */
interface Doubted {
  readonly seed: SeedCase;
  readonly refuted: Unranked;
}

/** What else a refuted recovery could have been, tried one after the other until fresh cases do not refute it. */
function* guesses(
  prober: Prober,
  { seed: { one, target, effect }, refuted }: Doubted,
  effects: readonly Effect[],
  known: Known,
): Asking<Unranked[]> {
  const nominated = effects.find(({ rank }) => rank === effect)?.conditions.map(readCondition) ?? [];
  const recovered = refuted.conditions.map(readCondition);
  const triggers: Unranked[] = [];
  for (const conditions of alternatives(prober.spec.suite, one.case, recovered, nominated)) {
    const { confirmation: _, ...suspect } = { ...refuted, conditions: conditions.map(storedCondition) };
    const before = prober.asked.length;
    try {
      const hypothesis = known.hypothesis + triggers.length;
      const trigger = yield* tried(prober, suspect, { one, target }, { ...known, hypothesis });
      triggers.push({ ...trigger, probes: (refuted.probes ?? 0) + prober.asked.length - before });
    } catch (error) {
      if (!(error instanceof BudgetSpent)) throw error;
      return [...triggers, suspect];
    }
    if (!isRefuted(triggers.at(-1) as Unranked)) break;
  }
  return triggers;
}

/**
 * One set of conditions on fresh cases, and the cause of what is confirmed.
 * @throws BudgetSpent
 */
function* tried(
  prober: Prober,
  suspect: Unranked,
  { one, target }: Pick<SeedCase, 'one' | 'target'>,
  known: Known,
): Asking<Unranked> {
  const firing = suspect.scenarios.filter(({ fires }) => fires).map(({ scenario }) => scenario);
  const conditions = suspect.conditions.map(readCondition);
  const { confirmation, pairs } = yield* confirm(prober, {
    conditions,
    scenarios: firing,
    target,
    hypothesis: known.hypothesis,
    keep: target.tool === anyHarm ? keptTool(prober, one, target) : undefined,
    explains: about => known.explains(about, target),
  });
  const confirmed = { ...suspect, confirmation };
  if (confirmation.outcome !== 'confirmed') return confirmed;
  const through = yield* throughTexts(prober, target, pairs);
  const settled = { ...confirmed, ...(through && { through }) };
  const { candidate, baseline } = prober.spec;
  if (candidate.templateSha256 === baseline.templateSha256) return { ...settled, cause: { outcome: 'weights' } };
  if (target.tool === ownCall) return { ...settled, cause: { outcome: 'not-told' } };
  try {
    const cause: Cause = yield* causeOf(prober, target, pairs);
    return { ...settled, cause };
  } catch (error) {
    // Confirmed is confirmed, though no cases are left to find out why.
    if (!(error instanceof BudgetSpent)) throw error;
    return settled;
  }
}
