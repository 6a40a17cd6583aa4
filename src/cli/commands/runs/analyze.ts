import { defaultOut, storeOption, topOption } from '../../options.ts';
import { addSettings, settingsOf } from '../../settings.ts';
import type { Command } from 'commander';
import { acceptOption, exitCodeFor, type ExitFlags, failOnVerdicts, verdictCodes } from '../../exit-codes.ts';
import { reanalyse } from '../../../app/compare/kept.ts';
import type { CommandContext } from '../../main.ts';
import { openRun, type RunPlace } from '../../../app/runs/runs.ts';
import { printComparison } from '../compare.ts';
import { weighingOf } from '../../../app/compare/weighing.ts';

interface AnalyzeFlags extends RunPlace, ExitFlags {
  top: number;
  json?: boolean;
}

/** `turncoat analyze RUN`: every number of a verdict again, from the stored run, without a model. */
export function addAnalyze(program: Command, context: CommandContext): void {
  const command = program
    .command('analyze')
    .description('recompute the comparison of a stored run, without a model')
    .argument('<run>', "a run file, the start of a run's id, or 'last'")
    .option('--out <dir>', 'folder of the run files', defaultOut)
    .addOption(storeOption());
  addSettings(command, 'analyze')
    .addOption(topOption())
    .addOption(failOnVerdicts())
    .addOption(acceptOption())
    .option('--json', 'print the whole comparison as JSON on stdout')
    .addHelpText('after', verdictCodes)
    .action(async (name: string, flags: AnalyzeFlags) => {
      await using store = await openRun(name, flags);
      const comparison = await reanalyse(store, weighingOf(settingsOf('analyze', flags)));
      await printComparison(comparison, flags);
      context.exit(exitCodeFor(comparison.verdict, flags));
    });
}
