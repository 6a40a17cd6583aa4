// One comparison of a sweep, and what the journal says of it. One that fails does not stop the others.
import { UserError } from '../../errors.ts';
import type { Comparison } from '../../records/comparison.ts';
import type { PairStatus } from '../../records/sweeps/sweep.ts';
import { reasonSentence } from '../../words/verdict/reasons.ts';
import { effectText } from '../../words/wording.ts';
import type { Progress } from '../../ports/progress.ts';
import type { Pair } from '../../sweep/plan.ts';
import { compare } from '../compare/comparing.ts';
import type { Downloads } from './downloads.ts';
import { takeOverFrom } from './sharing.ts';
import type { SweepJournal } from './journal.ts';

/** What every comparison of a sweep needs. */
export interface Night {
  readonly folder: string;
  readonly models: Downloads;
  readonly journal: SweepJournal;
  /** A display for one comparison's progress. */
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * Compares a pair, or goes on with it, and keeps the journal.
 * @param designOnly leave what stands out in the design for another time
 * @returns undefined when it failed, or was interrupted: it then stands where it stood
 */
export async function runPair(
  night: Night,
  index: number,
  pair: Pair,
  designOnly = false,
): Promise<Comparison | undefined> {
  const { folder, models, journal, signal } = night;
  const before = journal.pairs[index] as PairStatus;
  const place = { number: index + 1, of: journal.pairs.length };
  journal.pair(index, { state: 'running' }, { event: 'pair-started', ...place });
  const progress: Progress = event => {
    journal.progress(index, event);
    night.progress(event);
  };
  const taken = (count: number, from: string) => journal.event({ event: 'shared', pair: pair.name, count, from });
  try {
    const comparison = await compare(
      {
        ...pair,
        candidate: await modelOf(models, pair.candidate),
        baseline: await modelOf(models, pair.baseline),
        out: folder,
        designOnly,
        takeOver: takeOverFrom(folder, taken),
      },
      progress,
      signal,
    );
    const found = verdictOfPair(comparison);
    const state = comparison.run.complete ? 'finished' : 'observed';
    journal.pair(index, { state, ...found }, { event: `pair-${state}`, ...found });
    return comparison;
  } catch (error) {
    if (signal.aborted) {
      journal.pair(index, { state: before.state }, { event: 'pair-stopped' });
      return undefined;
    }
    const failure = failureOf(error);
    journal.pair(index, { state: 'failed', error: failure }, { event: 'pair-failed', ...failure });
    return undefined;
  }
}

async function modelOf(models: Downloads, { reference, templateFile, shownAs }: Pair['candidate']) {
  return { ...(await models.get(reference)), templateFile, shownAs };
}

/** What a sweep's status says of a comparison. */
export function verdictOfPair({ run, verdict, effects, triggers }: Comparison): Partial<PairStatus> {
  const trigger = triggers.find(({ rank }) => rank === verdict.trigger);
  const [headline] = verdict.reasons;
  return {
    location: run.location,
    run: run.id,
    outcome: verdict.outcome,
    effects: effects.length,
    reason: headline && reasonSentence(headline),
    // Also where there is none: an earlier round may have had one.
    trigger: trigger && effectText(trigger),
  };
}

/** A bug in one pair must not cost the others their night: it is recorded like any other failure, with its place. */
function failureOf(error: unknown): NonNullable<PairStatus['error']> {
  if (error instanceof UserError) return { code: error.code, message: error.message, hint: error.hint };
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'bug', message, hint: 'run this pair with `turncoat compare`, and report what it says' };
}
