// A plan, measured and printed: of a sweep, or of one comparison as a sweep of one pair.
import { UserError } from '../errors.ts';
import { visible } from '../words/visible.ts';
import { settingsIn, usualSettings } from '../records/settings.ts';
import type { Pair } from '../sweep/plan.ts';
import { exitCodes } from './exit-codes.ts';
import { print, printJson, say } from './output.ts';
import { planLines } from './plan-lines.ts';
import { type PlanOptions, planSweep } from '../app/plan/planning.ts';
import type { CompareRequest } from '../app/compare/preparing.ts';
import type { OpenedSweep } from '../app/sweep/sweeping.ts';

export interface PlanShownOptions extends Pick<PlanOptions, 'folder' | 'lockFile' | 'signal'> {
  readonly json: boolean;
  /** One comparison, not a sweep: what it would refuse is refused. */
  readonly alone?: boolean;
}

/**
 * @returns the exit code: a sweep with comparisons that can't run is not one to start
 * @throws UserError as the comparison would, where it is `alone`
 */
export async function planShown(sweep: OpenedSweep, { json, alone, ...options }: PlanShownOptions): Promise<number> {
  const measuring = (index: number, name: string) =>
    say(`turncoat: measuring ${index} of ${sweep.pairs.length}: ${visible(name)}`);
  const plan = await planSweep(sweep, { ...options, measuring });
  const unfit = plan.pairs.flatMap(pair => (pair.state === 'unfit' ? [pair.error] : []));
  const [first] = unfit;
  if (alone && first !== undefined) throw new UserError(first.code, first.message, first.hint);
  if (json) await printJson(plan);
  else await print(`${planLines(plan).join('\n')}\n`);
  return unfit.length === 0 ? exitCodes.equivalent : exitCodes.usage;
}

/** What `compare` was asked for, its models by reference: a plan downloads nothing. */
export type ComparePlan = Omit<CompareRequest, 'candidate' | 'baseline'> & {
  readonly candidate: Pair['candidate'];
  readonly baseline: Pair['baseline'];
};

/** @throws UserError `bad-option` where the plan would be another machine's */
export function onePair({ candidate, baseline, ...asked }: ComparePlan): OpenedSweep {
  if (asked.store !== undefined || asked.shard !== undefined || asked.workers) {
    const hint = 'plan the whole comparison here: leave out --store, --shard and --workers';
    throw new UserError('bad-option', '--plan measures on this machine, and looks at run files alone', hint);
  }
  const { suite, seed } = asked;
  const name = `${candidate.name} ${baseline.name} ${suite} ${seed}`;
  const pair: Pair = {
    ...usualSettings('sweep-file'),
    ...settingsIn('sweep-file', asked),
    name,
    candidate,
    baseline,
    suite,
    seed,
  };
  return { name: 'compare', file: '', pairs: [pair] };
}
