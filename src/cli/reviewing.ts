// A stored run -> what the review page asks for. Only the command line knows both the store and the page.
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UserError } from '../errors.ts';
import type { Comparison, Finding, Probed } from '../records/comparison.ts';
import type { Decision } from '../records/decision.ts';
import type { RunRecord } from '../records/run.ts';
import { caseView } from '../report/case-view.ts';
import { type ReportModel, reportModel } from '../report/model.ts';
import { toolColumns } from '../report/rows.ts';
import type { Judged, ReviewSource } from '../review/server.ts';
import type { SqliteStore } from '../stores/sqlite.ts';
import { casePrompts } from './prompts.ts';

/**
 * The page as `npm run build` made it: one file, scripts and styles inside.
 * @throws UserError `page-missing`
 */
export function builtPage(): string {
  try {
    return readFileSync(fileURLToPath(new URL('../review/page.html', import.meta.url)), 'utf8');
  } catch (error) {
    throw new UserError('page-missing', 'the review page is not built', 'run `npm run build`', {}, error);
  }
}

export interface Reviewed {
  readonly store: SqliteStore;
  readonly run: RunRecord;
  readonly comparison: Comparison;
  readonly reviewer: string;
}

/** What the server asks for, from a run that is open. */
export async function reviewSource(reviewed: Reviewed, signal: AbortSignal): Promise<ReviewSource> {
  const { store, comparison, run } = reviewed;
  const rows = new Map<string, Finding | Probed>(
    [...comparison.probes, ...comparison.findings].map(row => [row.case, row]),
  );
  const cases = new Map((await store.cases()).map(about => [about.id, about]));
  const still = JSON.stringify({ ...(await modelOf(reviewed)), decisions: [] }).slice(0, -1);
  return {
    page: builtPage(),
    // Only decisions change while the page is open; the rest is made into text once.
    model: async () => `${still},"decisions":${JSON.stringify(await store.decisions())}}`,
    columns: async tool => JSON.stringify(toolColumns(comparison, tool)),
    caseView: async id => {
      const [finding, about] = [rows.get(id), cases.get(id)];
      if (finding === undefined || about === undefined) return undefined;
      return caseView(run, finding, about, comparison.probes, await casePrompts(store, about, signal));
    },
    decide: async judged => {
      const finding = rows.get(judged.case);
      if (finding === undefined) return undefined;
      const decision = decisionOn(finding, judged, reviewed);
      await store.addDecisions([decision]);
      return decision;
    },
  };
}

async function modelOf({ store, comparison, run, reviewer }: Reviewed): Promise<ReportModel> {
  const decisions = await store.decisions();
  return reportModel({ comparison, suite: run.spec.suite, createdAt: run.createdAt, decisions, reviewer });
}

function decisionOn(finding: Finding | Probed, judged: Judged, { run, reviewer }: Reviewed): Decision {
  return {
    ...judged,
    by: reviewer,
    at: new Date().toISOString(),
    about: {
      run: run.id,
      candidateSha256: run.spec.candidate.sha256,
      scenario: finding.scenario,
      ...(finding.tool === undefined ? {} : { tool: finding.tool.tool }),
    },
  };
}
