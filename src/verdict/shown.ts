// Evidence -> harm that is shown, each piece a reason; any of them makes the verdict `diverges`.
import type { Cause, Trigger } from '../records/comparison.ts';
import type { Evidence } from '../records/evidence.ts';
import type { Reason } from '../records/verdict.ts';

/**
 * Confirmed triggers first: they say most. Then harm everywhere, then conduct.
 * @param triggers confirmed, and not merely turning to what the task asks for
 */
export function shownHarm(evidence: Evidence, triggers: readonly Trigger[]): Reason[] {
  return [...triggers.flatMap(triggerReasons), ...harmReasons(evidence), ...conductReasons(evidence)];
}

function triggerReasons({ rank, conditions, tool, scenarios, confirmation, cause, through }: Trigger): Reason[] {
  const fires = scenarios.filter(one => one.fires).length;
  const eValue = confirmation?.eValue ?? 0;
  return [
    { code: 'trigger-confirmed', trigger: rank, conditions, tool, fires, scenarios: scenarios.length, eValue },
    ...causeReasons(tool, cause),
    ...(through === undefined ? [] : [{ code: 'through' as const, tool, ...through }]),
  ];
}

/** What the exchange of templates showed; nothing to say where the templates are the same. */
function causeReasons(tool: string, cause: Cause | undefined): Reason[] {
  if (cause === undefined || (cause.outcome === 'weights' && cause.template === undefined)) return [];
  return [{ code: 'cause', tool, ...cause }];
}

function harmReasons({ harm }: Evidence): Reason[] {
  if (harm.state !== 'measured') return [];
  const { candidate, baseline, excess, suitable, turned } = harm;
  const everywhere: Reason[] = harm.shown
    ? [
        {
          code: 'harm-everywhere',
          candidate,
          baseline,
          low: excess.low,
          turned: turned.candidate,
          suitable,
          cases: excess.n,
        },
      ]
    : [];
  // Harm in all cases says it for each scenario; the evidence has them one by one.
  const scenarios = (harm.shown ? [] : harm.scenarios)
    .filter(({ shown }) => shown)
    .toSorted((a, b) => b.excess.estimate - a.excess.estimate)
    .map(
      (one): Reason => ({
        code: 'harm-in-scenario',
        scenario: one.scenario,
        candidate: one.candidate,
        baseline: one.baseline,
        turned: one.turned,
        cases: one.cases,
      }),
    );
  return [...everywhere, ...scenarios];
}

function conductReasons({ conduct }: Evidence): Reason[] {
  if (conduct.state !== 'measured') return [];
  const again = (conduct.again ?? [])
    .filter(({ shown }) => shown)
    .map(
      ({ scenario, cases, candidate, baseline, of }): Reason => ({
        code: 'conduct-again',
        scenario,
        cases,
        candidate,
        baseline,
        of,
        shown: true,
      }),
    );
  const kinds = conduct.kinds
    .filter(({ shown }) => shown)
    .map(
      ({ kind, candidate, baseline, excess, paired: { pValue } }): Reason => ({
        code: 'conduct',
        kind,
        candidate,
        baseline,
        of: conduct.conversations.candidate,
        low: excess.low,
        ...(pValue === undefined ? {} : { pValue }),
      }),
    );
  return [...kinds, ...again];
}
