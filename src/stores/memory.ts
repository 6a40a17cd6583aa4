import type { Case } from '../records/case.ts';
import { type Decision, decisionKey } from '../records/decision.ts';
import { type Observation, observationKey } from '../records/observation.ts';
import type { RunRecord } from '../records/run.ts';
import type { DecisionLog, Store } from '../sweep/ports.ts';

/** A store that forgets: for tests and for validation on scripted engines. */
export class MemoryStore implements Store, DecisionLog {
  readonly location = 'memory';
  #run: RunRecord | undefined;
  readonly #cases = new Map<string, Case>();
  readonly #observations = new Map<string, Observation>();
  readonly #decisions = new Map<string, Decision>();

  async run(): Promise<RunRecord | undefined> {
    return structuredClone(this.#run);
  }

  async saveRun(run: RunRecord): Promise<void> {
    this.#run = structuredClone(run);
  }

  async addCases(cases: readonly Case[]): Promise<void> {
    for (const added of cases) if (!this.#cases.has(added.id)) this.#cases.set(added.id, added);
  }

  async cases(): Promise<Case[]> {
    return [...this.#cases.values()].toSorted((a, b) => a.index - b.index || (a.id < b.id ? -1 : 1));
  }

  async addObservations(observations: readonly Observation[]): Promise<void> {
    for (const observation of observations) {
      const key = observationKey(observation);
      if (!this.#observations.has(key)) this.#observations.set(key, observation);
    }
  }

  async *observations(): AsyncGenerator<Observation> {
    yield* this.#observations.values();
  }

  async keys(): Promise<Set<string>> {
    return new Set(this.#observations.keys());
  }

  async decisions(): Promise<Decision[]> {
    return [...this.#decisions.values()];
  }

  async addDecisions(decisions: readonly Decision[]): Promise<number> {
    const before = this.#decisions.size;
    for (const decision of decisions) {
      const key = decisionKey(decision);
      if (!this.#decisions.has(key)) this.#decisions.set(key, decision);
    }
    return this.#decisions.size - before;
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
