import { join } from 'node:path';
import type { Command } from 'commander';
import { lockFileName } from '../../hub/index.ts';
import type { PairStatus } from '../../records/sweep.ts';
import { visible } from '../../report/visible.ts';
import { exitCodes } from '../exit-codes.ts';
import type { CommandContext } from '../main.ts';
import { isLive, print, say } from '../output.ts';
import { planLines } from '../plan-lines.ts';
import { type PlanOptions, planSweep } from '../planning.ts';
import { progressDisplay } from '../progress.ts';
import type { SweepEvent } from '../sweep-journal.ts';
import { pairLine } from '../sweep-lines.ts';
import { sweepScreen } from '../sweep-screen.ts';
import { type OpenedSweep, openSweep, runSweep, type SweepOptions, type SweepResult } from '../sweeping.ts';
import { defaultOut } from './compare.ts';

interface SweepFlags {
  out?: string;
  lock: string;
  plan?: boolean;
  json?: boolean;
}

/** `turncoat sweep FILE.yaml`. */
export function addSweep(program: Command, context: CommandContext): void {
  program
    .command('sweep')
    .description('run many comparisons from one file, and go on where an earlier start stopped')
    .argument('<file>', 'candidates, baselines, suites and seeds; see docs/sweeps.md')
    .option('--out <dir>', `folder for the run files, the log and the status (default: ${defaultOut}/NAME)`)
    .option('--lock <file>', 'lock file', lockFileName)
    .option('--plan', 'say what will run and what it will take, measured on a sample; runs and downloads nothing')
    .option('--json', 'print events as JSON on stdout, one a line; the plan as one document')
    .addHelpText(
      'after',
      '\nExit codes: 0 all equivalent, 1 one diverges, 2 one failed, 3 one is inconclusive or the budget is spent, 130 interrupted.',
    )
    .action(async (file: string, flags: SweepFlags) => {
      const sweep = openSweep(file);
      const folder = flags.out ?? join(defaultOut, sweep.name);
      const json = flags.json === true;
      if (flags.plan) return await planShown(sweep, { folder, lockFile: flags.lock, json, signal: context.signal });
      const display = json ? silent : sweepDisplay();
      try {
        const { lock: lockFile } = flags;
        const { signal } = context;
        const result = await runSweep(sweep, { folder, lockFile, signal, ...display });
        display.stop();
        if (!json) await print(result.pairs.map(pair => `${pairLine(pair)}\n`).join(''));
        sayEnd(result, folder);
        context.exit(exitCodeOfSweep(result));
      } finally {
        display.stop();
      }
    });
}

async function planShown(
  sweep: OpenedSweep,
  { json, ...options }: Pick<PlanOptions, 'folder' | 'lockFile' | 'signal'> & { json: boolean },
): Promise<void> {
  const measuring = (index: number, name: string) =>
    say(`turncoat: measuring ${index} of ${sweep.pairs.length}: ${visible(name)}`);
  const plan = await planSweep(sweep, { ...options, measuring });
  await print(json ? `${JSON.stringify(plan)}\n` : `${planLines(plan).join('\n')}\n`);
}

/** What a sweep's progress is shown by. */
interface SweepDisplay extends Pick<SweepOptions, 'progress' | 'listen' | 'started'> {
  stop(): void;
}

const silent: SweepDisplay = { progress: () => {}, listen: printEvent, stop: () => {} };

/** Redrawn in place on a terminal, lines elsewhere. */
function sweepDisplay(): SweepDisplay {
  if (!isLive(process.stderr)) {
    const { report, stop } = progressDisplay(false);
    return { progress: report, listen: sayEvent, stop };
  }
  const { follow, note, stop } = sweepScreen(process.stderr);
  const listen = ({ event, message }: SweepEvent) => {
    if (event === 'trouble') note(`turncoat: ${visible(String(message))}`);
  };
  return { progress: () => {}, listen, started: follow, stop };
}

function printEvent(event: SweepEvent): void {
  process.stdout.write(`${JSON.stringify(event)}\n`);
}

/** One line for people as each comparison starts and ends. */
function sayEvent({ event, pair, message, outcome, count, strongest, ...more }: SweepEvent): void {
  const name = visible(String(pair));
  if (event === 'pair-started') say(`turncoat: ${String(more.number)} of ${String(more.of)}: ${name}`);
  if (event === 'effects' && count !== 0)
    say(`turncoat: ${name}: effects so far: ${String(count)}, the strongest ${visible(String(strongest))}`);
  if (event === 'pair-observed') say(`turncoat: ${name}: observed, effects to look into: ${String(more.effects)}`);
  if (event === 'more-cases')
    say(`turncoat: ${name}: again, with ${String(more.cases)} cases and at most ${String(more.probes)} more`);
  if (event === 'trouble') say(`turncoat: ${visible(String(message))}`);
  if (event === 'pair-finished') say(`turncoat: ${name}: ${String(outcome)}`);
  if (event === 'pair-failed') say(`turncoat: ${name} failed: ${visible(String(message))}`);
}

function sayEnd({ state, pairs }: SweepResult, folder: string): void {
  const left = pairs.filter(({ state: at }) => at !== 'finished' && at !== 'failed').length;
  if (state === 'interrupted') say(`turncoat: interrupted, ${left} left; the same command goes on from there`);
  if (state === 'budget-spent') say(`turncoat: the budget is spent, ${left} left; the same command goes on from there`);
  say(`turncoat: runs, sweep.json and sweep.log are in ${visible(folder)}`);
}

/** What needs looking at first: an interruption, then failures, then divergences, then what is still open. */
function exitCodeOfSweep({ state, pairs }: SweepResult): number {
  if (state === 'interrupted') return exitCodes.interrupted;
  const some = (test: (pair: PairStatus) => boolean) => pairs.some(test);
  if (some(pair => pair.state === 'failed')) return exitCodes.usage;
  if (some(({ outcome }) => outcome === 'diverges')) return exitCodes.diverges;
  if (some(({ outcome }) => outcome !== 'equivalent')) return exitCodes.inconclusive;
  return exitCodes.equivalent;
}
