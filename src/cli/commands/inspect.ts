import type { Command } from 'commander';
import { ThreadRenderer } from '../../engines/renderer.ts';
import { alarmsFirst, type ModelFile, readModelFile, withIds } from '../../gguf/index.ts';
import { lockFileName, readModelCard, type ResolvedModel } from '../../hub/index.ts';
import { withAllowances } from '../../records/allowances.ts';
import type { Inspection } from '../../records/inspection.ts';
import { UserError } from '../../errors.ts';
import { inspectionSarif } from '../../report/formats/inspection-sarif.ts';
import { inspectionReport } from '../../report/formats/inspection.ts';
import { makeCases } from '../../suite/index.ts';
import { exitCodes } from '../exit-codes.ts';
import { inspectFiles } from '../../app/models/inspecting.ts';
import { engineFindings } from '../../app/compare/engine-check.ts';
import type { CommandContext } from '../main.ts';
import { coloursFor, print, widthOf } from '../output.ts';
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

/** The design that `compare` uses unless told otherwise: its dates are tried. */
const usualDesign = { seed: '1', cases: 529 };

/** `turncoat inspect CANDIDATE [BASELINE]`. */
export function addInspect(program: Command, context: CommandContext): void {
  const command = program
    .command('inspect')
    .description('read model files without running them: template, tokenizer, weights, provenance')
    .argument('<candidate>', 'the model in question: a .gguf file or hf:user/repo:QUANT')
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
  const [candidate, baseline] = await Promise.all(models.map(model => opened(model, flags, signal)));
  if (candidate === undefined) throw new RangeError('a candidate is inspected');
  const display = progressDisplay(quiet);
  const cases = makeCases(suite, usualDesign.seed, usualDesign.cases);
  await using renderer = new ThreadRenderer();
  await using beside = new ThreadRenderer();
  try {
    const others = engineFindings(candidate.file, beside, cases, signal);
    // Awaited below: until then nobody else hears of a failure.
    others.catch(() => {});
    const inspection = await inspectFiles(candidate, baseline, {
      renderer,
      cases,
      // Against a baseline they are always read unless the user says no.
      weights: flags.weights ?? (baseline === undefined ? undefined : true),
      brokenTemplates: 'report',
      progress: display.report,
      signal,
    });
    const engines = withIds(await others, candidate.file, baseline?.file);
    const findings = withAllowances([...inspection.findings, ...engines], settingsOf('inspect', flags).allow);
    return { ...inspection, findings: alarmsFirst(findings) };
  } finally {
    display.stop();
  }
}

async function opened(
  model: ResolvedModel,
  { offline }: InspectFlags,
  signal: AbortSignal,
): Promise<{ file: ModelFile; card: string | undefined }> {
  const file = await readModelFile(model.path, signal);
  return { file, card: offline ? undefined : await readModelCard(model, { signal }) };
}

async function printInspection(inspection: Inspection, format: string): Promise<void> {
  if (format === 'sarif') return print(inspectionSarif(inspection, version));
  if (format === 'json') return print(`${JSON.stringify(inspection)}\n`);
  const { stdout } = process;
  await print(inspectionReport(inspection, { colours: coloursFor(stdout), width: widthOf(stdout) }));
}
