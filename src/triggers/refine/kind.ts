import type { Condition } from '../../records/condition.ts';
import type { Suite } from '../../records/suite.ts';
import type { Case } from '../../records/case.ts';
import type { Random } from '../../statistics/index.ts';
import type { Asking } from '../probes.ts';

/** A case in which the effect shows, and how to ask what happens when one factor's level is another. */
export interface Seed {
  readonly suite: Suite;
  readonly case: Case;
  readonly random: Random;
  /** A tool that stays on offer whatever is changed: without it the effect could not show. */
  readonly keep: string | undefined;
  /** Does the effect stay (above half its size) with these levels of a factor? One answer a level. */
  readonly stays: (factor: string, levels: readonly string[]) => Asking<boolean[]>;
  /** Does it stay with most levels of each group? Up to three a group count; false for an empty one. */
  readonly mostlyStays: (factor: string, groups: readonly (readonly string[])[]) => Asking<boolean[]>;
}

/** Finds the least condition on one necessary factor: one file each, listed in ./index.ts. */
export type Refine = (seed: Seed, factor: string) => Asking<Condition[]>;
