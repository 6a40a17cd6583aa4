import { defaultOut, storeOption } from '../../options.ts';
import { type Command, Option } from 'commander';
import { UserError } from '../../../errors.ts';
import { type ReportFormatName, reportFormats } from '../../../report/formats/index.ts';
import { acceptOption, exitCodeFor, type ExitFlags, failOnNothing } from '../../exit-codes.ts';
import type { CommandContext } from '../../main.ts';
import { print } from '../../output.ts';
import { writeWhole } from '../../../app/whole-file.ts';
import { reportOf } from '../../../app/review/reviewing.ts';
import { openRun, placeOf, type RunPlace } from '../../../app/runs/runs.ts';

interface ReportFlags extends RunPlace, ExitFlags {
  format: ReportFormatName;
  output?: string;
  against?: string;
  details?: string;
}

/** `turncoat report RUN --format FORMAT`: a run as a file to hand on. */
export function addReport(program: Command, context: CommandContext): void {
  program
    .command('report')
    .description(
      'write a run as one file: a page to mail, Markdown for a pull request, SARIF, JUnit, CSV, JSON, samples',
    )
    .argument('<run>', "a run file, the start of a run's id, or 'last'")
    .addOption(
      new Option('--format <format>', 'what to write').choices(Object.keys(reportFormats)).makeOptionMandatory(),
    )
    .option('--output <file>', 'file to write (default: stdout)')
    .option('--out <dir>', 'folder of the run files', defaultOut)
    .addOption(storeOption())
    .option('--against <run>', 'earlier run to compare with (default: of the same candidate, where stored), or none')
    .option(
      '--details <n>',
      `cases held in full, by rank: html has the others as rows (default: ${usualDetails}), jsonl leaves them out (default: all)`,
    )
    .addOption(failOnNothing())
    .addOption(acceptOption())
    .addHelpText(
      'after',
      '\nExit codes: 0, or with --fail-on 1 diverges, 3 inconclusive, 4 changed; 2 usage or environment,' +
        '\n70 a bug, 130 interrupted.',
    )
    .action(async (name: string, flags: ReportFlags) => {
      const details = detailsOf(flags);
      await using store = await openRun(name, flags);
      const request = { store, against: flags.against, beside: placeOf(name, flags), place: flags };
      const report = await reportOf(request, details, context.signal);
      const text = await reportFormats[flags.format]({ ...report, accepted: flags.accept });
      if (flags.output === undefined) await print(text);
      else writeWhole(flags.output, text);
      context.exit(exitCodeFor(report.comparison.verdict, flags));
    });
}

/** What a page holds in full where nobody says: a mail can still carry it. */
const usualDetails = 2000;

function detailsOf({ details: text, format }: ReportFlags): number {
  if (text === undefined) return format === 'jsonl' ? Number.MAX_SAFE_INTEGER : usualDetails;
  const details = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(details) && details >= 0) return details;
  throw new UserError('bad-option', `--details ${text}: not a whole number from 0`, 'give --details a whole number');
}
