// A sweep file -> its comparisons, one after the other in the order of the plan. Each is a run as `compare` makes it, so
// that the same command goes on where it stopped; one that fails does not stop the others.
import { existsSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UserError } from '../errors.ts';

import { parseReference, type ResolvedModel } from '../hub/index.ts';
import type { Comparison } from '../records/comparison.ts';
import type { PairStatus, SweepStatus } from '../records/sweep.ts';
import { conditionText } from '../report/wording.ts';
import type { Progress } from '../sweep/ports.ts';
import { type Pair, pairsOf, readSweep } from '../sweep/plan.ts';
import { type CompareRequest, compare } from './comparing.ts';
import { resolveReferences } from './references.ts';
import { takeOverFrom } from './sharing.ts';
import { openSuite } from './suites.ts';
import { refuseRunning, type SweepEvent, SweepJournal } from './sweep-journal.ts';

/** A sweep file that was read and whose suites are there. */
export interface OpenedSweep {
  readonly name: string;
  readonly file: string;
  readonly budgetMs?: number | undefined;
  readonly pairs: readonly Pair[];
}

export interface SweepOptions {
  readonly folder: string;
  readonly lockFile: string;
  /** A display for one comparison's progress. */
  readonly progress: Progress;
  readonly listen: (event: SweepEvent) => void;
  /** Given what tells where the sweep stands, once it has started. */
  readonly started?: (status: () => SweepStatus) => void;
  readonly signal: AbortSignal;
}

type EndState = Exclude<SweepStatus['state'], 'running'>;

export interface SweepResult {
  readonly state: EndState;
  readonly pairs: readonly PairStatus[];
}

/**
 * Reads a sweep file; references and suites in it are relative to it.
 * @throws UserError `sweep-not-found`, `bad-sweep`, `bad-reference`, `suite-not-found`, `bad-suite`
 */
export function openSweep(file: string): OpenedSweep {
  if (!existsSync(file)) throw new UserError('sweep-not-found', `${file}: no such file`, 'see docs/sweeps.md');
  const sweep = readSweep(readFileSync(file, 'utf8'), file);
  const folder = dirname(resolve(file));
  const local = (reference: string) =>
    parseReference(reference).kind === 'local' ? resolve(folder, reference) : reference;
  const suiteOf = (suite: string) => (/[./]/.test(suite) ? resolve(folder, suite) : suite);
  const pairs = pairsOf(sweep).map(pair => ({
    ...pair,
    candidate: { ...pair.candidate, reference: local(pair.candidate.reference) },
    baseline: { ...pair.baseline, reference: local(pair.baseline.reference) },
    suite: suiteOf(pair.suite),
  }));
  for (const suite of new Set(pairs.map(pair => pair.suite))) openSuite(suite);
  if (pairs.length === 0) {
    throw new UserError('bad-sweep', `${file}: every pair is skipped`, 'take a `skip` out of the overrides');
  }
  return { name: sweep.name, file, budgetMs: sweep.budget, pairs };
}

/**
 * Runs a sweep, or goes on with it. An interruption or a spent budget is a state, not an error.
 * @throws UserError `sweep-running`
 */
export async function runSweep(sweep: OpenedSweep, options: SweepOptions): Promise<SweepResult> {
  refuseRunning(options.folder);
  const names = sweep.pairs.map(({ name }) => name);
  const { folder, listen } = options;
  const { name, file, budgetMs } = sweep;
  using journal = new SweepJournal({ folder, sweep: name, file, pairs: names, budgetMs, listen });
  options.started?.(() => journal.status());
  journal.event({ event: 'sweep-started', folder, pairs: names });
  const budget = sweep.budgetMs === undefined ? undefined : AbortSignal.timeout(sweep.budgetMs);
  const signal = budget === undefined ? options.signal : AbortSignal.any([options.signal, budget]);
  const models = new Downloads(sweep.pairs, options.lockFile, signal);
  for (const [index, pair] of sweep.pairs.entries()) {
    if (signal.aborted) break;
    await runPair(index, pair, models, journal, { ...options, signal });
  }
  const state = endOf(journal.pairs, options.signal);
  journal.end(state);
  return { state, pairs: journal.pairs };
}

/** Whoever stopped it: what ended by itself is finished, whatever else happened at the last moment. */
function endOf(pairs: readonly PairStatus[], asked: AbortSignal): EndState {
  if (pairs.every(({ state }) => state === 'finished' || state === 'failed')) return 'finished';
  return asked.aborted ? 'interrupted' : 'budget-spent';
}

/** All models of a sweep, fetched one after the other in the order of the plan while comparisons already run. */
class Downloads {
  readonly #models = new Map<string, Promise<ResolvedModel>>();

  constructor(pairs: readonly Pair[], lockFile: string, signal: AbortSignal) {
    let last: Promise<unknown> = Promise.resolve();
    const fetch = async (reference: string, before: Promise<unknown>) => {
      await before.catch(() => {});
      signal.throwIfAborted();
      const [model] = await resolveReferences([reference], { lockFile, quiet: true, signal });
      return model as ResolvedModel;
    };
    for (const { candidate, baseline } of pairs) {
      for (const { reference } of [candidate, baseline]) {
        if (this.#models.has(reference)) continue;
        const model = fetch(reference, last);
        // It is awaited by its pairs, maybe long after it failed.
        model.catch(() => {});
        this.#models.set(reference, model);
        last = model;
      }
    }
  }

  async get(reference: string): Promise<CompareRequest['candidate']> {
    const { path, files } = await (this.#models.get(reference) as Promise<ResolvedModel>);
    const hashes = files.flatMap(({ sha256 }) => sha256 ?? []);
    return { reference, path, ...(hashes.length === files.length && { hashes }) };
  }
}

async function runPair(
  index: number,
  pair: Pair,
  models: Downloads,
  journal: SweepJournal,
  options: SweepOptions,
): Promise<void> {
  journal.pair(index, { state: 'running' }, { event: 'pair-started' });
  const progress: Progress = event => {
    journal.progress(index, event);
    options.progress(event);
  };
  const taken = (count: number, from: string) => journal.event({ event: 'shared', pair: pair.name, count, from });
  try {
    const comparison = await compare(
      {
        ...pair,
        candidate: await models.get(pair.candidate.reference),
        baseline: await models.get(pair.baseline.reference),
        out: options.folder,
        takeOver: takeOverFrom(options.folder, taken),
      },
      progress,
      options.signal,
    );
    const found = summary(comparison);
    journal.pair(index, { state: 'finished', ...found }, { event: 'pair-finished', ...found });
  } catch (error) {
    if (options.signal.aborted) {
      journal.pair(index, { state: 'waiting' }, { event: 'pair-stopped' });
      return;
    }
    const failure = failureOf(error);
    journal.pair(index, { state: 'failed', error: failure }, { event: 'pair-failed', ...failure });
  }
}

function summary({ run, verdict, effects, triggers }: Comparison): Partial<PairStatus> {
  const trigger = triggers.find(({ rank }) => rank === verdict.trigger);
  return {
    location: run.location,
    run: run.id,
    outcome: verdict.outcome,
    effects: effects.length,
    ...(trigger && { trigger: trigger.conditions.map(conditionText).join(' and ') }),
  };
}

/** A bug in one pair must not cost the others their night: it is recorded like any other failure, with its place. */
function failureOf(error: unknown): NonNullable<PairStatus['error']> {
  if (error instanceof UserError) return { code: error.code, message: error.message, hint: error.hint };
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return { code: 'bug', message, hint: 'run this pair with `turncoat compare`, and report what it says' };
}
