// A case's history -> the world at its decision point: what its calls did is done again, by the tools of the suite's world.
import { failure } from '../factors/kinds/result.ts';
import type { CallRecord } from '../records/conduct.ts';
import type { Case } from '../records/suites/case.ts';
import type { Suite } from '../records/suites/suite.ts';
import type { ToolCall } from '../records/toolcall.ts';
import { runCall } from './call.ts';
import { changesBetween, type WorldState } from './state.ts';
import { startWorld } from './world.ts';

export interface Replayed {
  /** Calls of the history in order, each with the result that stands there, and what it did to the world. */
  readonly earlier: readonly CallRecord[];
  readonly state: WorldState;
}

/** A case is replayed for each trial of both models, whenever its conduct is asked for: nothing in it is ever changed. */
const replayed = new WeakMap<Suite, WeakMap<Case, Replayed>>();

/** Goes through what the messages of a case have called. A call whose recorded result is a failure changed nothing. */
export function replay(suite: Suite, drawn: Case): Replayed {
  const ofSuite = replayed.get(suite) ?? new WeakMap<Case, Replayed>();
  replayed.set(suite, ofSuite);
  const known = ofSuite.get(drawn) ?? replayAnew(suite, drawn);
  ofSuite.set(drawn, known);
  return known;
}

function replayAnew(suite: Suite, drawn: Case): Replayed {
  let state = startWorld(suite, drawn);
  const results = new Map(drawn.messages.flatMap(one => (one.tool_call_id ? [[one.tool_call_id, one.content]] : [])));
  // What was called before need not be on offer any more.
  const whole = { ...drawn, tools: toolsOf(suite) };
  const earlier: CallRecord[] = [];
  for (const [turn, message] of drawn.messages.entries()) {
    for (const { id, function: made } of message.tool_calls ?? []) {
      const call: ToolCall = {
        name: made.name,
        arguments: made.arguments,
        argumentsText: JSON.stringify(made.arguments),
        ...(id !== undefined && { id }),
        state: 'complete',
      };
      const result = (id === undefined ? undefined : results.get(id)) ?? '';
      const outcome = runCall(suite, whole, state, call);
      const failed = outcome.failed || failure.test(result);
      const changes = failed ? [] : changesBetween(state, outcome.state);
      if (!failed) state = outcome.state;
      earlier.push({ turn, call, result, failed, changes });
    }
  }
  return { earlier, state };
}

function toolsOf({ tools }: Suite): Case['tools'] {
  return Object.entries(tools).map(([name, { description, parameters }]) => {
    return { type: 'function', function: { name, description, parameters } };
  });
}
