// Rendered prompts -> what is wrong with them: a template may silently drop the tools or the user's words.
import type { ChatInput } from './chat.ts';

/** What a rendered prompt lacks. */
export type PromptFault =
  | { readonly kind: 'tools-dropped'; readonly tools: readonly string[] }
  | { readonly kind: 'message-dropped'; readonly role: string };

/** Checks that tool names and the messages' texts really appear in the prompt. */
export function promptFaults(prompt: string, chat: ChatInput): PromptFault[] {
  const missing = chat.tools.map(tool => tool.function.name).filter(name => !prompt.includes(name));
  const faults: PromptFault[] = missing.length > 0 ? [{ kind: 'tools-dropped', tools: missing }] : [];
  for (const { role, content } of chat.messages) {
    const trimmed = content.trim();
    // Some templates write texts JSON-escaped; both forms count.
    const escaped = JSON.stringify(trimmed).slice(1, -1);
    if (!prompt.includes(trimmed) && !prompt.includes(escaped)) faults.push({ kind: 'message-dropped', role });
  }
  return faults;
}

/** The first control token (such as `<|im_end|>`) that a text would smuggle into the prompt, if any. */
export function smuggledToken(text: string, controlTokens: readonly string[]): string | undefined {
  return controlTokens.find(token => token.length > 1 && text.includes(token));
}
