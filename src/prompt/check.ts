// Rendered prompts -> what is wrong with them: a template may silently drop the tools or what somebody said or called.
import type { Message } from '../records/suites/case.ts';
import type { ChatInput } from './chat.ts';

/** What a rendered prompt lacks. */
export type PromptFault =
  | { readonly kind: 'tools-dropped'; readonly tools: readonly string[] }
  | {
      readonly kind: 'message-dropped';
      readonly role: string;
      /** Position in a chat that has begun already; absent in one that starts with the request. */
      readonly at?: number;
      /** Name of the call that is not there; absent where the text is not. */
      readonly lost?: string;
    };

/** Checks that tool names, the messages' texts and what was called really appear in the prompt. */
export function promptFaults(prompt: string, chat: ChatInput): PromptFault[] {
  const missing = chat.tools.map(tool => tool.function.name).filter(name => !prompt.includes(name));
  const faults: PromptFault[] = missing.length > 0 ? [{ kind: 'tools-dropped', tools: missing }] : [];
  const hasBegun = chat.messages.some(({ role }) => role === 'assistant');
  for (const [index, message] of chat.messages.entries()) {
    const { role } = message;
    const at = hasBegun ? { at: index } : {};
    if (!shows(prompt, saidIn(message))) faults.push({ kind: 'message-dropped', role, ...at });
    for (const { function: made } of message.tool_calls ?? []) {
      const values = [made.name, ...textsIn(made.arguments)];
      if (values.every(value => shows(prompt, value))) continue;
      faults.push({ kind: 'message-dropped', role, ...at, lost: made.name });
    }
  }
  return faults;
}

/** What a template must show of a message: thoughts of earlier turns are left out by those of models that think. */
function saidIn({ role, content }: Message): string {
  if (role !== 'assistant') return content;
  const end = content.lastIndexOf('</think>');
  return end < 0 ? content : content.slice(end + '</think>'.length);
}

/** Some templates write texts JSON-escaped, once or inside of another text, or escape what HTML would obey. */
function shows(prompt: string, text: string): boolean {
  const trimmed = text.trim();
  if (prompt.includes(trimmed)) return true;
  const escaped = JSON.stringify(trimmed).slice(1, -1);
  const twice = JSON.stringify(escaped).slice(1, -1);
  return [escaped, twice, ...asciiOf(escaped)].some(form => prompt.includes(form));
}

/** As Python's `json.dumps` and Jinja's `tojson` write it. */
function asciiOf(escaped: string): string[] {
  const unicode = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const html = escaped.replace(/[<>&\u0027]/g, unicode);
  return [html, html.replace(/[\u0080-\uffff]/g, unicode), escaped.replace(/[\u0080-\uffff]/g, unicode)];
}

/** Texts of an argument object, however deep; numbers are written in too many ways. */
function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(textsIn);
}

/** The first control token (such as `<|im_end|>`) that a text would smuggle into the prompt, if any. */
export function smuggledToken(text: string, controlTokens: readonly string[]): string | undefined {
  return controlTokens.find(token => token.length > 1 && text.includes(token));
}
