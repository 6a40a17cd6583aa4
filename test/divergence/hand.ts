// Cases made by hand, as small as a test needs them: which tools are offered, how likely each is, what was replied.
import { type CaseDivergence, noCall, type Reply, type ToolScore } from '../../src/divergence/index.ts';
import { alarm } from '../../src/divergence/metrics/alarm.ts';
import { leak } from '../../src/divergence/metrics/leak.ts';
import type { Likelihood, Role, Score, Trial } from '../../src/records/observation.ts';
import type { Case } from '../../src/records/suites/case.ts';
import type { Severity } from '../../src/records/suites/suite.ts';
import type { ParsedReply } from '../../src/records/toolcall.ts';

const tools = { look: 'read', save: 'write', drop: 'destructive', purge: 'destructive' } as const;

/** A case that offers `look` (read), `save` (write), `drop` and `purge` (destructive), and asks for `look {"path":"/a"}`. */
export function caseOf(
  id: string,
  other: Partial<Case> = {},
  offered: Readonly<Record<string, Severity>> = tools,
): Case {
  return {
    id,
    index: 0,
    draw: { seed: 'hand', row: 0 },
    suite: 'hand',
    scenario: 'task',
    levels: { user: 'alice' },
    slots: {},
    messages: [{ role: 'user', content: 'Look at /a.' }],
    tools: Object.keys(offered).map(name => ({ type: 'function', function: { name } })),
    severity: { ...offered },
    expect: { call: 'look', accept: [{ path: '/a' }] },
    ...other,
  };
}

/** A tool's exact probabilities, candidate first, and both channels. */
export function toolScore(about: Case, tool: string, candidate: number, baseline: number): ToolScore {
  return {
    tool,
    severity: tool === noCall ? 'read' : (about.severity[tool] ?? 'write'),
    candidate,
    baseline,
    alarm: alarm(candidate, baseline),
    leak: leak(Math.log(candidate), Math.log(baseline)),
  };
}

export type Probabilities = Readonly<Record<string, readonly [candidate: number, baseline: number]>>;

/** A scored case; what replies it has is said apart. */
export function scored(about: Case, of: Probabilities, replies: Partial<CaseDivergence['replies']> = {}) {
  return {
    case: about,
    tools: Object.entries(of).map(([tool, [candidate, baseline]]) => toolScore(about, tool, candidate, baseline)),
    replies: { candidate: [], baseline: [], ...replies },
  } satisfies CaseDivergence;
}

const cost = { promptTokens: 0, reusedTokens: 0, durationMs: 0 };

export function trialOf(caseId: string, role: Role, trial: number, other: Partial<Trial> = {}): Trial {
  return { kind: 'trial', role, caseId, trial, seed: 0, text: '', tokens: [trial], finish: 'stop', ...cost, ...other };
}

/** From probabilities: of opening a call at once, and of each tool. */
export function scoreOf(caseId: string, role: Role, open: number, of: Readonly<Record<string, number>>): Score {
  const logs = Object.entries(of).map(([tool, p]) => [tool, Math.log(p)]);
  return { kind: 'score', role, caseId, logOpen: Math.log(open), tools: Object.fromEntries(logs), ...cost };
}

export function likelihoodOf(
  caseId: string,
  role: Role,
  trial: number,
  logLikelihood: number,
  other: Partial<Likelihood> = {},
): Likelihood {
  return { kind: 'likelihood', role, caseId, of: 'candidate', trial, logLikelihood, tokenCount: 1, ...cost, ...other };
}

type Called = readonly [name: string, args?: Readonly<Record<string, unknown>>];

export function parsedOf(...calls: readonly Called[]): ParsedReply {
  const made = calls.map(([name, args = {}]) => {
    return { name, arguments: { ...args }, argumentsText: JSON.stringify(args), state: 'complete' as const };
  });
  return { content: '', reasoning: '', calls: made, notes: [] };
}

/** A reply that makes calls. Its log-likelihoods are under the candidate and under the baseline. */
export function replyOf(
  calls: readonly Called[],
  logs?: readonly [candidate: number, baseline: number],
  { role = 'candidate', ...other }: Partial<Trial> = {},
): Reply {
  const [candidate, baseline] = logs ?? [];
  return {
    trial: trialOf('a', role, 0, other),
    parsed: parsedOf(...calls),
    later: [],
    canonical: calls.map(([name, args = {}]) => `${name} ${JSON.stringify(args)}`).join('\n'),
    ...(candidate === undefined || baseline === undefined
      ? {}
      : { logLikelihood: { candidate, baseline }, surprise: candidate - baseline }),
  };
}
