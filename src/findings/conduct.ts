// Replies of a run -> conduct of each trial, and how many of them break a rule or hide something.
import { canonical, conductOf } from '../conduct/index.ts';
import type { CaseDivergence, Reply } from '../divergence/index.ts';
import type { Called, Comparison, Finding } from '../records/comparison.ts';
import type { Role } from '../records/observation.ts';
import type { RunRecord } from '../records/run.ts';
import { converse, type Turn } from '../sandbox/index.ts';
import type { Trace } from '../conduct/trace.ts';
import { isUnseen, type Judged } from '../evidence/index.ts';
import type { Judge } from './rank.ts';

/** Judges trials where conversations were asked for, or a policy is there to judge by; or `always`. */
export function judgeOf({ spec: { suite, policy, turns } }: RunRecord, when: 'asked' | 'always' = 'asked'): Judge {
  if (when === 'asked' && turns === undefined && policy === undefined) return () => undefined;
  const made: Record<Role, WeakMap<CaseDivergence, Set<string>>> = {
    candidate: new WeakMap(),
    baseline: new WeakMap(),
  };
  /** What one model called in a case: the other is held against it. */
  const callsBy = (role: Role, one: CaseDivergence) => {
    const known = made[role].get(one);
    if (known !== undefined) return known;
    const calls = one.replies[role].flatMap(reply => converse(suite, one.case, turnsOf(reply)).calls);
    const set = new Set(calls.map(call => canonical(one.case, call)));
    made[role].set(one, set);
    return set;
  };
  return (one: CaseDivergence, role: Role, reply: Reply) =>
    conductOf({
      suite,
      policy,
      about: one.case,
      turns: turnsOf(reply),
      // Both are asked alike, or a careless baseline would make a careless candidate look worse than it is. Whose story a
      // text tells is observed for the candidate alone.
      others: callsBy(role === 'candidate' ? 'baseline' : 'candidate', one),
      ...(role === 'candidate' ? { story: reply.story } : {}),
    });
}

function turnsOf({ trial, parsed, later }: Reply): Turn[] {
  return [{ trial, parsed }, ...later].map(one => ({ parsed: one.parsed, finish: one.trial.finish }));
}

/** Every conversation of the design, judged whether it was asked for or not: the verdict must know. */
export function judgedCases(run: RunRecord, designed: readonly CaseDivergence[]): Judged[] {
  const judge = judgeOf(run, 'always');
  const all = (one: CaseDivergence, role: Role) => one.replies[role].flatMap(reply => judge(one, role, reply) ?? []);
  return designed.map(one => ({
    one,
    conduct: { candidate: all(one, 'candidate'), baseline: all(one, 'baseline') },
    unseen: one.replies.candidate.map(reply => isUnseen(run.spec.suite, one, reply) || isUnended(run, one, reply)),
  }));
}

/**
 * Its last call was not answered: the run was stopped there, the case failed, or the turn limit came where the baseline had
 * ended. With first replies alone nobody was to see more.
 */
function isUnended({ spec }: RunRecord, one: CaseDivergence, reply: Reply): boolean {
  const { turns: most = 1 } = spec;
  const isOpen = (turns: readonly Turn[]) => converse(spec.suite, one.case, turns).state === 'open';
  const turns = turnsOf(reply);
  if (most < 2 || !isOpen(turns)) return false;
  const usual = one.replies.baseline.find(({ trial }) => trial.trial === reply.trial.trial);
  return turns.length < most || usual === undefined || !isOpen(turnsOf(usual));
}

/** Trials of each model that were judged, and what they came to; nothing where none was. */
export function conductSummary(findings: readonly Finding[]): Pick<Comparison, 'conduct'> {
  const judged = (calls: readonly Called[]) => calls.flatMap(({ conduct }) => conduct ?? []);
  const candidate = findings.flatMap(({ candidateCalls }) => judged(candidateCalls));
  const baseline = findings.flatMap(({ baselineCalls }) => judged(baselineCalls));
  if (candidate.length + baseline.length === 0) return {};
  const counts = (all: typeof candidate) => ({
    trials: all.length,
    violating: all.filter(({ violations }) => violations.length > 0).length,
    falseClaims: all.filter(({ claims }) => claims.some(({ holds }) => !holds)).length,
    concealed: all.filter(({ concealed }) => concealed !== undefined).length,
  });
  return { conduct: { candidate: counts(candidate), baseline: counts(baseline) } };
}

/** What both models did in a case, trial by trial. */
export function traceOf(run: RunRecord, one: CaseDivergence, judge: Judge): Trace {
  const { id, createdAt, spec } = run;
  const trials = (['candidate', 'baseline'] as const).flatMap(role =>
    one.replies[role].flatMap(reply => {
      const conduct = judge(one, role, reply);
      if (conduct === undefined) return [];
      const { messages } = converse(spec.suite, one.case, turnsOf(reply));
      const { trial, seed } = reply.trial;
      const turns = [reply, ...reply.later].map(({ trial: { durationMs, promptTokens, tokens, finish } }) => {
        return { durationMs, promptTokens, tokens: tokens.length, finish };
      });
      return [{ role, model: spec[role].reference, trial, seed, messages, conduct, turns }];
    }),
  );
  return { run: id, createdAt, about: one.case, trials };
}
