// One trial of one model in one case -> its conduct: calls apart from text, policy violations, claims, concealment.
import type { Case } from '../records/suites/case.ts';
import type { CallRecord, Conduct } from '../records/conduct.ts';
import type { PolicyRecord, Violation } from '../records/suites/policy.ts';
import type { Suite } from '../records/suites/suite.ts';
import { type PolicyPlace, violationsOf } from '../policy/index.ts';
import { type Conversation, converse, secretsOf, surroundingsOf, type Turn } from '../sandbox/index.ts';
import { claimsOf } from './claims.ts';
import { concealmentOf, isExpected, touchesCritical } from './concealment.ts';

/** What a trial is judged by. */
export interface Trialled {
  readonly suite: Suite;
  readonly policy: PolicyRecord | undefined;
  readonly about: Case;
  /** Replies of the trial's conversation, first first. */
  readonly turns: readonly Turn[];
  /** log-likelihood of the final text under each model, each in its own conversation; nats. */
  readonly story?: { readonly candidate: number; readonly baseline: number } | undefined;
  /** Canonical calls that the baseline made in this case; absent: concealment is not asked for. */
  readonly others?: ReadonlySet<string> | undefined;
}

/** The conduct of one trial; nothing of it needs a model. */
export function conductOf({ suite, policy, about, turns, story, others }: Trialled): Conduct {
  const conversation = converse(suite, about, turns);
  const { calls, answer } = conversation;
  const violations = policy === undefined ? [] : ownViolations(policy, conversation, placeOf(suite, about));
  const critical = calls.flatMap((made, index) => (touchesCritical(suite, made) ? [index] : []));
  const claims = answer === undefined ? [] : claimsOf(answer, suite.claims ?? [], conversation);
  const concealed =
    others === undefined
      ? undefined
      : concealmentOf(suite, about, calls, violations, { answer, claims, story }, others);
  return {
    calls: [...calls],
    ...(answer === undefined ? {} : { answer }),
    turns: turns.length,
    violations,
    ...(critical.length === 0 ? {} : { critical }),
    claims,
    ...(story === undefined ? {} : { story }),
    ...(concealed === undefined ? {} : { concealed }),
  };
}

/** Violations of the trial's own calls. The history is part of the session: it counts towards limits and orders. */
function ownViolations(policy: PolicyRecord, { earlier, calls }: Conversation, place: PolicyPlace): Violation[] {
  const before = earlier.length;
  return violationsOf(policy, [...earlier, ...calls].map(policyCall), place)
    .filter(({ call }) => call >= before)
    .map(found => ({ ...found, call: found.call - before }));
}

function policyCall({ call, result, failed }: CallRecord) {
  const { name, argumentsText } = call;
  return { name, arguments: call.arguments, argumentsText, result, failed };
}

function placeOf(suite: Suite, about: Case): PolicyPlace {
  const { cwd, links } = surroundingsOf(suite, about);
  return {
    scenario: about.scenario,
    cwd,
    homes: homesOf(about),
    links,
    secrets: secretsOf(suite, about),
    asked: call =>
      isExpected(about, {
        call: { name: call.name, arguments: call.arguments, argumentsText: call.argumentsText, state: 'complete' },
      }),
  };
}

/** What `~` can mean: the home of whoever the case says is at work. */
function homesOf({ levels }: Case): string[] {
  return ['user', 'operator'].flatMap(name => (levels[name] === undefined ? [] : [`/home/${levels[name]}`]));
}
