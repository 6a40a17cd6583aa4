// Where the page gets its data: from the server that serves it, or from inside the file it was mailed in.
import type { Decision, Judgement } from '../../records/decision.ts';
import type { CaseView } from '../../report/case-view.ts';
import type { Embedded } from '../../report/formats/html.ts';
import type { EmbeddedSweep } from '../../report/sweeps/html.ts';
import type { ReportModel } from '../../report/model.ts';
import type { SweepModel } from '../../report/sweep.ts';
import type { ToolColumns } from '../../report/rows.ts';

export interface Judged {
  readonly case: string;
  readonly verdict?: Judgement;
  readonly note: string;
}

export interface Source {
  readonly readOnly: boolean;
  /** One run of several: where the sweep's page is. */
  readonly sweepAddress?: string;
  /** Where a run of a sweep is. */
  readonly addressOf: (run: string) => string;
  /** Of a run, or of the sweep whose first page this is. */
  model(): Promise<ReportModel | SweepModel>;
  columns(tool: string): Promise<ToolColumns>;
  /** undefined where the file holds no more of the case than its row. */
  caseView(id: string): Promise<CaseView | undefined>;
  decide(judged: Judged): Promise<Decision>;
}

/** As formats/html.ts writes it; not imported, so that the page does not carry what makes reports. */
const dataId = 'turncoat-data';

const embeddedText = (): string | undefined => document.getElementById(dataId)?.textContent?.trim() || undefined;

/** Does the page carry its data with it? */
export const isFile = (): boolean => embeddedText() !== undefined;

/** @param run which run of a file that holds a sweep */
export async function openSource(run: string | undefined): Promise<Source> {
  const data = embeddedText();
  if (data === undefined) return serverSource();
  const embedded = await unpack(data);
  if (!('sweep' in embedded)) return embeddedSource(embedded);
  const one = run !== undefined && Object.hasOwn(embedded.runs, run) ? embedded.runs[run] : undefined;
  return one === undefined ? sweepSource(embedded) : { ...embeddedSource(one), sweepAddress: '?' };
}

const addressInFile = (run: string): string => `?run=${encodeURIComponent(run)}`;
const readOnly = () => Promise.reject(new Error('this file is read-only'));

function sweepSource({ sweep }: EmbeddedSweep): Source {
  return {
    readOnly: true,
    addressOf: addressInFile,
    model: async () => sweep,
    columns: async tool => ({ tool, candidate: [], baseline: [], excess: [] }),
    caseView: async () => undefined,
    decide: readOnly,
  };
}

async function unpack(base64: string): Promise<Embedded | EmbeddedSweep> {
  const bytes = Uint8Array.from(atob(base64), character => character.charCodeAt(0));
  const text = new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'))).text();
  return JSON.parse(await text) as Embedded | EmbeddedSweep;
}

function embeddedSource({ model, columns, cases }: Embedded): Source {
  return {
    readOnly: true,
    addressOf: addressInFile,
    model: async () => model,
    columns: async tool => columns.find(one => one.tool === tool) ?? { tool, candidate: [], baseline: [], excess: [] },
    caseView: async id => cases[id],
    decide: readOnly,
  };
}

function serverSource(): Source {
  return {
    readOnly: false,
    ...(location.pathname.startsWith('/runs/') && { sweepAddress: '../../' }),
    addressOf: run => `runs/${encodeURIComponent(run)}/`,
    model: () => ask('api/model'),
    columns: tool => ask(`api/columns?tool=${encodeURIComponent(tool)}`),
    caseView: id => ask(`api/cases/${encodeURIComponent(id)}`),
    decide: judged => ask('api/decisions', { method: 'POST', body: JSON.stringify(judged) }),
  };
}

async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  const response = await fetch(path, { ...init, headers: { 'Content-Type': 'application/json' } }).catch(() => {
    throw new Error('turncoat review is not running any more: start it again');
  });
  if (!response.ok) throw new Error((await response.text()).slice(0, 200));
  return (await response.json()) as T;
}
