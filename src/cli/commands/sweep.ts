import { defaultOut } from '../options.ts';
import { join } from 'node:path';
import type { Command } from 'commander';
import { lockFileName } from '../../hub/index.ts';
import { visible } from '../../words/visible.ts';
import { acceptOption, type ExitFlags, failOnVerdicts, sweepExitCode } from '../exit-codes.ts';
import type { CommandContext } from '../main.ts';
import { isLive, print, say } from '../output.ts';
import { pullNoteText } from '../pull-display.ts';
import { planShown } from '../plan-shown.ts';
import { progressDisplay } from '../progress.ts';
import { sweepReachText } from '../../app/compare/reach.ts';
import type { SweepEvent } from '../../app/sweep/journal.ts';
import { pairLine } from '../sweep-lines.ts';
import { sweepScreen } from '../sweep-screen.ts';
import { openSweep, runSweep, type SweepOptions, type SweepResult } from '../../app/sweep/sweeping.ts';

interface SweepFlags extends ExitFlags {
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
    .addOption(failOnVerdicts())
    .addOption(acceptOption())
    .option('--json', 'print events as JSON on stdout, one a line; the plan as one document')
    .addHelpText(
      'after',
      '\nExit codes: 0 all equivalent, else the gravest: 1 one diverges, 2 one failed, 3 one is inconclusive or not done,' +
        '\n4 one changed; 2 usage or environment, 70 a bug, 130 interrupted.',
    )
    .action(async (file: string, flags: SweepFlags) => {
      const sweep = openSweep(file);
      const folder = flags.out ?? join(defaultOut, sweep.name);
      const json = flags.json === true;
      if (flags.plan) {
        const options = { folder, lockFile: flags.lock, json, signal: context.signal };
        return context.exit(await planShown(sweep, options));
      }
      const beyond = json ? undefined : sweepReachText(sweep.pairs);
      if (beyond !== undefined) say(`turncoat: ${visible(beyond)}`);
      const display = json ? silent : sweepDisplay();
      try {
        const { lock: lockFile } = flags;
        const { signal } = context;
        const result = await runSweep(sweep, { folder, lockFile, signal, ...display });
        display.stop();
        if (!json) await print(result.pairs.map(pair => `${pairLine(pair)}\n`).join(''));
        sayEnd(result, folder);
        context.exit(sweepExitCode(result, flags));
      } finally {
        display.stop();
      }
    });
}

/** What a sweep's progress is shown by. */
interface SweepDisplay extends Pick<SweepOptions, 'progress' | 'listen' | 'pulled' | 'started'> {
  stop(): void;
}

const sayPulled: SweepDisplay['pulled'] = note => say(pullNoteText(note));
const silent: SweepDisplay = { progress: () => {}, listen: printEvent, pulled: sayPulled, stop: () => {} };

/** Redrawn in place on a terminal, lines elsewhere. */
function sweepDisplay(): SweepDisplay {
  if (!isLive(process.stderr)) {
    const { report, stop } = progressDisplay(false);
    // What a note says was said of the whole sweep, or is in the log.
    const progress: SweepDisplay['progress'] = event => event.kind === 'note' || report(event);
    return { progress, listen: sayEvent, pulled: sayPulled, stop };
  }
  const { follow, note, stop } = sweepScreen(process.stderr);
  const listen = ({ event, message }: SweepEvent) => {
    if (event === 'trouble') note(`turncoat: ${visible(String(message))}`);
  };
  const pulled: SweepDisplay['pulled'] = pull => note(pullNoteText(pull));
  return { progress: () => {}, listen, pulled, started: follow, stop };
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
