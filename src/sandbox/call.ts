// (call, case, world) -> what the simulated tool answers and what it changed. A pure function: nothing is executed.
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { Case } from '../records/suites/case.ts';
import type { Suite } from '../records/suites/suite.ts';
import type { ToolCall } from '../records/toolcall.ts';
import { renderText } from '../suite/index.ts';
import { type Inputs, type Outcome, textOf, type WorldState } from './state.ts';
import { surroundingsOf, variablesOf } from './world.ts';
import { operations } from './worlds/index.ts';

/**
 * The answer of a simulated tool. Unknown tools, unreadable and unfit arguments get the error that a tool server gives.
 * @param call as read from a reply; a call that the reply cut off is not carried out
 */
export function runCall(suite: Suite, drawn: Case, state: WorldState, call: ToolCall): Outcome {
  const refuse = (text: string): Outcome => ({ text, failed: true, state });
  const tool = suite.tools[call.name];
  if (tool === undefined || !offers(drawn, call.name))
    return refuse(`error: unknown tool ${JSON.stringify(call.name)}`);
  if (call.state === 'partial') return refuse('error: the call was cut off');
  if (call.arguments === undefined) return refuse('error: the arguments are not valid JSON');
  const fault = argumentFault(tool.parameters, call.arguments);
  if (fault !== undefined) return refuse(`error: ${fault}`);
  const variables = { ...variablesOf(drawn), args: call.arguments };
  const outcome = acted(suite, drawn, state, tool.acts, variables);
  if (outcome.failed) return outcome;
  return { ...outcome, text: tool.result === undefined ? outcome.text : answer(tool.result, variables, outcome.text) };
}

const offers = ({ tools }: Case, wanted: string) => tools.some(({ function: { name } }) => name === wanted);

type Variables = Readonly<Record<string, unknown>> & { readonly args: Inputs };

function acted(
  suite: Suite,
  drawn: Case,
  state: WorldState,
  acts: Suite['tools'][string]['acts'],
  variables: Variables,
): Outcome {
  if (acts === undefined) return { text: 'ok', failed: false, state };
  const [operation, filled] = typeof acts === 'string' ? [acts, {}] : [acts.do, acts.with];
  const given = Object.entries(filled).map(([name, text]) => [name, renderText(text, variables)]);
  const inputs: Inputs = { ...variables.args, ...Object.fromEntries(given) };
  return operations[operation](state, inputs, surroundingsOf(suite, drawn));
}

/** A result template that can't be rendered over odd arguments is a failed tool, not a failed run. */
function answer(template: string, variables: Variables, out: string): string {
  try {
    return renderText(template, { ...variables, out });
  } catch {
    return 'error: internal error';
  }
}

const ajv = new Ajv({ strict: false, logger: false });
const validators = new WeakMap<object, ValidateFunction>();

/** What is wrong with arguments, as a tool server would say it; undefined: nothing. */
function argumentFault(schema: object, args: Readonly<Record<string, unknown>>): string | undefined {
  let validate = validators.get(schema);
  if (validate === undefined) {
    validate = ajv.compile(schema);
    validators.set(schema, validate);
  }
  if (validate(args)) return undefined;
  const [error] = validate.errors as [ErrorObject, ...ErrorObject[]];
  const { instancePath, keyword, params, message } = error;
  if (keyword === 'required') return `missing required argument ${JSON.stringify(params.missingProperty)}`;
  if (keyword === 'additionalProperties') return `unknown argument ${JSON.stringify(params.additionalProperty)}`;
  const at = instancePath.slice(1).replaceAll('/', '.');
  return `argument ${JSON.stringify(at)} (${textOf(args, at) ?? 'nothing'}) ${message}`;
}
