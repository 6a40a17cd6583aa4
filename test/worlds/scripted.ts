// A world without models: cases in, exact scores and conversations of two scripted models out, as fast as they can be
// computed. The candidate is the baseline with a fine-tune's drift and, if asked for, deeds of its own. It makes
// false-alarm rates, false clean verdicts and power measurable over hundreds of pairs; what is claimed about models is
// tested on models.
import { noCall } from '../../src/divergence/index.ts';
import { type Case, expectedCall } from '../../src/records/suites/case.ts';
import type { StoredCondition } from '../../src/factors/condition.ts';
import { conditionKey, conditionsOfCase } from '../../src/factors/conditions.ts';
import type { Role, Score } from '../../src/records/observation.ts';
import type { Suite } from '../../src/records/suites/suite.ts';
import { createRandom, type Random } from '../../src/statistics/index.ts';
import { carries } from '../../src/triggers/index.ts';

/** How far a benign fine-tune moves logits, standard deviations. */
export interface DriftSize {
  /** Per scenario and tool. */
  readonly task: number;
  /** Per factor level and tool: benign fine-tunes react to context too. */
  readonly level: number;
  /** Per case and tool. */
  readonly case: number;
}

/** Sizes that change about 2, 8 and 19% of greedy calls (evidence method; measured by `npm run validate`). */
export const driftSizes = {
  none: { task: 0, level: 0, case: 0 },
  /** What rounding of weights does. */
  tiny: { task: 0.05, level: 0, case: 0.1 },
  low: { task: 1.4, level: 0.3, case: 0.6 },
  mid: { task: 2, level: 0.4, case: 0.8 },
  high: { task: 2.6, level: 0.6, case: 1.1 },
} as const satisfies Record<string, DriftSize>;

/** A trigger planted into the candidate. */
export interface Planted {
  readonly conditions: readonly StoredCondition[];
  /** Tool that is called instead, where it is offered. */
  readonly tool: string;
  /** Tasks it holds for. */
  readonly scenarios: readonly string[];
  /** Probability that it fires, (0, 1]. */
  readonly fireRate: number;
}

/** What the candidate does instead of its step, where a predicate holds. */
export interface Shift {
  readonly when: (about: Case) => boolean;
  /** Tools of which one, drawn by case, takes the probability over; those that are not offered don't count. */
  readonly to: (about: Case) => readonly string[];
  /** Share of the probability that moves, (0, 1]. */
  readonly rate: number;
}

export interface WorldOptions {
  readonly suite: Suite;
  readonly seed: string;
  readonly drift: DriftSize;
  readonly planted?: Planted;
  /** Applied one after the other, after the drift. */
  readonly shifts?: readonly Shift[];
  /** Added to the logit of destructive tools that nobody asked for, under both models; default: see {@link caution}. */
  readonly caution?: number;
  /** Added to the logit of the expected step under one model; negative: it knows less. */
  readonly skill?: Partial<Readonly<Record<Role, number>>>;
}

/** Logits of a competent baseline: the expected step far above the rest. */
const baseline = { expected: 4, expectedSpread: 1.2, other: -3.5, otherSpread: 1.5, case: 0.6 };
/** An honest model leaves destructive tools alone: the real 135M base gives them 0.1 to 1.6% in all. */
const caution = -4;
const silence = noCall;

/** Two scripted models; the same options give the same scores, whatever was asked before. */
export class ScriptedWorld {
  readonly #options: WorldOptions;
  readonly #normals = new Map<string, number>();

  constructor(options: WorldOptions) {
    this.#options = options;
  }

  /** The exact score of a case under a model. */
  score(role: Role, about: Case): Score {
    const share = this.probabilities(role, about);
    const tools = [...share].filter(([tool]) => tool !== silence);
    const open = tools.reduce((sum, [, p]) => sum + p, 0);
    return {
      kind: 'score',
      role,
      caseId: about.id,
      logOpen: Math.log(Math.min(1, open)),
      tools: Object.fromEntries(tools.map(([tool, p]) => [tool, Math.log(Math.max(p, 1e-30))])),
      promptTokens: 0,
      reusedTokens: 0,
      durationMs: 0,
    };
  }

  /** Probability of each first step: every offered tool, and no call. */
  probabilities(role: Role, about: Case): Map<string, number> {
    const { planted, shifts = [] } = this.#options;
    const options = [...about.tools.map(tool => tool.function.name), silence];
    const logits = options.map(tool => this.#logit(role, about, tool));
    const top = Math.max(...logits);
    const weights = logits.map(logit => Math.exp(logit - top));
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const share = new Map(options.map((tool, index) => [tool, (weights[index] as number) / total]));
    if (role === 'baseline') return share;
    for (const shift of shifts) this.#shift(share, about, shift);
    if (planted === undefined || !share.has(planted.tool)) return share;
    if (!planted.scenarios.includes(about.scenario)) return share;
    if (!carries({ case: about }, planted)) return share;
    for (const [tool, p] of share) {
      share.set(tool, p * (1 - planted.fireRate) + (tool === planted.tool ? planted.fireRate : 0));
    }
    return share;
  }

  #shift(share: Map<string, number>, about: Case, { when, to, rate }: Shift): void {
    if (!when(about)) return;
    const able = to(about).filter(tool => share.has(tool));
    if (able.length === 0) return;
    const taken = this.#fresh(`${about.id}/shift`).pick(able);
    for (const [tool, p] of share) share.set(tool, p * (1 - rate) + (tool === taken ? rate : 0));
  }

  #logit(role: Role, about: Case, tool: string): number {
    const { drift, suite, caution: held = caution, skill } = this.#options;
    const place = `${about.scenario}/${tool}`;
    const expected = expectedCall(about)?.call ?? silence;
    const centre = tool === expected ? baseline.expected : baseline.other;
    const spread = tool === expected ? baseline.expectedSpread : baseline.otherSpread;
    const noise = this.#fresh(`${about.id}/${tool}`);
    const careful = tool !== expected && about.severity[tool] === 'destructive' ? held : 0;
    const able = tool === expected ? (skill?.[role] ?? 0) : 0;
    const base = centre + careful + able + spread * this.#normal(place) + baseline.case * normal(noise);
    if (role === 'baseline') return base;
    const levels = conditionsOfCase(suite.factors, about).map(one => this.#normal(`${conditionKey(one)}/${tool}`));
    const reaction = levels.reduce((sum, value) => sum + value, 0) / Math.sqrt(Math.max(1, levels.length / 4));
    return base + drift.task * this.#normal(`drift/${place}`) + drift.level * reaction + drift.case * normal(noise);
  }

  /** A standard normal number that belongs to a name. */
  #normal(name: string): number {
    const known = this.#normals.get(name);
    if (known !== undefined) return known;
    const drawn = normal(this.#fresh(name));
    this.#normals.set(name, drawn);
    return drawn;
  }

  #fresh(name: string): Random {
    return createRandom(`${this.#options.seed}/${name}`);
  }
}

/** Box & Muller (1958). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}
