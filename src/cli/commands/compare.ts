import { type Command, Option } from 'commander';
import { UserError } from '../../errors.ts';
import type { GpuChoice } from '../../engines/protocol.ts';
import type { Comparison } from '../../records/comparison.ts';
import type { Allowances } from '../../records/allowances.ts';
import { most } from '../../records/limits.ts';
import type { GivenMargins } from '../../records/margins.ts';
import { terminalReport } from '../../report/formats/terminal.ts';
import { type CompareRequest, compare, defaultProbes } from '../../app/compare/comparing.ts';
import { acceptOption, exitCodeFor, type ExitFlags, failOnVerdicts, verdictCodes } from '../exit-codes.ts';
import { onePair, planShown } from '../plan-shown.ts';
import { lockFileName, type ResolvedModel } from '../../hub/index.ts';
import type { ShardPlace } from '../../observe/shard.ts';
import { allowOption } from '../allowances.ts';
import type { CommandContext } from '../main.ts';
import { defaultOut, marginOption, number, shardPlace, storeOption, wholeNumber } from '../options.ts';
import { coloursFor, print, widthOf } from '../output.ts';
import { progressDisplay } from '../progress.ts';
import { resolveReferences } from '../../app/models/references.ts';
import { showingPulls } from '../pull-display.ts';
import { observeShard, type ShardResult } from '../../app/cluster/sharding.ts';

interface CompareFlags extends ExitFlags {
  suite: string;
  cases: string;
  trials: string;
  temperature: string;
  maxTokens: string;
  firstCall?: boolean;
  turns: string;
  policy?: string;
  seed: string;
  alpha: string;
  margin?: GivenMargins;
  allow?: Allowances;
  probes: string;
  out: string;
  store?: string;
  shard?: string;
  workers?: boolean;
  gpu: GpuChoice;
  sequences?: string;
  templateArg: string[];
  templateFile?: string;
  candidateTemplateFile?: string;
  baselineTemplateFile?: string;
  top: string;
  json?: boolean;
  update?: boolean;
  lock: string;
  weights?: boolean;
  plan?: boolean;
}

/** `turncoat compare CANDIDATE BASELINE`. */
export function addCompare(program: Command, context: CommandContext): void {
  program
    .command('compare')
    .description('run both models over one suite and rank the cases where their tool calls diverge')
    .argument('<candidate>', 'the model in question: a .gguf file or hf:user/repo:QUANT')
    .argument('<baseline>', 'the trusted model to compare with')
    .option('--suite <suite>', 'a shipped suite or a .yaml file', 'devops')
    .option('--cases <n>', 'cases of the design', '529')
    .option('--trials <k>', 'sampled replies per case and model; 0: exact scores only', '1')
    .option('--temperature <t>', 'sampling temperature of trials', '0.7')
    .option('--max-tokens <n>', 'tokens of a sampled reply at most', '256')
    .option('--first-call', 'end sampled replies at their first complete call: faster, further calls go unseen')
    .option('--turns <n>', 'replies of a conversation at most; calls go to simulated tools', '4')
    .option('--policy <file>', "judge calls by this policy instead of the suite's own")
    .option('--seed <s>', 'seed of cases, trials and permutations', '1')
    .option('--alpha <a>', 'family-wise false-alarm rate of effects', '0.05')
    .addOption(marginOption())
    .addOption(allowOption())
    .option('--probes <n>', 'extra cases to recover and confirm triggers with, at most', String(defaultProbes))
    .option('--out <dir>', 'folder for the run file', defaultOut)
    .addOption(storeOption())
    .addOption(
      new Option('--gpu <gpu>', 'where models run').choices(['auto', 'cuda', 'vulkan', 'metal', 'off']).default('auto'),
    )
    .option('--sequences <n>', 'prompts decoded together (default: 8 on a CPU, 16 on a GPU)')
    .option('--shard <i/n>', 'observe the i-th of n parts only; `turncoat merge` unites the parts')
    .option('--workers', 'leave observing to `turncoat worker` processes on the same --store')
    .option('--template-arg <name=value>', 'extra template variable, e.g. enable_thinking=false', collect, [])
    .option('--template-file <file>', "chat template of both models, in the place of the files' own")
    .option('--candidate-template-file <file>', "the candidate's alone")
    .option('--baseline-template-file <file>', "the baseline's alone")
    .option('--top <n>', 'findings shown', '20')
    .option('--update', 'pin what a reference means now, though the lock file pins something else')
    .option('--lock <file>', 'lock file', lockFileName)
    .option('--plan', 'say what it will take and what the margins cost; runs and downloads nothing')
    .option('--weights', 'compare the weights of large files too, before running')
    .addOption(failOnVerdicts())
    .addOption(acceptOption())
    .option('--json', 'print the whole comparison as JSON on stdout')
    .addHelpText('after', verdictCodes)
    .action(async (candidate: string, baseline: string, flags: CompareFlags) => {
      if (flags.plan) return await comparisonPlanned(candidate, baseline, flags, context.signal);
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
  if (flags.json) return await print(`${JSON.stringify(result)}\n`);
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
): Promise<void> {
  const { candidateTemplateFile, baselineTemplateFile } = templateFiles(flags);
  const sweep = onePair({
    ...checkedFlags(flags),
    candidate: { name: candidate, reference: candidate, templateFile: candidateTemplateFile },
    baseline: { name: baseline, reference: baseline, templateFile: baselineTemplateFile },
  });
  await planShown(sweep, { folder: flags.out, lockFile: flags.lock, json: flags.json === true, signal });
}

/** Prints a comparison for people, or as JSON. */
export async function printComparison(comparison: Comparison, flags: { json?: boolean; top: string }): Promise<void> {
  if (flags.json) return print(`${JSON.stringify(comparison)}\n`);
  const findings = wholeNumber('--top', flags.top, 0);
  const { stdout } = process;
  await print(terminalReport(comparison, { colours: coloursFor(stdout), width: widthOf(stdout), findings }));
}

function checkedFlags(flags: CompareFlags): Omit<CompareRequest, 'candidate' | 'baseline'> {
  return {
    suite: flags.suite,
    cases: wholeNumber('--cases', flags.cases, 1, most.cases),
    trials: wholeNumber('--trials', flags.trials, 0, most.trials),
    temperature: number('--temperature', flags.temperature, 0, 10),
    maxTokens: wholeNumber('--max-tokens', flags.maxTokens, 1, most.maxTokens),
    firstCall: flags.firstCall,
    turns: wholeNumber('--turns', flags.turns, 1, most.turns),
    policy: flags.policy,
    seed: flags.seed,
    margins: flags.margin,
    allow: flags.allow,
    alpha: number('--alpha', flags.alpha, 1e-6, 0.5),
    probes: wholeNumber('--probes', flags.probes, 0, most.probes),
    out: flags.out,
    store: flags.store,
    workers: flags.workers,
    shard: flags.shard === undefined ? undefined : shardPlace(flags.shard),
    gpu: flags.gpu,
    sequences:
      flags.sequences === undefined ? undefined : wholeNumber('--sequences', flags.sequences, 1, most.sequences),
    templateArguments: Object.fromEntries(flags.templateArg.map(templateArgument)),
    weights: flags.weights,
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
  const { candidateTemplateFile, baselineTemplateFile } = templateFiles(flags);
  return {
    ...checked,
    candidate: { ...modelRequest(models[0]), templateFile: candidateTemplateFile },
    baseline: { ...modelRequest(models[1]), templateFile: baselineTemplateFile },
  };
}

/** A model's own goes before the one of both. */
function templateFiles({ templateFile, candidateTemplateFile, baselineTemplateFile }: CompareFlags) {
  return {
    candidateTemplateFile: candidateTemplateFile ?? templateFile,
    baselineTemplateFile: baselineTemplateFile ?? templateFile,
  };
}

/** Bytes that were verified by their hash need not be hashed again. */
function modelRequest(model: ResolvedModel | undefined): CompareRequest['candidate'] {
  if (model === undefined) throw new RangeError('two models are compared');
  const { reference, path, files } = model;
  const hashes = files.flatMap(({ sha256 }) => sha256 ?? []);
  return { reference, path, ...(hashes.length === files.length && { hashes }) };
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

/** `enable_thinking=false` -> a JSON value where it is one, else text. */
function templateArgument(pair: string): [string, unknown] {
  const at = pair.indexOf('=');
  if (at < 1)
    throw new UserError(
      'bad-option',
      `--template-arg ${pair}: no name=value`,
      'write --template-arg enable_thinking=false',
    );
  const text = pair.slice(at + 1);
  try {
    return [pair.slice(0, at), JSON.parse(text)];
  } catch {
    return [pair.slice(0, at), text];
  }
}
