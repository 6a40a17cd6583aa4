// An offered tool's name, then the JSON of its arguments: `delete_file\n{…}`, `functions.delete_file:0{…}`.
import type { ToolDefinition } from '../../records/toolcall.ts';
import { namedCall } from '../call.ts';
import type { Taken } from '../formats/format.ts';
import { isObject, jsonEnd, parsed, repaired } from '../text/json.ts';
import { toolName } from '../names.ts';
import { propertyNames } from '../values.ts';
import { type Form, lineBefore, namesPattern } from './form.ts';

const inputLabel =
  '(?:\\*\\*)?(?:Action Input|Tool Input|Input|Arguments?|Args|Parameters?|Params)(?:\\*\\*)?\\s{0,20}[:=]\\s{0,20}(?:\\*\\*)?';
const between = `(?::\\d{1,3})?["'\`)*]{0,4}[ \\t]{0,20}(?::|=>|->|=|\\bwith\\b)?\\s{0,20}(?:${inputLabel})?\\s{0,20}(?:\`{3}(?:json)?\\s{0,20}|\`)?`;
/** What goes before a name: nothing that is part of it, or a namespace. */
const start = '(?:(?<![\\w.-])|(?<=\\b(?:functions?|tools?|default_api)\\.))';
/** What a line may have before the name. */
const lead =
  /^[\s\-*>+•`"'([]*(?:(?:Action|Tool|Function|Tool call|Function call|Call|Calling|Invoking|Name|Using)\b[\s*`"']*[:=]?[\s*`"']*)?(?:call:)?(?:(?:functions?|tools?|default_api)\.)?$/i;

export const namedForm: Form = {
  name: 'name-then-json',
  opens(tools) {
    const names = namesPattern(tools);
    return names === undefined ? undefined : new RegExp(`${start}${names}(?=${between}\\{)`, 'g');
  },
  take(text, at, { tools }): Taken | undefined {
    const names = namesPattern(tools);
    if (names === undefined || !lead.test(lineBefore(text, at).replace(/<[^<>\n]{0,80}>|```[\w-]*/g, '')))
      return undefined;
    const here = new RegExp(`(${names})${between}(?=\\{)`, 'y');
    here.lastIndex = at;
    const found = here.exec(text);
    return found === null ? undefined : argumentsAt(text, at + found[0].length, found[1] as string, tools);
  },
};

/** The call of a tool whose JSON arguments start at a place, where they are its own. */
export function argumentsAt(
  text: string,
  from: number,
  written: string,
  tools: readonly ToolDefinition[],
): Taken | undefined {
  const end = jsonEnd(text, from);
  if (end === undefined) return undefined;
  // Gemma's quotes, where its marker was left out.
  const body = text.slice(from, end).replace(/<\|"\|>|<escape>/g, '"');
  const name = toolName(written, tools);
  const value = parsed(body) ?? repaired(body);
  const properties = propertyNames(tools, name);
  // A tool that is described has other keys than its own arguments'.
  const fits =
    isObject(value) && (properties.length === 0 || Object.keys(value).every(key => properties.includes(key)));
  if (!fits) return undefined;
  return { calls: [namedCall(name, body)], end, notes: [] };
}
