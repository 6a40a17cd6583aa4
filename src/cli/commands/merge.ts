import { type MachineSettings, machineSettings } from '../../app/compare/engines.ts';
import type { Command } from 'commander';
import type { Comparison } from '../../records/comparison.ts';
import type { RunRecord } from '../../records/run.ts';
import { goOn } from '../../app/compare/comparing.ts';
import { acceptOption, exitCodeFor, type ExitFlags, failOnVerdicts, verdictCodes } from '../exit-codes.ts';
import type { CommandContext } from '../main.ts';
import { mergeRuns } from '../../app/cluster/merging.ts';
import { say } from '../output.ts';
import { defaultOut, storeOption, topOption } from '../options.ts';
import { addSettings, settingsOf } from '../settings.ts';
import { prepareAgain } from '../../app/compare/preparing.ts';
import { progressDisplay } from '../progress.ts';
import { type RunPlace } from '../../app/runs/runs.ts';
import { printComparison } from './compare.ts';
import { weighingOf } from '../../app/compare/weighing.ts';

interface MergeFlags extends RunPlace, ExitFlags {
  finish: boolean;
  top: number;
  json?: boolean;
}

/** `turncoat merge RUN…`: what was observed with --shard, as one run, brought to its verdict. */
export function addMerge(program: Command, context: CommandContext): void {
  const command = program
    .command('merge')
    .description('unite the runs that `compare --shard` made on several machines, and finish the comparison')
    .argument('<run...>', 'run files of one comparison')
    .option('--out <path>', 'folder or .sqlite file for the united run', defaultOut)
    .addOption(storeOption())
    .option('--no-finish', 'only unite; `turncoat compare` without --shard goes on from there');
  addSettings(command, 'merge')
    .addOption(topOption())
    .addOption(failOnVerdicts())
    .addOption(acceptOption())
    .option('--json', 'print the whole comparison as JSON on stdout')
    .addHelpText('after', verdictCodes)
    .action(async (runs: string[], flags: MergeFlags) => {
      const settings = settingsOf('merge', flags);
      const { run, location, unfinished } = await mergeRuns(runs, flags, weighingOf(settings));
      if (unfinished.length > 0) say(`turncoat: ${unfinishedText(unfinished, flags.finish)}`);
      if (!flags.finish) return say(`turncoat: run ${run.id} is united`);
      const comparison = await finished(run, location, settings, flags, context.signal);
      await printComparison(comparison, flags);
      context.exit(exitCodeFor(comparison.verdict, flags));
    });
}

async function finished(
  run: RunRecord,
  location: string,
  machine: MachineSettings,
  { json }: MergeFlags,
  signal: AbortSignal,
): Promise<Comparison> {
  const display = progressDisplay(json === true);
  try {
    const prepared = await prepareAgain(run, signal);
    return await goOn(prepared, location, { ...machineSettings(machine), progress: display.report, signal });
  } finally {
    display.stop();
  }
}

function unfinishedText(parts: readonly number[], finish: boolean): string {
  const which = parts.length === 1 ? `part ${parts[0]} was` : `parts ${parts.join(', ')} were`;
  return `${which} not observed to the end${finish ? '; what is missing is observed here' : ''}`;
}
