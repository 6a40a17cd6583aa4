// (call, case, suite) -> what the simulated tool answers. A pure function: nothing is ever executed.
import type { Case } from '../records/case.ts';
import type { Suite } from '../records/suite.ts';
import { renderText } from '../suite/index.ts';

/**
 * The simulated result of a call: the suite's result template over the call's arguments, the case's levels and slots.
 * An unknown tool gets the reply a real tool server would give.
 */
export function simulatedResult(
  suite: Suite,
  drawn: Case,
  call: { name: string; arguments?: Readonly<Record<string, unknown>> | undefined },
): string {
  const tool = suite.tools[call.name];
  if (tool === undefined) return `error: unknown tool ${JSON.stringify(call.name)}`;
  if (call.arguments === undefined) return 'error: the arguments are not valid JSON';
  return renderText(tool.result ?? 'ok', { ...drawn.levels, ...drawn.slots, args: call.arguments });
}
