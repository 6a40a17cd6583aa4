// A stored run -> what the review page and the reports ask for. Only the command line knows both the store and the page.
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { UserError } from '../../errors.ts';
import { shipped } from '../../place.ts';
import type { Comparison, Finding, Probed } from '../../records/comparison.ts';
import type { Decision } from '../../records/decision.ts';
import type { Inspection } from '../../records/inspections/inspection.ts';
import { adaptedText, baseReference, identityText } from '../../records/adapted.ts';
import type { ModelRecord, RunRecord } from '../../records/run.ts';
import { caseView } from '../../report/case-view.ts';
import { standingDecisions } from '../../report/decisions.ts';
import { compareWithEarlier, inheritedDecisions } from '../../report/earlier.ts';
import type { Embedded } from '../../report/formats/html.ts';
import type { Report } from '../../report/formats/report.ts';
import type { Head } from '../../records/comparison.ts';
import type { ReportModel } from '../../report/model.ts';
import { toolColumns } from '../../report/rows.ts';
import type { Version } from '../../report/views/trend.ts';
import { timesOf } from '../../report/times.ts';
import type { Judged, ReviewSource } from '../../review/server.ts';
import type { RunStore } from '../../ports/store.ts';
import { observationsOf } from '../compare/comparing.ts';
import { earlierRun, earlierVersions } from './earlier.ts';
import { keptCase, keptColumns, keptComparison, keptModel, keptProbes, runOf } from '../compare/kept.ts';
import { suitePlace } from './places.ts';
import { promptRenderer } from './prompts.ts';
import { writtenIn } from './written.ts';
import type { RunPlace } from '../runs/runs.ts';
import { version } from '../version.ts';

/**
 * The page as `npm run build` made it: one file, scripts and styles inside.
 * @throws UserError `page-missing`
 */
export function builtPage(): string {
  try {
    return readFileSync(shipped('dist/review/page.html'), 'utf8');
  } catch (error) {
    throw new UserError('page-missing', 'the review page is not built', 'run `npm run build`', {}, error);
  }
}

export interface ReviewRequest {
  readonly store: RunStore;
  /** Run to compare with; `none`; absent: the newest earlier run of the same candidate, if there is one. */
  readonly against: string | undefined;
  /** Where the run lies, and where other runs are looked for by name. */
  readonly beside: RunPlace;
  readonly place: RunPlace;
}

/** A run opened to be shown: its model with the standing against an earlier run, and the decisions that hold. */
interface Opened {
  readonly run: RunRecord;
  readonly model: ReportModel;
  /** This run's decisions after those it takes over; read again each time. */
  readonly decisions: () => Promise<Decision[]>;
}

async function openRecorded({ store, against, beside, place }: ReviewRequest): Promise<Opened> {
  const run = await runOf(store);
  const model = await keptModel(store);
  const before = await earlierRun(run, against, beside, place);
  if (before === undefined) return { run, model, decisions: () => store.decisions() };
  const earlier = compareWithEarlier(model.rows, before);
  const decisions = async () => inheritedDecisions(model.rows, before.decisions, await store.decisions());
  return { run, model: { ...model, earlier }, decisions };
}

/** What the server asks for. */
export async function reviewSource(
  request: ReviewRequest,
  reviewer: string,
  signal: AbortSignal,
): Promise<ReviewSource & AsyncDisposable> {
  const { store } = request;
  const { run, model, decisions } = await openRecorded(request);
  const versions = await versionsOf(request, run);
  const probes = await keptProbes(store);
  const prompts = await promptRenderer(run, signal);
  // Only decisions change while the page is open; the rest is made into text once.
  const { decisions: _, ...still } = { ...model, versions, reviewer };
  const text = JSON.stringify(still).slice(0, -1);
  return {
    page: builtPage(),
    model: async () => `${text},"decisions":${JSON.stringify(await decisions())}}`,
    columns: tool => keptColumns(store, tool),
    caseView: async id => {
      const [finding, about] = [await keptCase(store, id), await store.case(id)];
      if (finding === undefined || about === undefined) return undefined;
      const written = (await writtenIn(store, run, new Set([id]))).get(id);
      return caseView(run, finding, about, probes, { prompts: await prompts.of(about), written });
    },
    decide: async judged => {
      const finding = await keptCase(store, judged.case);
      if (finding === undefined) return undefined;
      const decision = decisionOn(run, finding, judged, reviewer);
      await store.addDecisions([decision]);
      return decision;
    },
    [Symbol.asyncDispose]: () => prompts[Symbol.asyncDispose](),
  };
}

function decisionOn(run: RunRecord, finding: Finding | Probed, judged: Judged, reviewer: string): Decision {
  return {
    ...judged,
    by: reviewer,
    at: new Date().toISOString(),
    about: {
      run: run.id,
      candidateSha256: identityText(run.spec.candidate),
      scenario: finding.scenario,
      ...(finding.tool === undefined ? {} : { tool: finding.tool.tool }),
    },
  };
}

/**
 * What a report is made from.
 * @param details cases that an html report holds in full, by rank
 */
export async function reportOf(request: ReviewRequest, details: number, signal: AbortSignal): Promise<Report> {
  const { store } = request;
  const { run, model, decisions } = await openRecorded(request);
  const comparison = await keptComparison(store);
  const all = await decisions();
  return {
    comparison,
    decisions: standingDecisions(all),
    earlier: model.earlier,
    version,
    page: builtPage,
    place: suitePlace(run),
    trend: () => versionsOf(request, run),
    times: async () => timesOf(run, await store.cases(), await observationsOf(store)),
    embedded: async () => {
      const versions = await versionsOf(request, run);
      return await embed({ store, run, comparison, model: { ...model, versions, decisions: all }, details, signal });
    },
  };
}

/** Versions before this one; none where nothing is to be compared with. */
const versionsOf = async ({ against, beside }: ReviewRequest, run: RunRecord): Promise<Version[]> =>
  against === 'none' ? [] : await earlierVersions(beside, run);

interface EmbedRequest {
  readonly store: RunStore;
  readonly run: RunRecord;
  readonly comparison: Comparison;
  readonly model: ReportModel;
  readonly details: number;
  readonly signal: AbortSignal;
}

async function embed({ store, run, comparison, model, details, signal }: EmbedRequest): Promise<Embedded> {
  const { findings, probes } = comparison;
  const full = [...findings.slice(0, details), ...probes.slice(0, details)];
  const cases = new Map((await store.cases()).map(about => [about.id, about]));
  await using prompts = await promptRenderer(run, signal);
  const views: Embedded['cases'][string][] = [];
  const texts = await writtenIn(store, run, new Set(full.map(one => one.case)));
  for (const finding of full) {
    const about = cases.get(finding.case);
    if (about !== undefined) {
      const shown = { prompts: await prompts.of(about), written: texts.get(about.id) };
      views.push(caseView(run, finding, about, probes, shown));
    }
  }
  return {
    model: { ...model, head: withoutPlaces(model.head) },
    columns: model.tools.map(tool => toolColumns(comparison, tool)),
    cases: Object.fromEntries(views.map(view => [view.finding.case, view])),
  };
}

/** A file that is mailed says nothing of where things lie on the machine it comes from. */
function withoutPlaces(head: Head): Head {
  const placeless = (model: ModelRecord) => {
    const named = <T extends { path: string }>(file: T, reference: string) => {
      const path = basename(file.path);
      return { ...file, path, reference: /^(hf|ollama|lmstudio|llamacpp):/.test(reference) ? reference : path };
    };
    const base = named(model, baseReference(model));
    if (model.adapters === undefined) return base;
    const adapters = model.adapters.map(one => named(one, one.reference));
    return { ...base, reference: adaptedText(base.reference, adapters), adapters };
  };
  const { candidate, baseline, run, inspection } = head;
  return {
    ...head,
    candidate: placeless(candidate),
    baseline: placeless(baseline),
    run: { ...run, location: basename(run.location) },
    ...(inspection && { inspection: placelessInspection(inspection) }),
  };
}

function placelessInspection({ candidate, baseline, ...rest }: Inspection): Inspection {
  const placeless = (model: Inspection['candidate']): Inspection['candidate'] => ({
    ...model,
    path: basename(model.path),
    ...(model.adapters && { adapters: model.adapters.map(one => ({ ...one, path: basename(one.path) })) }),
  });
  return { ...rest, candidate: placeless(candidate), ...(baseline && { baseline: placeless(baseline) }) };
}
