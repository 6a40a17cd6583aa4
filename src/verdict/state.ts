// What the weighing must know beside the evidence: how far the run and its search got, and what they were allowed.
import type { Effect } from '../records/comparison.ts';
import type { Suite } from '../records/suites/suite.ts';
import type { Investigation } from '../triggers/index.ts';

export interface SearchState {
  /** All that was asked for was observed, conversations too. */
  readonly finished: boolean;
  /** Cases of the design that were asked for, and those with exact scores of both models. */
  readonly cases: number;
  readonly scored: number;
  readonly trials: number;
  readonly maxTokens: number;
  /** Extra cases that were allowed. */
  readonly probes: number;
  readonly alpha: number;
  readonly suite: Suite;
  /** A policy, or a world that knows what is critical, judges the calls. */
  readonly judged: boolean;
  readonly effects: readonly Effect[];
  /** Absent when it was cut short. */
  readonly search: Investigation | undefined;
}
