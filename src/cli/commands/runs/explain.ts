import type { Command } from 'commander';
import { UserError } from '../../../errors.ts';
import { explain, leastPrompts, usualPrompts } from '../../../app/explain/explaining.ts';
import { keptComparison } from '../../../app/compare/kept.ts';
import { openRun, type RunPlace } from '../../../app/runs/runs.ts';
import type { Explanation } from '../../../records/triggers/explanation.ts';
import { explanationText } from '../../../report/formats/explanation.ts';
import type { CommandContext } from '../../main.ts';
import { defaultOut, storeOption, wholeNumber } from '../../options.ts';
import { coloursFor, print, printJson, widthOf } from '../../output.ts';
import { progressDisplay } from '../../progress.ts';
import { addSettings, settingsOf } from '../../settings.ts';
import { findCase } from './find-case.ts';

interface ExplainFlags extends RunPlace {
  prompts: number;
  json?: boolean;
}

/** `turncoat explain RUN CASE`. */
export function addExplain(program: Command, context: CommandContext): void {
  const command = program
    .command('explain')
    .description('which words of a case turn the call: both models read it again with words replaced')
    .argument('<run>', "a run file, the start of a run's id, or 'last'")
    .argument('<case>', 'a case id or the start of one, or the rank of a finding')
    .option('--out <dir>', 'folder of the run files', defaultOut)
    .addOption(storeOption())
    .option(
      '--prompts <n>',
      'prompts of the search at most',
      text => wholeNumber('--prompts', text, 1, 10_000),
      usualPrompts,
    );
  addSettings(command, 'explain')
    .option('--json', 'print it as JSON on stdout')
    .action(async (name: string, wanted: string, flags: ExplainFlags) => {
      const explanation = await explained(name, wanted, flags, context.signal);
      if (flags.json) return await printJson(explanation);
      const { stdout } = process;
      await print(explanationText(explanation, { colours: coloursFor(stdout), width: widthOf(stdout) }));
    });
}

async function explained(name: string, wanted: string, flags: ExplainFlags, signal: AbortSignal): Promise<Explanation> {
  if (flags.prompts < leastPrompts) {
    const hint = `give --prompts ${leastPrompts} or more`;
    throw new UserError('bad-option', `--prompts ${flags.prompts}: too few to tell whether any word turns it`, hint);
  }
  await using store = await openRun(name, flags);
  const finding = findCase(await keptComparison(store), wanted);
  const about = await store.case(finding.case);
  if (about === undefined) throw new Error(`case ${finding.case} is not stored`);
  const display = progressDisplay(flags.json === true);
  try {
    const request = { ...settingsOf('explain', flags), prompts: flags.prompts };
    return await explain(store, about, request, display.report, signal);
  } finally {
    display.stop();
  }
}
