import type { Command } from 'commander';
import { UserError } from '../../errors.ts';
import type { Comparison } from '../../records/comparison.ts';
import { terminalReport } from '../../report/formats/terminal.ts';
import { type CompareRequest, compare } from '../../app/compare/comparing.ts';
import { acceptOption, exitCodeFor, type ExitFlags, failOnVerdicts, verdictCodes } from '../exit-codes.ts';
import { onePair, planShown } from '../plan-shown.ts';
import { lockFileName } from '../../hub/index.ts';
import type { ShardPlace } from '../../observe/shard.ts';
import type { CommandContext } from '../main.ts';
import { defaultOut, shardPlace, shownName, storeOption, topOption } from '../options.ts';
import { addSettings, refuseBoth, settingsOf } from '../settings.ts';
import { coloursFor, print, printJson, widthOf } from '../output.ts';
import { progressDisplay } from '../progress.ts';
import { resolvedRequest } from '../../app/models/models.ts';
import { resolveReferences } from '../../app/models/references.ts';
import { showingPulls } from '../pull-display.ts';
import { observeShard, type ShardResult } from '../../app/cluster/sharding.ts';

interface CompareFlags extends ExitFlags {
  suite: string;
  out: string;
  store?: string;
  shard?: string;
  workers?: boolean;
  templateFile?: string;
  candidateTemplateFile?: string;
  baselineTemplateFile?: string;
  name?: string;
  baselineName?: string;
  top: number;
  json?: boolean;
  update?: boolean;
  lock: string;
  weights?: boolean;
  plan?: boolean;
}

/** Settings that a model's card decides. */
const sampledBy = ['temperature', 'topP', 'topK', 'minP', 'repeatPenalty'];

/** `turncoat compare CANDIDATE BASELINE`. */
export function addCompare(program: Command, context: CommandContext): void {
  const command = program
    .command('compare')
    .description('run both models over one suite and rank the cases where their tool calls diverge')
    .argument(
      '<candidate>',
      'the model in question: a .gguf file or hf:user/repo:QUANT; with LoRA adapters BASE+ADAPTER[:SCALE]',
    )
    .argument('<baseline>', 'the trusted model to compare with');
  comparesTwo(command, context, { pairOf: (candidate, baseline) => ({ candidate, baseline }) });
}

/** `turncoat quantisation FULL QUANTISED`. */
export function addQuantisation(program: Command, context: CommandContext): void {
  const command = program
    .command('quantisation')
    .description(
      'compare a model with its own full file: is it that file rounded, and does the rounding turn its calls?',
    )
    .argument('<full>', 'the model in F32, F16 or BF16')
    .argument('<quantised>', 'the same model in fewer bits');
  const pairOf = (baseline: string, candidate: string) => ({ candidate, baseline });
  comparesTwo(command, context, { pairOf, says: { claim: 'quantised', weights: true } });
}

interface Comparing {
  /** Which of the two arguments is which. */
  readonly pairOf: (first: string, second: string) => { readonly candidate: string; readonly baseline: string };
  /** What the command's name says: it takes no option for it. */
  readonly says?: { readonly claim: 'quantised'; readonly weights: true };
}

/** Options and action of a command that compares two models. */
function comparesTwo(command: Command, context: CommandContext, { pairOf, says }: Comparing): void {
  command.option('--suite <suite>', 'a shipped suite or a .yaml file', 'devops');
  addSettings(command, 'compare', says === undefined ? [] : ['claim'])
    .option('--out <dir>', 'folder for the run file', defaultOut)
    .addOption(storeOption())
    .option('--shard <i/n>', 'observe the i-th of n parts only; `turncoat merge` unites the parts')
    .option('--workers', 'leave observing to `turncoat worker` processes on the same --store')
    .option('--template-file <file>', "chat template of both models, in the place of the files' own")
    .option('--candidate-template-file <file>', "the candidate's alone")
    .option('--baseline-template-file <file>', "the baseline's alone")
    .option('--name <name>', 'what the candidate is called in reports, in the place of its reference', shownName)
    .option('--baseline-name <name>', 'the same for the baseline', shownName)
    .addOption(topOption())
    .option('--update', 'pin what a reference means now, though the lock file pins something else')
    .option('--lock <file>', 'lock file', lockFileName)
    .option('--plan', 'say what it will take and what the margins cost; runs and downloads nothing')
    .addOption(failOnVerdicts())
    .addOption(acceptOption())
    .option('--json', 'print the whole comparison as JSON on stdout');
  if (says === undefined) command.option('--weights', 'compare the weights of large files too, before running');
  command.addHelpText('after', verdictCodes).action(async (first: string, second: string, given: CompareFlags) => {
    const { candidate, baseline } = pairOf(first, second);
    const flags: CompareFlags = { ...given, ...says };
    refuseBoth(command, 'sampling', sampledBy);
    if (flags.plan) return context.exit(await comparisonPlanned(candidate, baseline, flags, context.signal));
    const request = await compareRequest(candidate, baseline, flags, context.signal);
    if (request.shard !== undefined) return await shardShown(request, request.shard, flags, context.signal);
    const comparison = await compareShown(request, flags.json === true, context.signal);
    await printComparison(comparison, flags);
    context.exit(exitCodeFor(comparison.verdict, flags));
  });
}

/** Runs a comparison with a progress display. */
export async function compareShown(request: CompareRequest, quiet: boolean, signal: AbortSignal): Promise<Comparison> {
  const display = progressDisplay(quiet);
  try {
    return await compare(request, display.report, signal);
  } finally {
    display.stop();
  }
}

async function shardShown(
  request: CompareRequest,
  shard: ShardPlace,
  flags: CompareFlags,
  signal: AbortSignal,
): Promise<void> {
  const display = progressDisplay(flags.json === true);
  let result: ShardResult;
  try {
    result = await observeShard(request, shard, display.report, signal);
  } finally {
    display.stop();
  }
  if (flags.json) return await printJson(result);
  const { run, cases, observations, location } = result;
  await print(
    `run ${run}, part ${shard.index} of ${shard.of}: ${cases} cases, ${observations} observations, in ${location}\n`,
  );
}

async function comparisonPlanned(
  candidate: string,
  baseline: string,
  flags: CompareFlags,
  signal: AbortSignal,
): Promise<number> {
  const checked = checkedFlags(flags);
  if (checked.onlyFindingsOf !== undefined) {
    const hint = 'plan the sample alone: leave out --only-findings-of';
    throw new UserError('bad-option', '--plan does not know the findings of another run', hint);
  }
  const { candidateTemplateFile, baselineTemplateFile } = templateFiles(flags);
  const sweep = onePair({
    ...checked,
    candidate: { name: flags.name ?? candidate, reference: candidate, templateFile: candidateTemplateFile },
    baseline: { name: flags.baselineName ?? baseline, reference: baseline, templateFile: baselineTemplateFile },
  });
  return await planShown(sweep, {
    folder: flags.out,
    lockFile: flags.lock,
    json: flags.json === true,
    alone: true,
    signal,
  });
}

/** Prints a comparison for people, or as JSON. */
export async function printComparison(comparison: Comparison, flags: { json?: boolean; top: number }): Promise<void> {
  if (flags.json) return printJson(comparison);
  const { stdout } = process;
  await print(terminalReport(comparison, { colours: coloursFor(stdout), width: widthOf(stdout), findings: flags.top }));
}

function checkedFlags(flags: CompareFlags): Omit<CompareRequest, 'candidate' | 'baseline'> {
  const { suite, out, store, workers, weights, shard } = flags;
  return {
    ...settingsOf('compare', flags),
    suite,
    out,
    store,
    workers,
    weights,
    shard: shard === undefined ? undefined : shardPlace(shard),
  };
}

async function compareRequest(
  candidate: string,
  baseline: string,
  flags: CompareFlags,
  signal: AbortSignal,
): Promise<CompareRequest> {
  const checked = checkedFlags(flags);
  // Options are checked before anything is downloaded.
  const quiet = flags.json === true;
  const models = await showingPulls(quiet, listener =>
    resolveReferences([candidate, baseline], {
      update: flags.update,
      lockFile: flags.lock,
      listener,
      signal,
    }),
  );
  const [candidateHere, baselineHere] = models;
  if (candidateHere === undefined || baselineHere === undefined) throw new RangeError('two models are compared');
  const { candidateTemplateFile, baselineTemplateFile } = templateFiles(flags);
  return {
    ...checked,
    candidate: { ...resolvedRequest(candidateHere), templateFile: candidateTemplateFile, shownAs: flags.name },
    baseline: { ...resolvedRequest(baselineHere), templateFile: baselineTemplateFile, shownAs: flags.baselineName },
  };
}

/** A model's own goes before the one of both. */
function templateFiles({ templateFile, candidateTemplateFile, baselineTemplateFile }: CompareFlags) {
  return {
    candidateTemplateFile: candidateTemplateFile ?? templateFile,
    baselineTemplateFile: baselineTemplateFile ?? templateFile,
  };
}
