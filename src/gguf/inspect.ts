// One or two model files -> an inspection: what is in them, how they differ, and what of it deserves alarm.
import { createHash } from 'node:crypto';
import { UserError } from '../errors.ts';
import type { InspectedModel, Inspection, InspectionFinding } from '../records/inspection.ts';
import type { TemplateReader } from '../sweep/ports.ts';
import { type Allowances, withAllowances } from './allowances.ts';
import { inspectionFindings } from './inspection-findings.ts';
import type { ModelFile } from './model.ts';
import { cardProvenance } from './model-card.ts';
import { metadataFindings, ruleFindings, sourceRules } from './rule-findings.ts';
import {
  hyperparameters,
  provenance,
  settingDifferences,
  short,
  tensorTypeDifferences,
  tensorTypes,
} from './settings.ts';
import { templateFacts } from './template-facts.ts';
import { modelConditions, type NamedChat, templatesDiff, tryAllTemplates } from './templates.ts';
import { compareTokenizers } from './tokenizer-diff.ts';
import { compareWeights, type WeightsProgress } from './weights.ts';
import { summariseWeights } from './weights-summary.ts';

export interface InspectOptions {
  /** Renders untrusted templates within limits of time and memory. */
  readonly renderer: TemplateReader;
  /** Chats beside the usual ones that templates are tried on, by name: the cases of a suite, with their dates. */
  readonly chats?: readonly NamedChat[];
  /** Model cards of the repositories they come from, where there are. */
  readonly cards?: { readonly candidate?: string | undefined; readonly baseline?: string | undefined };
  /** Whether a template that is broken or runs away ends the inspection, or is one of its findings. Default `throw`. */
  readonly brokenTemplates?: 'throw' | 'report';
  /** Alarms that are none for this user, with reasons. */
  readonly allowances?: Allowances;
  /** Compare every tensor; reads both files whole. */
  readonly weights?: boolean;
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
  const faults: InspectionFinding[] = [];
  const trials = await tryAllTemplates(
    options.renderer,
    candidate,
    baseline,
    options.chats ?? [],
    options.signal,
  ).catch((error: unknown) => {
    if (options.brokenTemplates !== 'report' || !(error instanceof UserError)) throw error;
    faults.push({ gravity: 'alarm', code: error.code, detail: error.message });
    return [];
  });
  const tried = templateFacts(trials);
  const { cards } = options;
  const inspection: Omit<Inspection, 'findings'> = {
    schemaVersion: 1,
    candidate: { ...describe(candidate, cards?.candidate), ...tried.official },
    ...(baseline && { baseline: describe(baseline, cards?.baseline) }),
    ...tried.facts,
    ...(baseline && { difference: await difference(candidate, baseline, options) }),
  };
  const found = [...tried.found, ...textFindings(candidate, baseline, tried.found)];
  const findings = [...faults, ...inspectionFindings(inspection, found)];
  return { ...inspection, findings: withAllowances(findings, options.allowances ?? new Map()) };
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

function describe(model: ModelFile, cardText: string | undefined): InspectedModel {
  const card = cardText === undefined ? undefined : cardProvenance(cardText);
  const { tokenizer, chatTemplate } = model;
  const optional = {
    name: model.name && short(model.name),
    contextLength: model.contextLength,
    templateSha256: chatTemplate === undefined ? undefined : createHash('sha256').update(chatTemplate).digest('hex'),
    tokenizer: tokenizer && {
      model: short(tokenizer.model),
      tokens: tokenizer.tokens,
      special: tokenizer.special.length,
      ...present({
        pre: tokenizer.pre && short(tokenizer.pre),
        bosToken: model.bosToken && short(model.bosToken),
        eosToken: model.eosToken && short(model.eosToken),
        addBos: model.addBos,
      }),
    },
  };
  return {
    path: model.path,
    parts: model.parts.length,
    sizeBytes: model.sizeBytes,
    version: model.version,
    architecture: model.architecture,
    quantisation: model.quantisation,
    parameterCount: model.parameterCount,
    namedTemplates: Object.keys(model.namedTemplates).slice(0, 100).map(short),
    hyperparameters: hyperparameters(model),
    tensorTypes: tensorTypes(model),
    provenance: { ...provenance(model), ...(card && { card }) },
    conditions: modelConditions(model),
    ...present(optional),
  };
}

type Present<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Without the keys that have no value. */
function present<T extends object>(values: T): Present<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Present<T>;
}

async function difference(
  candidate: ModelFile,
  baseline: ModelFile,
  options: InspectOptions,
): Promise<NonNullable<Inspection['difference']>> {
  const templateDiff = templatesDiff(candidate, baseline);
  const architecture = [candidate.architecture, baseline.architecture].map(name => `${name}.`);
  const weights = options.weights
    ? summariseWeights(candidate, baseline, await compareWeights(candidate, baseline, options))
    : undefined;
  return {
    settings: settingDifferences(
      candidate,
      baseline,
      key => architecture.some(name => key.startsWith(name)) || key === 'general.architecture',
    ),
    tokenizer: await compareTokenizers(candidate, baseline, options.signal),
    tensorTypes: tensorTypeDifferences(candidate, baseline),
    ...present({ templateDiff, weights }),
  };
}
