// Inspections for commands: which chats templates are tried on, whether weights are compared, and how progress is shown.
import { type AdapterFile, inspect, type ModelFile } from '../../gguf/index.ts';
import type { Case } from '../../records/suites/case.ts';
import type { Inspection } from '../../records/inspections/inspection.ts';
import type { Progress } from '../../ports/progress.ts';
import type { TemplateReader } from '../../ports/template.ts';
import { caseChat } from '../../observe/prompts.ts';

/** Both files together; below it comparing weights takes seconds, so that a comparison does it unasked. */
const cheapBytes = 100e6;

/** A file alone; its numbers are looked at in about a second per gigabyte. */
const cheapToScan = 2e9;

/** An opened file, and the card of its repository where it has one. */
export interface Inspected {
  readonly file: ModelFile;
  readonly card?: string | undefined;
  /** What it is called, where that is not the file's own name. */
  readonly called?: string | undefined;
  /** LoRA adapters that it is taken with. */
  readonly adapters?: readonly AdapterFile[];
}

export interface InspectFilesOptions {
  readonly renderer: TemplateReader;
  /** Their chats and dates are tried on the templates. */
  readonly cases: readonly Case[];
  /** undefined: when it is cheap. */
  readonly weights?: boolean | undefined;
  readonly brokenTemplates?: 'throw' | 'report';
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Inspects a candidate, against a baseline where there is one; progress counts megabytes of weights. */
export async function inspectFiles(
  candidate: Inspected,
  baseline: Inspected | undefined,
  { renderer, cases, weights, brokenTemplates = 'throw', progress, signal }: InspectFilesOptions,
): Promise<Inspection> {
  const cheap =
    baseline === undefined ? candidate.file.sizeBytes <= cheapToScan : cheapToCompare(candidate.file, baseline.file);
  const read = weights ?? (cheap || 'too-large');
  if (read === true) progress({ kind: 'phase', phase: 'weights', total: megabytes(candidate.file.sizeBytes), done: 0 });
  let done = 0;
  const inspection = await inspect(candidate.file, baseline?.file, {
    renderer,
    chats: cases.map(one => ({ name: one.id, chat: caseChat(one) })),
    weights: read,
    cards: { candidate: candidate.card, baseline: baseline?.card },
    adapters: { candidate: candidate.adapters ?? [], baseline: baseline?.adapters ?? [] },
    // The base's tensors that an adapter changes are read, and no more.
    measureAdapters: weights ?? Math.max(candidate.file.sizeBytes, baseline?.file.sizeBytes ?? 0) <= cheapToScan,
    brokenTemplates,
    signal,
    onProgress: ({ bytesDone }) => {
      progress({ kind: 'advanced', role: 'candidate', cases: megabytes(bytesDone) - done });
      done = megabytes(bytesDone);
    },
  });
  const named = <T extends object>(model: T, called: string | undefined): T =>
    called === undefined ? model : { ...model, called };
  return {
    ...inspection,
    candidate: named(inspection.candidate, candidate.called),
    ...(inspection.baseline && { baseline: named(inspection.baseline, baseline?.called) }),
  };
}

const megabytes = (bytes: number): number => Math.ceil(bytes / 1e6);

/** Tensors of the same names and shapes, and little to read. */
function cheapToCompare(candidate: ModelFile, baseline: ModelFile): boolean {
  const shapes = ({ tensors }: ModelFile) =>
    tensors
      .map(({ name, shape }) => `${name} ${shape.join('x')}`)
      .sort()
      .join('\n');
  return candidate.sizeBytes + baseline.sizeBytes <= cheapBytes && shapes(candidate) === shapes(baseline);
}
