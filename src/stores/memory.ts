import type { Case } from '../records/suites/case.ts';
import { type Decision, decisionKey } from '../records/decision.ts';
import { type Observation, observationKey, observationSchema } from '../records/observation.ts';
import type { RunRecord } from '../records/run.ts';
import type { RunStore } from '../ports/store.ts';

/** A store that forgets: for tests and for validation on scripted engines. */
export class MemoryStore implements RunStore {
  readonly location = 'memory';
  #run: RunRecord | undefined;
  readonly #cases = new Map<string, Case>();
  readonly #observations = new Map<string, Observation>();
  readonly #decisions = new Map<string, Decision>();
  /** Name -> text, and what it was computed by and from. */
  #derived = new Map<string, { readonly stamp: string; readonly body: string }>();

  async run(): Promise<RunRecord | undefined> {
    return structuredClone(this.#run);
  }

  /** One run has no place among others. */
  async touch(): Promise<void> {}

  async saveRun(run: RunRecord): Promise<void> {
    this.#run = structuredClone(run);
    this.#derived.clear();
  }

  async addCases(cases: readonly Case[]): Promise<void> {
    for (const added of cases) if (!this.#cases.has(added.id)) this.#cases.set(added.id, added);
  }

  async cases(): Promise<Case[]> {
    return [...this.#cases.values()].toSorted((a, b) => a.index - b.index || (a.id < b.id ? -1 : 1));
  }

  async case(id: string): Promise<Case | undefined> {
    return this.#cases.get(id);
  }

  async addObservations(observations: readonly Observation[]): Promise<void> {
    for (const observation of observations.map(one => observationSchema.parse(one))) {
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

  async derived(name: string, version: string): Promise<string | undefined> {
    const kept = this.#derived.get(name);
    return kept?.stamp === this.#stamp(version) ? kept.body : undefined;
  }

  async *allDerived(prefix: string, version: string): AsyncGenerator<{ name: string; body: string }> {
    const sorted = [...this.#derived].toSorted(([a], [b]) => (a < b ? -1 : 1));
    for (const [name, { stamp, body }] of sorted) {
      if (name.startsWith(prefix) && stamp === this.#stamp(version)) yield { name, body };
    }
  }

  async saveDerived(version: string, texts: Iterable<readonly [name: string, body: string]>): Promise<void> {
    const stamp = this.#stamp(version);
    this.#derived = new Map([...texts].map(([name, body]) => [name, { stamp, body }]));
  }

  /** Changes with everything added; a new run clears what is kept, and nothing is edited or removed. */
  #stamp(version: string): string {
    return `${version} ${this.#cases.size} ${this.#observations.size}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}
