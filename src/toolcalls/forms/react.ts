// ReAct's `Action: delete_file` and `Action Input: …`, and the labels that others write for them.
import type { ToolCall, ToolDefinition } from '../../records/toolcall.ts';
import type { Taken } from '../formats/format.ts';
import { skipSpace } from '../text/json.ts';
import { toolName } from '../names.ts';
import { argumentSchema, assembled, coerced, propertyNames, stringValue, type Value } from '../values.ts';
import { type Form } from './form.ts';
import { argumentsAt } from './named.ts';
import { wantsArguments } from './python.ts';

/** As LangChain's react_single_input.py finds them, on one line or on two; its input may be any text. */
const action =
  /Action\s{0,20}\d{0,9}(?:\*\*)?\s{0,20}:\s{0,20}(?<name>[^\n{:]{1,100}?)\s{0,20}Action\s{0,20}\d{0,9}\s{0,20}Input\s{0,20}\d{0,9}(?:\*\*)?\s{0,20}:[ \t]{0,20}/;
/** Other labels say less: their input must be JSON, on a line of its own. */
const labelled =
  /\b(?:Action|Tool|Function)\s{0,20}\d{0,2}(?:\*\*)?\s{0,20}:\s{0,20}(?<other>[^\n{:]{1,100})\n\s{0,20}(?:\*\*)?(?:Tool Input|Input|Arguments?|Args|Parameters?|Params)\s{0,20}\d{0,2}(?:\*\*)?\s{0,20}[:=]\s{0,20}(?:\*\*)?\s{0,20}(?:```(?:json)?\s{0,20})?(?=\{)/;
/** The form of the first ReAct prompts: `Action: delete_file[/srv]`. */
const bracketed =
  /\bAction\s{0,20}\d{0,2}(?:\*\*)?\s{0,20}:\s{0,20}`?(?<bracketed>[A-Za-z_][\w./:-]{0,100})\[(?<text>(?:(?!Action\s{0,9}\d{0,2}\s{0,9}:)[^\]\n]){0,2000})\]`?[ \t]{0,20}(?=\n|$)/;
const source = [action, labelled, bracketed].map(pattern => pattern.source).join('|');
const here = new RegExp(source, 'iy');

/** What stands after an input's text: a label on a line of its own, an empty line, or the labels of another call. */
const inputEnd =
  /\n\s*(?:Observation|Thought|Action|Final Answer)\b|\n[ \t]*\n|Action\s{0,9}\d{0,9}\s{0,9}:[^\n]{1,100}\n\s{0,9}Action\s{0,9}\d{0,9}\s{0,9}Input\b/gi;
const nothing = /^(?:none|null|n\/a|\{\}|\(\))?$/i;
/** A name that is no word: of a tool that nobody offered, or nothing. */
const identifier = /^[A-Za-z][A-Za-z\d]*(?:_[A-Za-z\d]+)+$/;
const longestInput = 20_000;
/** Another line, a family's marker, or JSON. */
const mayHoldMore = /\n|<[^<>\s]{2,60}>|\[[A-Z_]{3,30}\]|[{[]\s{0,9}["{]/;

/** ReAct: of a tool that need not be offered, where its input is JSON. */
export const reactForm: Form = {
  name: 'react',
  opens: () => new RegExp(source, 'gi'),
  take(text, at, { tools }): Taken | undefined {
    here.lastIndex = at;
    const found = here.exec(text);
    if (found === null) return undefined;
    const {
      name: written,
      other,
      bracketed: named,
      text: inside = '',
    } = found.groups as Partial<Record<string, string>>;
    const plain = (written ?? other ?? named ?? '').replace(/[*`"'()[\]\u0085]/g, '').trim();
    if (!/^[A-Za-z_][\w.:/-]*$/.test(plain)) return undefined;
    const name = toolName(plain, tools);
    const end = at + found[0].length;
    if (named !== undefined) return taken(textCall(name, inside, tools), end);
    const from = skipSpace(text, end);
    const json = from + (text.slice(from, from + 20).match(/^```(?:json)?\s*(?=\{)/)?.[0].length ?? 0);
    if (text[json] === '{' && !/^\{\s*\}/.test(text.slice(json, json + 20)))
      return argumentsAt(text, json, plain, tools);
    inputEnd.lastIndex = end;
    const stop = Math.min(inputEnd.exec(text)?.index ?? text.length, end + longestInput);
    const call = textCall(name, text.slice(end, stop), tools);
    const runsOn = stop < text.length && text[stop] !== '\n';
    return taken(call && runsOn ? { ...call, state: 'repaired' } : call, stop);
  },
};

function taken(call: ToolCall | undefined, end: number): Taken | undefined {
  return call === undefined ? undefined : { calls: [call], end, notes: [] };
}

/** The call of a tool with a text for its only argument; for its first one where it has several. */
function textCall(name: string, input: string, tools: readonly ToolDefinition[]): ToolCall | undefined {
  const tool = tools.find(one => one.function.name === name);
  if (tool === undefined && !identifier.test(name)) return undefined;
  const text = input.trim().replace(/^(["'`])([\s\S]*)\1$/, '$2');
  if (tool === undefined) return { name, ...assembled([['input', stringValue(text)]]), state: 'repaired' };
  const [key, ...others] = propertyNames(tools, name);
  const given = text.trim() !== '' && (wantsArguments(tool) || !nothing.test(text));
  // A tool without arguments is given none, whatever is said to it.
  const entries: [string, Value][] =
    given && key !== undefined ? [[key, coerced(text, argumentSchema(tools, name, key))]] : [];
  // LangChain gives a tool all lines; what the model says after its input is then in it.
  const certain = others.length === 0 && !mayHoldMore.test(text) && (given ? key !== undefined : !wantsArguments(tool));
  return { name, ...assembled(entries), state: certain ? 'complete' : 'repaired' };
}
