import type { Command } from 'commander';
import { acceptOption, exitCodeFor, type FailOn, failOnOption } from '../exit-codes.ts';
import { reanalyse } from '../kept.ts';
import type { Outcome } from '../../records/verdict.ts';
import type { CommandContext } from '../main.ts';
import { openRun, type RunPlace, storeOption } from '../runs.ts';
import { defaultOut, printComparison } from './compare.ts';

interface AnalyzeFlags extends RunPlace {
  top: string;
  json?: boolean;
  failOn: FailOn;
  accept?: Outcome;
}

/** `turncoat analyze RUN`: every number of a verdict again, from the stored run, without a model. */
export function addAnalyze(program: Command, context: CommandContext): void {
  program
    .command('analyze')
    .description('recompute the comparison of a stored run, without a model')
    .argument('<run>', "a run file, the start of a run's id, or 'last'")
    .option('--out <dir>', 'folder of the run files', defaultOut)
    .addOption(storeOption())
    .option('--top <n>', 'findings shown', '20')
    .addOption(failOnOption().default(['diverges', 'inconclusive', 'changed'], 'all but equivalent'))
    .addOption(acceptOption())
    .option('--json', 'print the whole comparison as JSON on stdout')
    .action(async (name: string, flags: AnalyzeFlags) => {
      await using store = await openRun(name, flags);
      const comparison = await reanalyse(store);
      await printComparison(comparison, flags);
      context.exit(exitCodeFor(comparison.verdict, flags.failOn, flags.accept));
    });
}
