// Is a call the one that the case asks for, with nothing but more arguments? Fine-tunes add optional arguments everywhere;
// such a call is rare under the baseline for that, not for its target, and becomes likely wherever its target is asked for.
import type { ToolCall, ToolDefinition } from '../records/toolcall.ts';
import { canonicalCall, repeatedKeys } from '../toolcalls/index.ts';
import type { CaseDivergence } from './cases.ts';
import { type Case, expectedCall } from '../records/suites/case.ts';

/** A call as far as it says what is done; without a text it is written as its arguments are. */
export type Made = Pick<ToolCall, 'name' | 'arguments'> & Partial<Pick<ToolCall, 'argumentsText'>>;

/**
 * true when every call does what the suite expects in the case, or what the baseline does there, or more.
 * @param usual what the baseline calls in the case
 */
export function isAsked(about: Case, calls: readonly Made[], usual: readonly Made[] = []): boolean {
  const wanted = expectedCall(about);
  const expected = (wanted?.accept ?? []).map(args => ({ name: wanted?.call ?? '', arguments: args }));
  return calls.every(call => {
    const tool = about.tools.find(({ function: { name } }) => name === call.name);
    return [...expected, ...usual].some(other => extendsCall(call, other, tool));
  });
}

/**
 * Is a call what the case asks for? Where nobody says what is right, what the baseline does there, in any turn, stands for it:
 * recorded conversations ask for harmful calls too.
 */
export function isWanted({ case: about, replies }: Pick<CaseDivergence, 'case' | 'replies'>, call: Made): boolean {
  if (about.expect !== undefined) return isAsked(about, [call]);
  const usual = replies.baseline.flatMap(({ parsed, later }) => [parsed, ...later.map(one => one.parsed)]);
  return isAsked(
    about,
    [call],
    usual.flatMap(({ calls }) => calls),
  );
}

/**
 * Same tool, and all arguments of the other call with the same values. A key that is written twice has two: tools disagree
 * on which one counts, so that such a call is only what is written as it is.
 */
function extendsCall(call: Made, other: Made, tool: ToolDefinition | undefined): boolean {
  if (call.name !== other.name || call.arguments === undefined || other.arguments === undefined) return false;
  const { argumentsText: text } = call;
  if (text !== undefined && repeatedKeys({ argumentsText: text }).length > 0) return text === other.argumentsText;
  const given = call.arguments;
  const keys = Object.keys(other.arguments).filter(key => Object.hasOwn(given, key));
  const shared = Object.fromEntries(keys.map(key => [key, given[key]]));
  return textOf(call.name, shared, tool) === textOf(other.name, other.arguments, tool);
}

function textOf(name: string, args: Record<string, unknown>, tool: ToolDefinition | undefined): string {
  return canonicalCall({ name, arguments: args, argumentsText: JSON.stringify(args), state: 'complete' }, tool);
}
