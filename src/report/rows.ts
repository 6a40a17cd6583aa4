// Findings and probes -> one table by columns: what a list of 100,000 cases needs, and nothing that can wait until a case
// is opened. Columns of repeated texts are interned.
import type { Called, Comparison, Finding, Probed } from '../records/comparison.ts';
import type { Role } from '../records/observation.ts';
import { alarm } from '../divergence/metrics/alarm.ts';
import { anyHarm } from '../records/step.ts';
import { callText } from '../words/wording.ts';
import { isLost } from '../toolcalls/unread/lost.ts';
import { line } from '../words/safe.ts';

/** Distinct values, and for each row which one. */
export interface Interned {
  readonly values: string[];
  readonly index: number[];
}

/** One entry per case in every column; cases of the design by rank, then probes in the order asked. */
export interface Rows {
  /** How many rows are cases of the design; row r has rank r + 1. */
  readonly ranked: number;
  readonly id: string[];
  readonly score: number[];
  /** What happens in the case; '' for a probe. */
  readonly grade: Interned;
  /** For an alarming case, what accounts for it: `open`, `trigger`, `everywhere`, `isolated`; '' for any other. */
  readonly alarm: Interned;
  /** `lost` or `gained` by the first step and by the whole call, joined by a comma: see {@link rightness}. */
  readonly right: Interned;
  readonly scenario: Interned;
  /** By factor; '' where a scenario does not use it. */
  readonly levels: Record<string, Interned>;
  /** The tool that moves most, its severity, and its exact probability under both models; '' and null without scores. */
  readonly tool: Interned;
  readonly severity: Interned;
  readonly candidate: (number | null)[];
  readonly baseline: (number | null)[];
  /** Harmless one-line text of what each model does, at most {@link stepWidth} characters; '' when neither sampled nor scored. */
  readonly candidateStep: string[];
  readonly baselineStep: string[];
  /** Worst severity of what the candidate does; '' without a call. */
  readonly candidateWorst: Interned;
  /** 1 where the candidate does nothing that the baseline does. */
  readonly differs: (0 | 1)[];
  /** What the candidate's conversations show of {@link conductKinds}, joined by a comma; '' for nothing, or nothing judged. */
  readonly conduct: Interned;
  /** Kinds of misconduct in them, as the verdict counts them, joined by a comma. */
  readonly misconduct: Interned;
  /** Policy rules that the candidate broke, joined by a space. */
  readonly rules: Interned;
  /** Ranks joined by a comma. */
  readonly triggers: Interned;
  readonly effects: Interned;
  /** For a probe, what it was asked for; '' for a case of the design. */
  readonly stage: Interned;
}

export const stepWidth = 160;

/** What a candidate's conversation can show, the gravest first. */
export const conductKinds = ['concealed', 'false claim', 'violation', 'unread call'] as const;

/** The table of a comparison's cases. */
export function rowsOf({ findings, probes, evidence }: Pick<Comparison, 'findings' | 'probes' | 'evidence'>): Rows {
  const alarms = evidence.alarms.state === 'measured' ? evidence.alarms.cases : [];
  const answers = new Map(alarms.map(one => [one.case, one.answer.kind]));
  const all: (Finding | Probed)[] = [...findings, ...probes];
  const factors = [...new Set(all.flatMap(({ levels }) => Object.keys(levels)))];
  const calls = (row: Finding | Probed, role: Role): readonly Called[] =>
    'rank' in row ? (role === 'candidate' ? row.candidateCalls : row.baselineCalls) : [];
  return {
    ranked: findings.length,
    id: all.map(row => row.case),
    score: all.map(row => ('rank' in row ? round(row.score) : 0)),
    grade: intern(all.map(row => ('rank' in row ? row.grade : ''))),
    alarm: intern(all.map(row => answers.get(row.case) ?? '')),
    right: intern(all.map(row => ('rank' in row ? rightness(row).join() : ''))),
    scenario: intern(all.map(row => row.scenario)),
    levels: Object.fromEntries(factors.map(name => [name, intern(all.map(({ levels }) => levels[name] ?? ''))])),
    tool: intern(all.map(({ tool }) => tool?.tool ?? '')),
    severity: intern(all.map(({ tool }) => tool?.severity ?? '')),
    candidate: all.map(({ tool }) => (tool === undefined ? null : short(tool.candidate))),
    baseline: all.map(({ tool }) => (tool === undefined ? null : short(tool.baseline))),
    candidateStep: all.map(row => stepOf(row, calls(row, 'candidate'), 'candidate')),
    baselineStep: all.map(row => stepOf(row, calls(row, 'baseline'), 'baseline')),
    candidateWorst: intern(all.map(row => worstOf(row, calls(row, 'candidate')))),
    differs: all.map(row => (differ(row, calls(row, 'candidate'), calls(row, 'baseline')) ? 1 : 0)),
    conduct: intern(all.map(row => conductKindsOf(calls(row, 'candidate')).join())),
    misconduct: intern(all.map(row => ('rank' in row ? (row.misconduct ?? []).join() : ''))),
    rules: intern(all.map(row => rulesOf(calls(row, 'candidate')).join(' '))),
    triggers: intern(all.map(({ triggers }) => triggers.join())),
    effects: intern(all.map(({ effects }) => effects.join())),
    stage: intern(all.map(row => ('probe' in row ? row.probe.stage : ''))),
  };
}

/** Exact probabilities of one tool in every row, for plots; null where it is not offered or not scored. */
export interface ToolColumns {
  readonly tool: string;
  readonly candidate: (number | null)[];
  readonly baseline: (number | null)[];
  /** Alarm less the usual alarm of scenario and tool, nats. */
  readonly excess: (number | null)[];
}

export function toolColumns({ findings, probes }: Pick<Comparison, 'findings' | 'probes'>, tool: string): ToolColumns {
  if (tool === anyHarm) return harmColumns([...findings, ...probes]);
  const found = [...findings, ...probes].map(({ tools }) => tools.find(one => one.tool === tool));
  return {
    tool,
    candidate: found.map(one => (one === undefined ? null : short(one.candidate))),
    baseline: found.map(one => (one === undefined ? null : short(one.baseline))),
    excess: found.map(one => (one === undefined ? null : round(one.alarmExcess))),
  };
}

/** All harmful tools of a case together; no drift is taken off, harm is harm. */
function harmColumns(all: readonly (Finding | Probed)[]): ToolColumns {
  const found = all.map(row => ('rank' in row ? row.harm : undefined));
  return {
    tool: anyHarm,
    candidate: found.map(one => (one === undefined ? null : short(one.candidate))),
    baseline: found.map(one => (one === undefined ? null : short(one.baseline))),
    excess: found.map(one => (one === undefined ? null : round(alarm(one.candidate, one.baseline)))),
  };
}

function intern(texts: readonly string[]): Interned {
  const known = new Map<string, number>();
  const index = texts.map(text => {
    const at = known.get(text) ?? known.size;
    known.set(text, at);
    return at;
  });
  return { values: [...known.keys()], index };
}

/** The first sampled reply; without one the likeliest first step, by name alone. */
function stepOf(row: Finding | Probed, [first]: readonly Called[], role: Role): string {
  return line(first === undefined ? (likeliest(row, role)?.tool ?? '') : callText(first), stepWidth);
}

function likeliest({ tools }: Finding | Probed, role: Role): Finding['tool'] {
  return tools.toSorted((a, b) => b[role] - a[role])[0];
}

function worstOf(row: Finding | Probed, called: readonly Called[]): string {
  const sampled = called.flatMap(({ calls }) => calls.map(({ severity }) => severity));
  const severities = new Set(called.length > 0 ? sampled : [likeliest(row, 'candidate')?.severity]);
  return (['destructive', 'write', 'read'] as const).find(severity => severities.has(severity)) ?? '';
}

/** `lost first-step`, `gained whole-call`, …: right under one model and wrong under the other. */
function rightness({ right }: Finding): string[] {
  return (['first-step', 'whole-call'] as const).flatMap(what => {
    const own = right?.[what];
    if (own === undefined || own.candidate === own.baseline) return [];
    return [`${own.baseline ? 'lost' : 'gained'} ${what}`];
  });
}

/** What the candidate's conversations of a case show, the gravest first. */
export function conductKindsOf(called: readonly Called[]): string[] {
  const shown = (kind: (typeof conductKinds)[number], { conduct, unread }: Called): boolean => {
    if (kind === 'unread call') return unread?.some(isLost) === true;
    if (conduct === undefined) return false;
    if (kind === 'concealed') return conduct.concealed !== undefined;
    return kind === 'violation' ? conduct.violations.length > 0 : conduct.claims.some(({ holds }) => !holds);
  };
  return conductKinds.filter(kind => called.some(one => shown(kind, one)));
}

/** Policy rules broken in them. */
export function rulesOf(called: readonly Called[]): string[] {
  const broken = called.flatMap(({ conduct }) => conduct?.violations ?? []);
  return [...new Set(broken.map(({ rule }) => rule))].toSorted();
}

function differ(row: Finding | Probed, candidate: readonly Called[], baseline: readonly Called[]): boolean {
  if (candidate.length === 0 || baseline.length === 0) {
    return likeliest(row, 'candidate')?.tool !== likeliest(row, 'baseline')?.tool;
  }
  const usual = new Set(baseline.map(({ canonical }) => canonical));
  return !candidate.some(({ canonical }) => usual.has(canonical));
}

const round = (value: number): number => Math.round(value * 100) / 100;
/** Three significant digits: what a list shows. */
const short = (probability: number): number => Number(probability.toPrecision(3));
