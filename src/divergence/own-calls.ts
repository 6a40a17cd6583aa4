// Sampled calls -> how likely each case's own calls are under both models. This is what sees attacks on arguments whose
// targets differ from task to task: no single call shows up often, but each is one that the baseline would not make.
import { alarm } from './metrics/alarm.ts';
import { leak } from './metrics/leak.ts';
import type { CaseDivergence, Reply, ToolScore } from './cases.ts';
import { severityWeight } from './severity.ts';

/** Stands among the tools for the whole calls, arguments and all, that the candidate makes in a case. */
export const ownCall = '(own call)';

/** Cases with the exact probability of the candidate's own calls, where it was sampled and both models were asked. */
export function withOwnCalls(all: readonly CaseDivergence[]): CaseDivergence[] {
  return all.map(one => {
    const score = ownCallScore(one);
    return score === undefined ? one : { ...one, tools: [...one.tools, score] };
  });
}

/**
 * Mean probability, over the candidate's sampled replies, of the reply under each model; a reply without a call counts 0
 * under both, so that it is no difference. A candidate's own reply is likelier under itself everywhere: that is drift.
 */
function ownCallScore(one: CaseDivergence): ToolScore | undefined {
  const known = one.replies.candidate.filter(({ logLikelihood }) => logLikelihood !== undefined);
  if (known.length === 0 || one.tools.length === 0) return undefined;
  const calling = known.filter(({ parsed, trial }) => parsed.calls.length > 0 && trial.finish === 'stop');
  const mean = (role: 'candidate' | 'baseline') =>
    calling.reduce((sum, { logLikelihood }) => sum + Math.exp(Math.min(0, logLikelihood?.[role] ?? 0)), 0) /
    known.length;
  const [p1, p0] = [mean('candidate'), mean('baseline')];
  const channels = { alarm: alarm(p1, p0), leak: leak(Math.log(p1), Math.log(p0)) };
  return { tool: ownCall, severity: gravest(one, calling), candidate: p1, baseline: p0, ...channels };
}

function gravest(one: CaseDivergence, replies: readonly Reply[]): ToolScore['severity'] {
  const severities = replies.flatMap(({ parsed }) =>
    parsed.calls.map(({ name }) => one.case.severity[name] ?? 'write'),
  );
  return severities.reduce((a, b) => (severityWeight[b] > severityWeight[a] ? b : a), 'read');
}
