import type { Command } from 'commander';
import { openSqliteStore } from '../../stores/sqlite.ts';
import { analyseStore } from '../comparing.ts';
import { exitCodeOf } from '../exit-codes.ts';
import type { CommandContext } from '../main.ts';
import { findRun } from '../runs.ts';
import { defaultOut, printComparison } from './compare.ts';

/** `turncoat analyze RUN`: every number of a verdict again, from the stored run, without a model. */
export function addAnalyze(program: Command, context: CommandContext): void {
  program
    .command('analyze')
    .description('recompute the comparison of a stored run, without a model')
    .argument('<run>', "a run file, the start of a run's id, or 'last'")
    .option('--out <dir>', 'folder of the run files', defaultOut)
    .option('--top <n>', 'findings shown', '20')
    .option('--json', 'print the whole comparison as JSON on stdout')
    .action(async (name: string, flags: { out: string; top: string; json?: boolean }) => {
      await using store = openSqliteStore(findRun(name, flags.out), { create: false });
      const comparison = await analyseStore(store);
      await printComparison(comparison, flags);
      context.exit(exitCodeOf(comparison.verdict));
    });
}
