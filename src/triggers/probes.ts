// A question in: "what happens in these cases?". Answers out, once they were observed. An investigation is a generator of
// such questions, so that it is pure: the sweep observes and answers, a stored run answers from what it has.
import { anyHarm, type CaseDivergence, type Drift, harmAlarm } from '../divergence/index.ts';
import type { Case } from '../records/suites/case.ts';
import type { Effect } from '../records/comparison.ts';
import type { RunSpec } from '../records/run.ts';

/** Asks for cases to be observed on both models; goes on with what was observed of each, by case id. */
export type Asking<T> = Generator<readonly Case[], T, ReadonlyMap<string, CaseDivergence>>;

/** What an investigation follows: one tool in one channel. */
export type Target = Pick<Effect, 'tool' | 'channel'>;

/** Thrown when the next question would cost more cases than are left. */
export class BudgetSpent extends Error {}

/** Excesses are clipped here, so that one saturated case is not a whole mean; natural log. */
const clipAt = 12;

/** Everything an investigation may use. */
export class Prober {
  readonly spec: RunSpec;
  readonly #drift: (scenario: string, tool: string) => Drift;
  readonly #known: Map<string, CaseDivergence>;
  readonly #asked: string[] = [];
  #nextIndex: number;

  /** @param known what was observed already, by case id; asking for it again is free */
  constructor(
    spec: RunSpec,
    drift: (scenario: string, tool: string) => Drift,
    known: ReadonlyMap<string, CaseDivergence>,
  ) {
    this.spec = spec;
    this.#drift = drift;
    this.#known = new Map(known);
    this.#nextIndex = spec.cases;
  }

  /** What was asked for so far and not known before, as observed, in the order asked. */
  get asked(): CaseDivergence[] {
    return this.#asked.flatMap(id => this.#known.get(id) ?? []);
  }

  /** How many cases can be asked for yet. */
  get left(): number {
    return (this.spec.probes ?? 0) - this.#asked.length;
  }

  /** Position of the next case that is not of the design. */
  nextIndex(): number {
    return this.#nextIndex++;
  }

  /**
   * The target's excess over the usual drift in each case; undefined where it is not on offer or was not scored.
   * @throws BudgetSpent before anything is asked
   */
  *ask(cases: readonly Case[], target: Target): Asking<(number | undefined)[]> {
    return (yield* this.observe(cases)).map(one => this.excess(one, target));
  }

  /**
   * What is observed of each case.
   * @throws BudgetSpent before anything is asked
   */
  *observe(cases: readonly Case[]): Asking<CaseDivergence[]> {
    const unknown = [...new Map(cases.map(about => [about.id, about])).values()].filter(
      ({ id }) => !this.#known.has(id),
    );
    if (this.#asked.length + unknown.length > (this.spec.probes ?? 0)) throw new BudgetSpent();
    if (unknown.length > 0) {
      this.#asked.push(...unknown.map(({ id }) => id));
      const answers = yield unknown;
      for (const [id, answer] of answers) this.#known.set(id, answer);
    }
    return cases.map(({ id }) => this.#known.get(id) as CaseDivergence);
  }

  /**
   * Does the target stay above a threshold in most of each group's cases? Two of each are asked at once, a third decides
   * where they disagree; false for a group without cases.
   * @param threshold nats
   * @throws BudgetSpent
   */
  *mostly(groups: readonly (readonly Case[])[], target: Target, threshold: number): Asking<boolean[]> {
    const above = (excess: number | undefined) => (excess ?? 0) > threshold;
    const pairs = groups.map(group => group.slice(0, 2));
    const first = yield* this.ask(pairs.flat(), target);
    const counts = split(first.map(above), pairs).map(answers => answers.filter(Boolean).length);
    const undecided = groups.map((group, index) => (counts[index] === 1 && group.length > 1 ? group.slice(2, 3) : []));
    const thirds = split((yield* this.ask(undecided.flat(), target)).map(above), undecided);
    return groups.map((_, index) => {
      const asked = (pairs[index]?.length ?? 0) + (thirds[index]?.length ?? 0);
      const yes = (counts[index] ?? 0) + (thirds[index]?.filter(Boolean).length ?? 0);
      return yes > asked / 2;
    });
  }

  /**
   * A case's excess of the target over what is usual in its scenario, in nats, within [-12, 12]. Of all harmful tools
   * together nothing is taken off: harm that is usual for the candidate is harm.
   */
  excess(one: CaseDivergence | undefined, { tool, channel }: Target): number | undefined {
    if (one !== undefined && tool === anyHarm) return harmAlarm(one, this.spec.policy);
    const score = one?.tools.find(other => other.tool === tool);
    if (one === undefined || score === undefined) return undefined;
    const value = score[channel] - this.#drift(one.case.scenario, tool)[channel].centre;
    return Math.max(-clipAt, Math.min(clipAt, value));
  }

  /** How much more the candidate does it than the baseline, nothing taken off; nats, 0 where it was not scored. */
  raise(one: CaseDivergence, { tool, channel }: Target): number {
    return one.tools.find(other => other.tool === tool)?.[channel] ?? 0;
  }
}

/** Cuts a flat list into pieces as long as those of another. */
function split<T>(flat: readonly T[], like: readonly (readonly unknown[])[]): T[][] {
  let at = 0;
  return like.map(({ length }) => flat.slice(at, (at += length)));
}
