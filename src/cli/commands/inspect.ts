import type { Command } from 'commander';
import { lockFileName } from '../../hub/index.ts';
import type { Inspection } from '../../records/inspections/inspection.ts';
import { UserError } from '../../errors.ts';
import { inspectionSarif } from '../../report/inspection/sarif.ts';
import { inspectionReport } from '../../report/inspection/report.ts';
import { exitCodes } from '../exit-codes.ts';
import { inspectModels } from '../../app/inspect/inspect-models.ts';
import { TemplateReaders } from '../../app/inspect/readers.ts';
import type { CommandContext } from '../main.ts';
import { coloursFor, print, printJson, widthOf } from '../output.ts';
import { addSettings, settingsOf } from '../settings.ts';
import { progressDisplay } from '../progress.ts';
import { resolveReferences } from '../../app/models/references.ts';
import { showingPulls } from '../pull-display.ts';
import { openSuite } from '../../app/compare/suites.ts';
import { version } from '../../app/version.ts';

interface InspectFlags {
  suite: string;
  weights?: boolean;
  update?: boolean;
  lock: string;
  offline?: boolean;
  format: string;
  json?: boolean;
}

/** `turncoat inspect CANDIDATE [BASELINE]`. */
export function addInspect(program: Command, context: CommandContext): void {
  const command = program
    .command('inspect')
    .description('read model files without running them: template, tokenizer, weights, provenance')
    .argument(
      '<candidate>',
      'the model in question: a .gguf file or hf:user/repo:QUANT; with LoRA adapters BASE+ADAPTER[:SCALE]',
    )
    .argument('[baseline]', 'the trusted model to hold it against')
    .option('--suite <suite>', 'suite whose dates are tried on the chat templates', 'devops')
    .option('--weights', 'read the weights of a file alone also above 2 GB')
    .option('--no-weights', 'do not look at weights')
    .option('--update', 'pin what a reference means now, though the lock file pins something else')
    .option('--lock <file>', 'lock file', lockFileName)
    .option('--offline', 'use only what is in the cache');
  addSettings(command, 'inspect')
    .option('--format <format>', 'text, or sarif for code scanning', 'text')
    .option('--json', 'print the whole inspection as JSON on stdout')
    .addHelpText('after', '\nExit codes: 0 no alarm, 1 an alarm, 2 usage or environment, 70 a bug, 130 interrupted.')
    .action(async (candidate: string, baseline: string | undefined, flags: InspectFlags) => {
      if (!['text', 'sarif'].includes(flags.format)) {
        throw new UserError('format-unknown', `there is no format ${flags.format}`, 'use text or sarif');
      }
      const references = baseline === undefined ? [candidate] : [candidate, baseline];
      const inspection = await inspectShown(references, flags, context.signal);
      await printInspection(inspection, flags.json === true ? 'json' : flags.format);
      const alarmed = inspection.findings.some(({ gravity }) => gravity === 'alarm');
      context.exit(alarmed ? exitCodes.diverges : exitCodes.equivalent);
    });
}

async function inspectShown(
  references: readonly string[],
  flags: InspectFlags,
  signal: AbortSignal,
): Promise<Inspection> {
  await using readers = new TemplateReaders();
  const { suite } = openSuite(flags.suite);
  const quiet = flags.json === true || flags.format === 'sarif';
  const models = await showingPulls(quiet, listener =>
    resolveReferences(references, {
      update: flags.update,
      lockFile: flags.lock,
      offline: flags.offline,
      listener,
      signal,
    }),
  );
  const [candidate, baseline] = models;
  if (candidate === undefined) throw new RangeError('a candidate is inspected');
  const { weights, offline } = flags;
  const { allow } = settingsOf('inspect', flags);
  const display = progressDisplay(quiet);
  const progress = display.report;
  try {
    return await inspectModels({ candidate, baseline, suite, weights, offline, allow, readers, progress, signal });
  } finally {
    display.stop();
  }
}

async function printInspection(inspection: Inspection, format: string): Promise<void> {
  if (format === 'sarif') return print(inspectionSarif(inspection, version));
  if (format === 'json') return printJson(inspection);
  const { stdout } = process;
  await print(inspectionReport(inspection, { colours: coloursFor(stdout), width: widthOf(stdout) }));
}
