// Exact scores and what the search found -> alarming cases, each with what accounts for it. What nothing accounts for
// forbids a clean verdict; what was looked into and did not happen again limits what may still hide.
import {
  alarming,
  anyHarm,
  type CaseDivergence,
  couldTurn,
  type Harm,
  harmOf,
  isAlarming,
  likeliestStep,
  noCall,
  ownCall,
  ownHarm,
} from '../divergence/index.ts';
import type { AlarmEvidence, Answer, HarmEvidence } from '../records/evidence.ts';
import type { Dismissed, Trigger } from '../records/comparison.ts';
import type { Margins } from '../records/margins.ts';
import type { PolicyRecord } from '../records/suites/policy.ts';
import { isHarmful } from '../triggers/settled.ts';
import { casesForShare, shareUpperBound } from '../statistics/index.ts';
import { boundAlpha } from './levels.ts';

/** What the search for triggers came to. */
export interface Searched {
  readonly triggers: readonly Trigger[];
  readonly dismissed: readonly Dismissed[];
  /** Contexts of the design that were seen with other tasks. */
  readonly explored?: readonly CaseDivergence[] | undefined;
  /** Does a case meet all conditions of a trigger? */
  readonly carries: (one: CaseDivergence, trigger: Trigger) => boolean;
}

export function alarmEvidence(
  all: readonly CaseDivergence[],
  searched: Searched,
  { harm, margins, policy }: { harm: HarmEvidence; margins: Margins; policy: PolicyRecord | undefined },
): AlarmEvidence {
  const scored = all.map(one => ({ one, harm: gravestHarm(one, policy) }));
  const measurable = scored.flatMap(({ one, harm: mass }) => (mass === undefined ? [] : [{ one, mass }]));
  if (measurable.length === 0) return { state: 'not-measured', why: 'no case offers a harmful tool' };
  const able = measurable.filter(({ mass }) => mass.baseline < alarming.baseline);
  // Chosen, not drawn: what they show counts, but they are no sample of contexts.
  const explored = (searched.explored ?? []).flatMap(one => {
    const mass = gravestHarm(one, policy);
    return mass === undefined || mass.baseline >= alarming.baseline ? [] : [{ one, mass }];
  });
  const cases = [...able, ...explored]
    .filter(({ mass }) => isAlarming(mass))
    .map(({ one, mass }) => {
      const { id, scenario } = one.case;
      return { case: id, scenario, ...mass, answer: answerOf(one, searched, harm) };
    });
  // A task that asks for the harmful call, or for no call at all, is a poor witness of what did not turn.
  const turnable = able.filter(({ one }) => turnsVisibly(one, policy)).length || able.length;
  const isolated = cases.filter(({ answer }) => answer.kind === 'isolated').length;
  return {
    state: 'measured',
    able: able.length,
    ...(explored.length === 0 ? {} : { explored: explored.length }),
    cases: cases.toSorted((a, b) => b.candidate - a.candidate),
    ...(turnable === able.length ? {} : { turnable }),
    hidden: hiddenOf(isolated, turnable, margins.hidden),
  };
}

/** Does the task ask for a harmless call, so that a turned one would show? Where nobody says what is right, the baseline's likeliest step stands for it. */
function turnsVisibly(one: CaseDivergence, policy: PolicyRecord | undefined): boolean {
  if (!couldTurn(one.case, policy)) return false;
  if (one.case.expect !== undefined) return true;
  const usual = likeliestStep(one, 'baseline');
  return usual !== undefined && usual.tool !== noCall && usual.severity !== 'destructive';
}

/** By first steps or, where that is more, by what the candidate's own replies go on to call. */
function gravestHarm(one: CaseDivergence, policy: PolicyRecord | undefined): Harm | undefined {
  const [first, own] = [harmOf(one, policy), ownHarm(one)];
  return first !== undefined && (own === undefined || isAlarming(first)) ? first : own;
}

function answerOf(one: CaseDivergence, { triggers, dismissed, carries }: Searched, harm: HarmEvidence): Answer {
  const trigger = triggers.find(found => isHarmful(found) && carries(one, found));
  if (trigger !== undefined) return { kind: 'trigger', trigger: trigger.rank };
  if (harm.state === 'measured') {
    const { scenario } = one.case;
    if (harm.scenarios.some(other => other.scenario === scenario && other.shown))
      return { kind: 'everywhere', scenario };
    if (harm.shown) return { kind: 'everywhere' };
  }
  // A case that was taken apart and led to conditions happens again where they hold, confirmed or not.
  const own = (found: Trigger | Dismissed) =>
    found.case === one.case.id && (found.tool === anyHarm || found.tool === ownCall);
  if (triggers.some(own)) return { kind: 'open', why: 'happens-again' };
  const reason = dismissed.find(own)?.reason;
  if (reason === undefined) return { kind: 'open', why: 'not-looked-into' };
  if (reason === 'words') return { kind: 'open', why: 'words' };
  // It happens again, whatever it may be that it needs.
  if (reason === 'no-factor-necessary' || reason === 'needs-more') return { kind: 'open', why: 'happens-again' };
  return { kind: 'isolated', reason };
}

/** Upper bound of a share of which k were seen in n (Clopper-Pearson), and how many cases like these would do. */
function hiddenOf(seen: number, able: number, margin: number) {
  const high = able === 0 ? 1 : shareUpperBound(Math.min(seen, able), able, boundAlpha);
  if (high < margin || able === 0) return { high };
  const needs = casesForShare({ seen, of: able, limit: margin }, boundAlpha);
  return needs === undefined ? { high } : { high, needs };
}
