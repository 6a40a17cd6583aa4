import { defaultOut, storeOption } from '../../options.ts';
import { join, parse } from 'node:path';
import { type Command, Option } from 'commander';
import { UserError } from '../../../errors.ts';
import { type ReportFormatName, reportFormats } from '../../../report/formats/index.ts';
import {
  acceptOption,
  exitCodeFor,
  exitCodes,
  type ExitFlags,
  failOnNothing,
  sweepExitCode,
} from '../../exit-codes.ts';
import type { CommandContext } from '../../main.ts';
import { print, say } from '../../output.ts';
import { writeWhole } from '../../../app/whole-file.ts';
import { reportOf } from '../../../app/review/reviewing.ts';
import { sweepReportOf } from '../../../app/review/sweep-reporting.ts';
import { sweepFormats } from '../../../report/sweeps/index.ts';
import { isFolder, openRun, placeOf, type RunPlace } from '../../../app/runs/runs.ts';

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
      'write a run, or a whole sweep, as one file: a page to mail, Markdown for a pull request, SARIF, JUnit, CSV, JSON, samples',
    )
    .argument('<run>', "a run file, the start of a run's id, 'last', or the folder of a sweep")
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
      if (isFolder(name)) return context.exit(await sweepReported(name, flags, details, context.signal));
      await using store = await openRun(name, flags);
      const request = { store, against: flags.against, beside: placeOf(name, flags), place: flags };
      const report = await reportOf(request, details, context.signal);
      const text = await reportFormats[flags.format]({ ...report, accepted: flags.accept });
      await written(text, flags);
      context.exit(exitCodeFor(report.comparison.verdict, flags));
    });
}

async function written(text: string | readonly string[], { output, format }: ReportFlags): Promise<void> {
  const [first = '', ...more] = typeof text === 'string' ? [text] : text;
  if (output === undefined && more.length > 0) {
    const message = `--format ${format}: this sweep is ${more.length + 1} files, of 20 comparisons each, as GitHub takes them`;
    throw new UserError('bad-option', message, 'name the first with --output FILE; the others get a number');
  }
  if (output === undefined) return await print(first);
  writeWhole(output, first);
  const { dir, name, ext } = parse(output);
  for (const [at, one] of more.entries()) {
    const file = join(dir, `${name}.${at + 2}${ext}`);
    writeWhole(file, one);
    say(`turncoat: GitHub takes 20 comparisons in a file: more are in ${file}`);
  }
}

/** Whoever asks for a file gets it; with --fail-on the gravest comparison decides the exit code, as in `turncoat sweep`. */
async function sweepReported(
  folder: string,
  { format, against, accept: accepted, ...flags }: ReportFlags,
  details: number,
  signal: AbortSignal,
): Promise<number> {
  const write = sweepFormats[format];
  if (write === undefined) {
    const known = Object.keys(sweepFormats).join(', ');
    throw new UserError('bad-option', `--format ${format}: not of a whole sweep`, `give one of ${known}, or one run`);
  }
  await using report = await sweepReportOf({ folder, against, accepted, details, signal });
  await written(await write(report), { format, ...flags });
  if (flags.failOn.length === 0) return exitCodes.equivalent;
  const pairs = report.pairs.map(({ pair }) => pair);
  return sweepExitCode({ state: 'finished', pairs }, { failOn: flags.failOn, ...(accepted && { accept: accepted }) });
}

/** What a page holds in full where nobody says: a mail can still carry it. */
const usualDetails = 2000;

function detailsOf({ details: text, format }: ReportFlags): number {
  if (text === undefined) return format === 'jsonl' ? Number.MAX_SAFE_INTEGER : usualDetails;
  const details = Number(text);
  if (text.trim() !== '' && Number.isSafeInteger(details) && details >= 0) return details;
  throw new UserError('bad-option', `--details ${text}: not a whole number from 0`, 'give --details a whole number');
}
