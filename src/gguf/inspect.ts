// One or two model files -> an inspection: what is in them, how they differ, and what of it deserves alarm.
import { UserError } from '../errors.ts';
import type {
  Inspection,
  InspectionFinding,
  WeightAnomaly,
  WeightsSummary,
} from '../records/inspections/inspection.ts';
import type { TemplateReader } from '../ports/template.ts';
import { adaptedModels, inspectAlone } from './adapters/adapted-models.ts';
import { type AdapterFile, isAdapter } from './adapters/adapter.ts';
import { readLexicon, shareLexicon } from './file/arrays.ts';
import { withIds } from './finding-ids.ts';
import { describe, present } from './inspected-model.ts';
import { alarmsFirst, inspectionFindings } from './inspection-findings.ts';
import type { ModelFile } from './model.ts';
import { found } from './rules/found.ts';
import { hasEndlessTemplate } from './rules/texts.ts';
import { anomalyFindings, editFindings } from './rules/weights.ts';
import { exchangedWeights } from './weights/exchanged.ts';
import { scanWeights } from './weights/weight-scan.ts';
import { changeFindings, fileFindings, lessThanBaseline } from './rules/index.ts';
import { metadataFindings, ruleFindings, sourceRules } from './rule-findings.ts';
import { settingDifferences, short, tensorTypeDifferences } from './settings.ts';
import { templateFacts } from './templates/template-facts.ts';
import { type NamedChat, templatesDiff, tryAllTemplates } from './templates/templates.ts';
import { compareTokenizers } from './tokenizer-diff.ts';
import { compareWeights, type WeightsProgress } from './weights/weights.ts';
import { summariseWeights } from './weights/weights-summary.ts';

export interface InspectOptions {
  /** Renders untrusted templates within limits of time and memory. */
  readonly renderer: TemplateReader;
  /** Chats beside the usual ones that templates are tried on, by name: the cases of a suite, with their dates. */
  readonly chats?: readonly NamedChat[];
  /** Model cards of the repositories they come from, where there are. */
  readonly cards?: { readonly candidate?: string | undefined; readonly baseline?: string | undefined };
  /** LoRA adapters that the models are taken with. */
  readonly adapters?: { readonly candidate: readonly AdapterFile[]; readonly baseline: readonly AdapterFile[] };
  /** Hold adapters against the weights of their base, which reads the tensors that they change. Default: as `weights` says. */
  readonly measureAdapters?: boolean;
  /** Whether a template that is broken or runs away ends the inspection, or is one of its findings. Default `throw`. */
  readonly brokenTemplates?: 'throw' | 'report';
  /**
   * Look at every weight, and compare it with the baseline's; reads the files whole. `too-large`: not done, and said so.
   */
  readonly weights?: boolean | 'too-large';
  readonly onProgress?: (progress: WeightsProgress) => void;
  readonly signal: AbortSignal;
}

/**
 * Inspects a candidate, and holds it against a baseline when there is one. Nothing is run but the chat templates.
 * @throws UserError `template-…` when a template is broken or runs away
 */
export async function inspect(
  candidate: ModelFile,
  baseline: ModelFile | undefined,
  options: InspectOptions,
): Promise<Inspection> {
  const { measureAdapters: measure = options.weights === true } = options;
  if (isAdapter(candidate) || (baseline !== undefined && isAdapter(baseline)))
    return await inspectAlone(candidate, baseline, { ...options, measure });
  const faults: InspectionFinding[] = [];
  const stop = new AbortController();
  const signal = AbortSignal.any([options.signal, stop.signal]);
  // While another thread renders: most of what it takes to look at a file is there.
  const looking = lookAtFiles(candidate, baseline, { ...options, signal });
  // Heard of below, behind what the templates fail with.
  looking.catch(() => {});
  const trials = await tryTemplates(candidate, baseline, options, faults).catch(async (error: unknown) => {
    stop.abort(error);
    await Promise.allSettled([looking]);
    throw error;
  });
  const { anomalies, same, ...rules } = await looking;
  const tried = templateFacts(trials);
  const { cards } = options;
  const adapted = await adaptedModels(candidate, baseline, { ...options, measure });
  const inspection: Omit<Inspection, 'findings'> = {
    schemaVersion: 1,
    candidate: { ...describe(candidate, cards?.candidate), ...tried.official, ...adapted.candidate },
    ...(baseline && { baseline: { ...describe(baseline, cards?.baseline), ...adapted.baseline } }),
    ...(anomalies && { anomalies }),
    ...tried.facts,
    ...(baseline && { difference: await difference(candidate, baseline, { ...options, same }) }),
  };
  const found = [...tried.found, ...textFindings(candidate, baseline, tried.found)];
  const broken = await brokenRules(candidate, baseline, inspection, rules, options);
  const findings = alarmsFirst([...faults, ...adapted.findings, ...inspectionFindings(inspection, found), ...broken]);
  return { ...inspection, findings: withIds(findings, candidate, baseline) };
}

interface LookedAt {
  readonly anomalies: WeightAnomaly[] | undefined;
  /** Names of tensors that were seen to have the same bytes in both files. */
  readonly same?: ReadonlySet<string>;
  /** Rules that each file breaks by itself. */
  readonly own: InspectionFinding[];
  readonly before: InspectionFinding[];
}

/** What needs neither templates nor a comparison. */
async function lookAtFiles(
  candidate: ModelFile,
  baseline: ModelFile | undefined,
  options: InspectOptions,
): Promise<LookedAt> {
  const { signal } = options;
  if (baseline !== undefined) await shareLexicon(candidate, baseline);
  const scanned = options.weights === true ? await scanWeights(candidate, scanOptions(options, baseline)) : undefined;
  return {
    anomalies: scanned?.anomalies,
    ...(scanned && { same: scanned.same }),
    own: await fileFindings(candidate, signal),
    before: baseline === undefined ? [] : await fileFindings(baseline, signal),
  };
}

/** All templates on all chats; where one is broken and that is to be reported, its fault instead. */
async function tryTemplates(
  candidate: ModelFile,
  baseline: ModelFile | undefined,
  { renderer, chats = [], brokenTemplates, signal }: InspectOptions,
  faults: InspectionFinding[],
): Promise<Awaited<ReturnType<typeof tryAllTemplates>>> {
  // A rule of its own alarms.
  if (hasEndlessTemplate(candidate) || (baseline && hasEndlessTemplate(baseline))) return [];
  try {
    return await tryAllTemplates(renderer, candidate, baseline, chats, signal);
  } catch (error) {
    if (brokenTemplates !== 'report' || !(error instanceof UserError)) throw error;
    faults.push({ gravity: 'alarm', code: error.code, detail: error.message });
    return [];
  }
}

/** Progress is the comparison's where there is one. */
function scanOptions({ signal, onProgress }: InspectOptions, baseline: ModelFile | undefined) {
  return { signal, baseline, onProgress: baseline === undefined ? onProgress : undefined };
}

/** Rules that the candidate breaks, alone and against the baseline. */
async function brokenRules(
  candidate: ModelFile,
  baseline: ModelFile | undefined,
  { anomalies = [], difference }: Omit<Inspection, 'findings'>,
  rules: Pick<LookedAt, 'own' | 'before'>,
  { signal, weights }: InspectOptions,
): Promise<InspectionFinding[]> {
  const own = [...rules.own];
  if (weights === 'too-large') own.push(found('weights-not-read', 'ask for them with --weights'));
  if (baseline === undefined || difference === undefined) return [...own, ...anomalyFindings(anomalies, [])];
  return [
    ...anomalyFindings(anomalies, anomalies.length > 0 ? (await scanWeights(baseline, { signal })).anomalies : []),
    ...(difference.weights ? editFindings(difference.weights) : []),
    ...(await changeFindings(candidate, baseline, difference.tokenizer)),
    ...lessThanBaseline(own, rules.before),
  ];
}

/** Rules on texts, which hold for templates that can't be parsed too. */
function textFindings(
  candidate: ModelFile,
  baseline: ModelFile | undefined,
  known: readonly InspectionFinding[],
): InspectionFinding[] {
  const told = new Set(known.map(({ code }) => code));
  const templates: [string, string | undefined, string | undefined][] = [
    ['', candidate.chatTemplate, baseline?.chatTemplate],
    ...Object.entries(candidate.namedTemplates).map(([name, template]): [string, string, string | undefined] => {
      return [` (template ${short(name)})`, template, baseline?.namedTemplates[name]];
    }),
  ];
  const found = templates.flatMap(([of, template, other]) => {
    if (template === undefined || template === other) return [];
    return ruleFindings(sourceRules(template), other === undefined ? [] : sourceRules(other), of);
  });
  return [...found.filter(({ code }) => !told.has(code)), ...metadataFindings(candidate, baseline)];
}

async function weightsDifference(
  candidate: ModelFile,
  baseline: ModelFile,
  options: InspectOptions & { readonly same: ReadonlySet<string> | undefined },
): Promise<WeightsSummary> {
  const changes = await compareWeights(candidate, baseline, options);
  const vocabularies = {
    candidate: (await readLexicon(candidate)).tokens,
    baseline: (await readLexicon(baseline)).tokens,
  };
  const { signal } = options;
  const exchanged = await exchangedWeights(candidate, baseline, changes, { vocabularies, signal });
  return { ...summariseWeights(candidate, baseline, changes), ...(exchanged.length > 0 && { exchanged }) };
}

async function difference(
  candidate: ModelFile,
  baseline: ModelFile,
  options: InspectOptions & { readonly same: ReadonlySet<string> | undefined },
): Promise<NonNullable<Inspection['difference']>> {
  const templateDiff = templatesDiff(candidate, baseline);
  const architecture = [candidate.architecture, baseline.architecture].map(name => `${name}.`);
  const weights = options.weights === true ? await weightsDifference(candidate, baseline, options) : undefined;
  return {
    settings: settingDifferences(
      candidate,
      baseline,
      key =>
        architecture.some(name => key.startsWith(name)) ||
        key === 'general.architecture' ||
        key.startsWith('general.sampling.'),
    ),
    tokenizer: await compareTokenizers(candidate, baseline, options.signal),
    tensorTypes: tensorTypeDifferences(candidate, baseline),
    ...present({ templateDiff, weights }),
  };
}
