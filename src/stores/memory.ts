import type { Case } from '../records/case.ts';
import { type Observation, observationKey } from '../records/observation.ts';
import type { RunRecord } from '../records/run.ts';
import type { Store } from '../sweep/ports.ts';

/** A store that forgets: for tests and for validation on scripted engines. */
export class MemoryStore implements Store {
  readonly location = 'memory';
  #run: RunRecord | undefined;
  readonly #cases = new Map<string, Case>();
  readonly #observations = new Map<string, Observation>();

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

  async [Symbol.asyncDispose](): Promise<void> {}
}
