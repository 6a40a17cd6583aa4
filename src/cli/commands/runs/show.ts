import { defaultOut, storeOption } from '../../options.ts';
import type { Command } from 'commander';
import { caseReport } from '../../../report/formats/case.ts';
import { keptComparison, runOf } from '../../../app/compare/kept.ts';
import { coloursFor, print, printJson, widthOf } from '../../output.ts';
import { openRun, type RunPlace } from '../../../app/runs/runs.ts';
import { promptRenderer } from '../../../app/review/prompts.ts';
import { writtenIn } from '../../../app/review/written.ts';
import type { CommandContext } from '../../main.ts';
import { findCase } from './find-case.ts';

/** `turncoat show RUN CASE`. */
export function addShow(program: Command, context: CommandContext): void {
  program
    .command('show')
    .description('one case of a run: both prompts, exact probabilities, both replies, argument differences')
    .argument('<run>', "a run file, the start of a run's id, or 'last'")
    .argument('<case>', 'a case id or the start of one, or the rank of a finding')
    .option('--out <dir>', 'folder of the run files', defaultOut)
    .addOption(storeOption())
    .option('--json', 'print it as JSON: the finding, and under `shown` what both models were shown')
    .action(async (name: string, wanted: string, flags: RunPlace & { json?: boolean }) => {
      await using store = await openRun(name, flags);
      const comparison = await keptComparison(store);
      const finding = findCase(comparison, wanted);
      const about = await store.case(finding.case);
      if (about === undefined) throw new Error(`case ${finding.case} is not stored`);
      const run = await runOf(store);
      await using renderer = await promptRenderer(run, context.signal);
      const prompts = await renderer.of(about);
      const written = (await writtenIn(store, run, new Set([about.id]))).get(about.id);
      const { messages, tools, expect } = about;
      if (flags.json)
        return printJson({ ...finding, shown: { messages, tools, expect, prompts, ...(written && { written }) } });
      const { stdout } = process;
      await print(
        caseReport(
          comparison,
          finding,
          about,
          { prompts, written },
          { colours: coloursFor(stdout), width: widthOf(stdout) },
        ),
      );
    });
}
