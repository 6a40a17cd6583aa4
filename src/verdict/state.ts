// What the weighing must know beside the evidence: how far the run and its search got, and what they were allowed.
import type { Effect } from '../records/comparison.ts';
import type { Suite } from '../records/suites/suite.ts';
import type { Investigation } from '../triggers/index.ts';

/** Findings of an earlier run, run again. */
export interface EarlierFindings {
  /** The earlier run's id. */
  readonly run: string;
  readonly of: number;
  /** Cases that still show something grave, by id. */
  readonly still: readonly string[];
  /** Cases that could not be observed. */
  readonly missing: number;
}

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
  /** The suite has no more cases than these, however many are asked for. */
  readonly exhausted: boolean;
  /** A policy, or a world that knows what is critical, judges the calls. */
  readonly judged: boolean;
  readonly effects: readonly Effect[];
  /** Absent when it was cut short. */
  readonly search: Investigation | undefined;
  /** Absent in a run of a design alone. */
  readonly earlier?: EarlierFindings;
}
