// What keeps a run.
import type { Case } from '../records/suites/case.ts';
import type { Decision } from '../records/decision.ts';
import type { Observation } from '../records/observation.ts';
import type { RunRecord } from '../records/run.ts';

/** Where a run is kept. Every method is durable when it resolves. */
export interface Store extends AsyncDisposable {
  readonly location: string;
  run(): Promise<RunRecord | undefined>;
  saveRun(run: RunRecord): Promise<void>;
  /** Adds cases; a case already there is left as it is. */
  addCases(cases: readonly Case[]): Promise<void>;
  cases(): Promise<Case[]>;
  /** Adds observations; one already there is left as it is, so that a batch done twice is harmless. */
  addObservations(observations: readonly Observation[]): Promise<void>;
  /** All observations, in the order stored. */
  observations(): AsyncIterable<Observation>;
  /** Keys of all observations (see observationKey). */
  keys(): Promise<Set<string>>;
}

/** What people decided about a run's cases; only ever added to. */
export interface DecisionLog {
  /** All decisions, in the order added. */
  decisions(): Promise<Decision[]>;
  /** Adds decisions; one already there is left as it is. Returns how many were new. Durable when it resolves. */
  addDecisions(decisions: readonly Decision[]): Promise<number>;
}

/**
 * Texts that were computed from a run and can be computed again, kept because computing takes long. They are gone once
 * the run changes.
 */
export interface DerivedCache {
  /** @param version of what computed it; another version's is not found */
  derived(name: string, version: string): Promise<string | undefined>;
  /** Texts whose names start with a prefix, by name. */
  allDerived(prefix: string, version: string): AsyncIterable<{ readonly name: string; readonly body: string }>;
  /** Replaces everything kept. */
  saveDerived(version: string, texts: Iterable<readonly [name: string, body: string]>): Promise<void>;
}

/** Everything that is kept of one run: what a file or a database is opened as. */
export interface RunStore extends Store, DecisionLog, DerivedCache {
  /** One case by its id. */
  case(id: string): Promise<Case | undefined>;
  /** Makes it the newest of its place, and changes nothing else: not a byte of a file. */
  touch(): Promise<void>;
}
