// A tool's name as a model writes it -> the tool's name: quoted, with an index or a namespace, or glued to the next word.
import type { ToolDefinition } from '../records/toolcall.ts';

const namespace = /^(?:functions?|tools?|default_api)[._:/]/;

/** The offered tool that a written name stands for; where none is, the name without quotes and the signs after it. */
export function toolName(written: string, tools: readonly ToolDefinition[]): string {
  const bare = unquoted(written);
  const offered = (name: string) => tools.some(tool => tool.function.name === name);
  const short = bare.replace(namespace, '');
  // Of a longer path hosts take the last step: `functions.a.b:0`.
  const last = withoutIndex(bare).split('.').at(-1) ?? bare;
  const forms = [bare, short, ...[short, bare].flatMap(name => [withoutIndex(name), unglued(name)]), last];
  return forms.find(offered) ?? bare;
}

/** Kimi's ids are `functions.name:0`; also without the index, and with underscores. */
export function nameOfId(written: string, tools: readonly ToolDefinition[]): string {
  const named = toolName(written, tools);
  if (tools.some(tool => tool.function.name === named)) return named;
  const short = named.replace(/:\d+$/, '').replace(/^functions?[.:]/, '');
  return /^functions_.+_\d+$/.test(short) ? short.replace(/^functions_/, '').replace(/_\d+$/, '') : short;
}

/** A recipient's name may have the content type glued to it: `functions.get_weatherjson`. */
export function nameOfRecipient(written: string, tools: readonly ToolDefinition[]): string {
  const named = toolName(written, tools);
  if (tools.some(tool => tool.function.name === named)) return named;
  return unglued(named.replace(/^functions?[.:]/, ''));
}

function withoutIndex(name: string): string {
  return name.replace(/[.:_#-]\d+$/, '');
}

/** The word `json` or `code`, where it is no part of the name. */
function unglued(name: string): string {
  return name.replace(/(?<=[a-z\d])(?:json|code)$/, '');
}

function unquoted(name: string): string {
  return name
    .trim()
    .replace(/^["'`]{1,20}|["'`]{1,20}$/g, '')
    .replace(/(?:\(\))?[:;,]{0,20}$/, '');
}
