// This run against an earlier one, on an earlier version of the candidate: what is new, known, decided, gone.
import { identityText } from '../records/adapted.ts';
import type { Grade } from '../records/comparison.ts';
import type { Decision } from '../records/decision.ts';
import { standingDecisions } from './decisions.ts';
import { valueAt } from './filter.ts';
import type { ReportModel } from './model.ts';
import { fingerprint, isReported } from './reported.ts';
import type { Rows } from './rows.ts';

/** How this run stands to an earlier one. */
export interface Earlier {
  readonly run: { readonly id: string; readonly createdAt: string; readonly candidateSha256: string };
  /** By case id: `new`, `known` (found before), `decided` (found before, and somebody decided on it). */
  readonly standing: Readonly<Record<string, Standing>>;
  /** How many findings are new, known, decided, gone. */
  readonly counts: Readonly<Record<Standing | 'gone', number>>;
  /** Findings of the earlier run that are none any more, most suspicious first. */
  readonly gone: readonly GoneFinding[];
}

export type Standing = 'new' | 'known' | 'decided';

export interface GoneFinding {
  readonly case: string;
  readonly scenario: string;
  readonly tool: string;
  readonly score: number;
  /** See {@link fingerprint}. */
  readonly fingerprint: string;
}

export interface EarlierRun {
  readonly model: Pick<ReportModel, 'head' | 'createdAt' | 'rows'>;
  readonly decisions: readonly Decision[];
}

export function compareWithEarlier(rows: Rows, { model, decisions }: EarlierRun): Earlier {
  const before = reportedBy(model.rows);
  const now = reportedBy(rows);
  const decided = standingDecisions(decisions);
  const standing = Object.fromEntries(
    [...now].map(([key, { case: id }]): [string, Standing] => {
      if (!before.has(key)) return [id, 'new'];
      return [id, decided.get(id)?.verdict === undefined ? 'known' : 'decided'];
    }),
  );
  // What this run did not look at may still be there.
  const seen = new Set(rows.id);
  const gone = [...before].flatMap(([key, finding]) => (now.has(key) || !seen.has(finding.case) ? [] : [finding]));
  const count = (one: Standing) => Object.values(standing).filter(other => other === one).length;
  return {
    run: { id: model.head.run.id, createdAt: model.createdAt, candidateSha256: identityText(model.head.candidate) },
    standing,
    counts: { new: count('new'), known: count('known'), decided: count('decided'), gone: gone.length },
    gone,
  };
}

/**
 * The earlier run's decisions that hold for this one: on the same case, while the same tool moves. They come before the
 * run's own, so that those win.
 */
export function inheritedDecisions(rows: Rows, earlier: readonly Decision[], own: readonly Decision[]): Decision[] {
  const decidedHere = new Set(own.map(({ case: id }) => id));
  const tools = new Map(rows.id.map((id, row) => [id, valueAt(rows.tool, row)]));
  const holding = [...standingDecisions(earlier).values()].filter(
    ({ case: id, about }) => !decidedHere.has(id) && tools.get(id) === (about.tool ?? ''),
  );
  return [...holding, ...own];
}

function reportedBy(rows: Rows): Map<string, GoneFinding> {
  const found = new Map<string, GoneFinding>();
  for (let row = 0; row < rows.ranked; row++) {
    const score = rows.score[row] as number;
    if (!isReported({ score, grade: valueAt(rows.grade, row) as Grade })) continue;
    const id = rows.id[row] as string;
    const tool = valueAt(rows.tool, row);
    const key = fingerprint(id, tool);
    found.set(key, { case: id, scenario: valueAt(rows.scenario, row), tool, score, fingerprint: key });
  }
  return found;
}
