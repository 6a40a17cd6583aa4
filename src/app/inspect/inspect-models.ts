// Model files, read without running them: what `turncoat inspect` prints.
import { type AdapterFile, alarmsFirst, isAdapter, type ModelFile, readModelFile, withIds } from '../../gguf/index.ts';
import { readModelCard, type ResolvedModel } from '../../hub/index.ts';
import type { Progress } from '../../ports/progress.ts';
import { type Allowances, withAllowances } from '../../records/inspections/allowances.ts';
import { calledName } from '../../records/adapted.ts';
import type { Inspection } from '../../records/inspections/inspection.ts';
import { usualSettings } from '../../records/settings.ts';
import type { Suite } from '../../records/suites/suite.ts';
import { makeCases } from '../../suite/index.ts';
import { checkAsked, inspecting } from '../asked.ts';
import { engineFindings } from '../compare/engine-check.ts';
import { inspectFiles } from '../models/inspecting.ts';
import { adapterAlone, noAdapter } from '../models/models.ts';
import { TemplateReaders } from './readers.ts';

export interface InspectRequest {
  readonly candidate: ResolvedModel;
  /** The trusted model to hold it against. */
  readonly baseline?: ResolvedModel | undefined;
  /** Its chats and dates are tried on the templates. */
  readonly suite: Suite;
  /** undefined: against a baseline always, of a file alone where it takes seconds. */
  readonly weights?: boolean | undefined;
  /** Ask no network for model cards. */
  readonly offline?: boolean | undefined;
  /** Alarms that are none, and why. */
  readonly allow?: Allowances | undefined;
  /** Started before, and ended by who started them; absent: some are started here. */
  readonly readers?: TemplateReaders | undefined;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/**
 * What files say of themselves, how they differ, and whether llama.cpp's own engine makes the same prompts; alarms first.
 * @throws UserError for files that are no models, or that nobody can read
 */
export async function inspectModels(request: InspectRequest): Promise<Inspection> {
  const { baseline: held, suite, weights, allow = {}, progress, signal } = request;
  checkAsked('inspect', request, inspecting);
  await using started = request.readers === undefined ? new TemplateReaders() : undefined;
  const { own, second } = request.readers ?? (started as TemplateReaders);
  const { seed, cases: count } = usualSettings('compare');
  const cases = makeCases(suite, seed, count);
  const open = (model: ResolvedModel) => opened(model, request);
  const [candidate, baseline] = await Promise.all([open(request.candidate), held && open(held)]);
  const others = engineFindings(candidate.file, second, cases, signal);
  // Awaited below: until then nobody else hears of a failure.
  others.catch(() => {});
  const inspection = await inspectFiles(candidate, baseline, {
    renderer: own,
    cases,
    weights: weights ?? (baseline === undefined ? undefined : true),
    brokenTemplates: 'report',
    progress,
    signal,
  });
  const engines = withIds(await others, candidate.file, baseline?.file);
  return { ...inspection, findings: alarmsFirst(withAllowances([...inspection.findings, ...engines], allow)) };
}

async function opened(
  model: ResolvedModel,
  { offline, signal }: Pick<InspectRequest, 'offline' | 'signal'>,
): Promise<{ file: ModelFile; adapters: AdapterFile[]; card: string | undefined; called: string | undefined }> {
  const file = await readModelFile(model.path, signal);
  const adapters: AdapterFile[] = [];
  for (const { path, scale } of model.adapters ?? []) adapters.push({ file: await readModelFile(path, signal), scale });
  checkKinds(file, adapters);
  const called = calledName(model);
  return { file, adapters, called, card: offline ? undefined : await readModelCard(model, { signal }) };
}

/** What does not fit is a finding here; a model in the place of an adapter, or the other way round, is a mistake. */
function checkKinds(base: ModelFile, adapters: readonly AdapterFile[]): void {
  if (adapters.length > 0 && isAdapter(base)) throw adapterAlone(base.path);
  for (const { file } of adapters) if (!isAdapter(file)) throw noAdapter(file.path);
}
