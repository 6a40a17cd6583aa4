// A sweep file -> its comparisons, one after the other in the order of the plan; with a budget in stages. Each is a run as
// `compare` makes it, so that the same command goes on where it stopped.
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { UserError } from '../../errors.ts';
import { parseReference, readAdapted } from '../../hub/index.ts';
import { adaptedText } from '../../records/adapted.ts';
import type { PairStatus, SweepStatus } from '../../records/sweeps/sweep.ts';
import type { Progress } from '../../ports/progress.ts';
import { type Pair, pairsOf, readSweep } from '../../sweep/plan.ts';
import { byPromise, type Standing, withMoreCases } from '../../sweep/stages.ts';
import { Downloads } from './downloads.ts';
import { saveMemory } from './memory.ts';
import { readTemplate } from '../models/models.ts';
import type { PullListener } from '../models/references.ts';
import { checkRules } from '../asked.ts';
import { openPolicy, openSuite } from '../compare/suites.ts';
import { refuseRunning, type SweepEvent, SweepJournal } from './journal.ts';
import { type Night, runPair } from './pair.ts';

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
  /** Hears what becomes of references. */
  readonly pulled: PullListener['note'];
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
 * @throws UserError `sweep-not-found`, `bad-sweep`, `bad-reference`, `bad-scale`, `suite-not-found`, `bad-suite`, `bad-policy`, `allowance-unknown`
 */
export function openSweep(file: string): OpenedSweep {
  if (!existsSync(file)) throw new UserError('sweep-not-found', `${file}: no such file`, 'see docs/sweeps.md');
  const sweep = readSweep(readFileSync(file, 'utf8'), file);
  const folder = dirname(resolve(file));
  const piece = (reference: string) => {
    const parsed = parseReference(reference);
    return parsed.kind === 'local' ? resolve(folder, parsed.path) : reference;
  };
  const isFile = (path: string) => statSync(piece(path), { throwIfNoEntry: false })?.isFile() === true;
  const local = (reference: string) => {
    const { base, adapters } = readAdapted(reference, isFile);
    return adaptedText(
      piece(base),
      adapters.map(one => ({ ...one, reference: piece(one.reference) })),
    );
  };
  const suiteOf = (suite: string) => (/[./]/.test(suite) ? resolve(folder, suite) : suite);
  const here = ({ name, reference, templateFile, shownAs }: Pair['candidate']) => ({
    name,
    ...(shownAs !== undefined && { shownAs }),
    reference: local(reference),
    ...(templateFile !== undefined && { templateFile: resolve(folder, templateFile) }),
  });
  const pairs = pairsOf(sweep).map(pair => ({
    ...pair,
    candidate: here(pair.candidate),
    baseline: here(pair.baseline),
    suite: suiteOf(pair.suite),
    ...(pair.policy !== undefined && { policy: resolve(folder, pair.policy) }),
  }));
  const templates = pairs.flatMap(({ candidate, baseline }) =>
    [candidate.templateFile ?? [], baseline.templateFile ?? []].flat(),
  );
  for (const template of new Set(templates)) readTemplate(template);
  for (const policy of new Set(pairs.flatMap(pair => pair.policy ?? []))) openPolicy(policy);
  for (const suite of new Set(pairs.map(pair => pair.suite))) openSuite(suite);
  for (const { allow } of pairs) checkRules(Object.keys(allow ?? {}));
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
  saveMemory();
  const names = sweep.pairs.map(({ name }) => name);
  const { folder, listen } = options;
  const { name, file, budgetMs } = sweep;
  using journal = new SweepJournal({ folder, sweep: name, file, pairs: names, budgetMs, listen });
  options.started?.(() => journal.status());
  journal.event({ event: 'sweep-started', folder, pairs: names });
  const budget = budgetMs === undefined ? undefined : AbortSignal.timeout(budgetMs);
  const signal = budget === undefined ? options.signal : AbortSignal.any([options.signal, budget]);
  const models = new Downloads(sweep.pairs, options.lockFile, options.pulled, signal);
  const night: Night = { folder, models, journal, progress: options.progress, signal };
  const whole = await (budget === undefined ? inTurn : inStages)(night, sweep.pairs);
  const ended = journal.pairs.every(({ state }) => state === 'finished' || state === 'failed');
  const asked = options.signal.aborted;
  // What ended by itself is finished, whatever else happened at the last moment.
  const state =
    whole || (ended && (budget === undefined || !asked)) ? 'finished' : asked ? 'interrupted' : 'budget-spent';
  journal.end(state);
  return { state, pairs: journal.pairs };
}

/** Each pair up to its verdict, in the order of the plan; false when it was stopped before all had one. */
async function inTurn(night: Night, pairs: readonly Pair[]): Promise<boolean> {
  return await each(night, [...pairs.keys()], async index => {
    await runPair(night, index, pairs[index] as Pair);
  });
}

/** The designs of all pairs, then what stands out in them, then more cases where they would settle a verdict. */
async function inStages(night: Night, pairs: readonly Pair[]): Promise<boolean> {
  const known = new Map<number, Standing>();
  const wanted = [...pairs];
  const run = async (index: number, designOnly = false) => {
    const comparison = await runPair(night, index, wanted[index] as Pair, designOnly);
    if (comparison === undefined) known.delete(index);
    else known.set(index, comparison);
    return comparison;
  };
  const open: number[] = [];
  const observed = await each(night, [...pairs.keys()], async index => {
    if ((await run(index, true))?.run.complete === false) open.push(index);
  });
  const order = byPromise(open.map(index => known.get(index) as Standing)).map(place => open[place] as number);
  if (!(observed && (await each(night, order, async index => void (await run(index)))))) return false;
  for (let rounds = 0; ; rounds++) {
    const lacking = [...known].flatMap(([index, standing]) => {
      const more = withMoreCases({ pair: wanted[index] as Pair, first: pairs[index] as Pair, rounds }, standing);
      if (more === undefined) return [];
      wanted[index] = more;
      return [index];
    });
    if (lacking.length === 0) return true;
    const { journal } = night;
    const done = await each(night, lacking, async index => {
      const { name, cases, probes } = wanted[index] as Pair;
      journal.event({ event: 'more-cases', pair: name, cases, probes });
      await run(index);
    });
    if (!done) return false;
  }
}

/** Does something for each until stopped; false when it was. */
async function each(
  { signal }: Night,
  indexes: readonly number[],
  work: (index: number) => Promise<void>,
): Promise<boolean> {
  for (const index of indexes) {
    if (signal.aborted) return false;
    await work(index);
  }
  return !signal.aborted;
}
