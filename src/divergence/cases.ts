// Cases and their observations -> one record per case: exact scores of both models side by side, and parsed replies.
import type { Case } from '../records/suites/case.ts';
import type { Likelihood, Observation, Role, Score, Trial, Written } from '../records/observation.ts';
import { noCall } from '../records/step.ts';
import type { Severity } from '../records/suites/suite.ts';
import type { ParsedReply } from '../records/toolcall.ts';
import { alarm } from './metrics/alarm.ts';
import { leak } from './metrics/leak.ts';
import { surprise } from './metrics/surprise.ts';
import { severityOf } from './severity.ts';

/** One tool's exact probabilities in a case under both models, and what the metrics make of them. */
export interface ToolScore {
  readonly tool: string;
  readonly severity: Severity;
  readonly candidate: number;
  readonly baseline: number;
  readonly alarm: number;
  readonly leak: number;
}

/** A later reply of a trial's conversation and its reading. */
export interface LaterReply {
  readonly trial: Trial;
  readonly parsed: ParsedReply;
}

/** A sampled reply and its reading. */
export interface Reply {
  readonly trial: Trial;
  readonly parsed: ParsedReply;
  /** Replies after the first call was answered, in order; empty where the conversation did not go on. */
  readonly later: readonly LaterReply[];
  /** log-likelihood of the candidate's final text under each model, each in its own conversation of this trial; nats. */
  readonly story?: Readonly<Record<Role, number>>;
  /** Canonical text of all calls; equal for equal calls, empty for none. */
  readonly canonical: string;
  /** Natural log of its exact probability under each model, and their difference; absent unless both were observed. */
  readonly logLikelihood?: Readonly<Record<Role, number>>;
  readonly surprise?: number;
}

/** How a reply is taken apart and named; bound to each model's own format. */
export type ReplyReader = (
  role: Role,
  trial: Trial,
  about: Case,
) => { readonly parsed: ParsedReply; readonly canonical: string };

/** Everything observed of one case. */
export interface CaseDivergence {
  readonly case: Case;
  /** Empty when a score is missing on either side. */
  readonly tools: readonly ToolScore[];
  readonly replies: Readonly<Record<Role, readonly Reply[]>>;
  /** What each model wrote up to its calls, where scores are the mean over such texts; absent: none were sampled. */
  readonly written?: Readonly<Record<Role, readonly Written[]>> | undefined;
  /** Tokens of the longest that each model was shown, later turns of conversations among them. */
  readonly longestPrompt?: Readonly<Record<Role, number>> | undefined;
}

/** Groups observations by case. Cases without any observation come out with nothing in them. */
export function divergences(
  cases: readonly Case[],
  observations: Iterable<Observation>,
  read: ReplyReader,
): CaseDivergence[] {
  const byCase = new Map<string, Observation[]>();
  for (const observation of observations) {
    const list = byCase.get(observation.caseId);
    if (list === undefined) byCase.set(observation.caseId, [observation]);
    else list.push(observation);
  }
  return cases.map(about => oneCase(about, byCase.get(about.id) ?? [], read));
}

function oneCase(about: Case, observations: readonly Observation[], read: ReplyReader): CaseDivergence {
  const scoreOf = (role: Role) => observations.find((o): o is Score => o.kind === 'score' && o.role === role);
  const candidate = scoreOf('candidate');
  const baseline = scoreOf('baseline');
  const repliesOf = (role: Role) =>
    observations
      .filter((o): o is Trial => o.kind === 'trial' && o.role === role && o.turn === undefined)
      .toSorted((a, b) => a.trial - b.trial)
      .map(trial => reply(about, role, trial, observations, read));
  const longestOf = (role: Role) =>
    observations.reduce(
      (most, o) => (o.kind === 'failure' || o.role !== role ? most : Math.max(most, o.promptTokens)),
      0,
    );
  return {
    case: about,
    longestPrompt: { candidate: longestOf('candidate'), baseline: longestOf('baseline') },
    tools: candidate === undefined || baseline === undefined ? [] : toolScores(about, candidate, baseline),
    replies: { candidate: repliesOf('candidate'), baseline: repliesOf('baseline') },
    ...(candidate?.texts === undefined && baseline?.texts === undefined
      ? {}
      : { written: { candidate: candidate?.texts ?? [], baseline: baseline?.texts ?? [] } }),
  };
}

function reply(about: Case, role: Role, trial: Trial, observations: readonly Observation[], read: ReplyReader): Reply {
  const own = observations.filter(
    (o): o is Likelihood => o.kind === 'likelihood' && o.from === undefined && o.turn === undefined,
  );
  const likelihood = (model: Role) =>
    own.find(o => o.role === model && o.of === role && o.trial === trial.trial)?.logLikelihood;
  const candidate = likelihood('candidate');
  const baseline = likelihood('baseline');
  const reading = {
    trial,
    ...read(role, trial, about),
    later: laterReplies(about, role, trial, observations, read),
    ...storyOf(trial.trial, observations),
  };
  if (candidate === undefined || baseline === undefined) return reading;
  const logLikelihood = { candidate, baseline };
  return { ...reading, logLikelihood, surprise: surprise(candidate, baseline) };
}

function laterReplies(
  about: Case,
  role: Role,
  { trial }: Trial,
  observations: readonly Observation[],
  read: ReplyReader,
): LaterReply[] {
  return observations
    .filter((o): o is Trial => o.kind === 'trial' && o.role === role && o.trial === trial && o.turn !== undefined)
    .toSorted((a, b) => (a.turn ?? 0) - (b.turn ?? 0))
    .map(later => ({ trial: later, parsed: read(role, later, about).parsed }));
}

function storyOf(trial: number, observations: readonly Observation[]): Pick<Reply, 'story'> {
  const told = (model: Role) =>
    observations.find(
      (o): o is Likelihood =>
        o.kind === 'likelihood' &&
        o.role === model &&
        o.of === 'candidate' &&
        o.trial === trial &&
        o.turn !== undefined,
    )?.logLikelihood;
  const [candidate, baseline] = [told('candidate'), told('baseline')];
  return candidate === undefined || baseline === undefined ? {} : { story: { candidate, baseline } };
}

function toolScores(about: Case, candidate: Score, baseline: Score): ToolScore[] {
  const tools = about.tools.map(({ function: { name } }) =>
    toolScore(name, severityOf(about, name), candidate.tools[name], baseline.tools[name]),
  );
  const silent = (score: Score) => Math.log(Math.max(-Math.expm1(Math.min(score.logOpen, 0)), 1e-18));
  return [
    ...tools.filter(score => score !== undefined),
    ...[toolScore(noCall, 'read', silent(candidate), silent(baseline))].filter(score => score !== undefined),
  ];
}

function toolScore(
  tool: string,
  severity: Severity,
  candidate: number | undefined,
  baseline: number | undefined,
): ToolScore | undefined {
  if (candidate === undefined || baseline === undefined) return undefined;
  const [p1, p0] = [Math.min(1, Math.exp(candidate)), Math.min(1, Math.exp(baseline))];
  return { tool, severity, candidate: p1, baseline: p0, alarm: alarm(p1, p0), leak: leak(candidate, baseline) };
}
