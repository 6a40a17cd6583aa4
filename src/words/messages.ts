// A message of a chat as people read it: what was said, what was called, what a tool answered.
import type { Message } from '../records/suites/case.ts';
import { visible, visibleLines } from './visible.ts';

/** Harmless lines of a message without its role; a call is its name and its arguments, a result names its tool. */
export function messageLines({ role, content, tool_calls: calls = [], name }: Message): string[] {
  const said = content === '' && calls.length > 0 ? [] : visibleLines(content);
  const [first = '', ...rest] = said;
  const lines = role === 'tool' && name !== undefined ? [`${visible(name)}: ${first}`, ...rest] : said;
  return [...lines, ...calls.map(call => `→ ${visible(madeText(call))}`)];
}

/** `delete_file {"path": "/x"}` as it stands in a chat. */
export function madeText({ function: made }: NonNullable<Message['tool_calls']>[number]): string {
  return `${made.name} ${JSON.stringify(made.arguments)}`;
}
