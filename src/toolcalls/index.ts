// Raw reply -> calls, content, reasoning. (First format; the registry follows.)
import type { ParsedReply, ToolCall, ToolDefinition } from '../records/toolcall.ts';
export interface FormatChoice {
  readonly format: string;
  readonly how: string;
  readonly selfTest: string;
  readonly notes: { code: string; detail: string }[];
}
export function chooseFormat(_template: string, _render: unknown): FormatChoice {
  return { format: 'hermes', how: 'signature', selfTest: 'passed', notes: [] };
}
export function scoringFrame(_choice: FormatChoice, _render: unknown) {
  return { prefix: '<tool_call>\n{"name": "', suffix: '", "arguments": {"' };
}
export function readReply(
  raw: string,
  _about: { format: string; tools: readonly ToolDefinition[]; generationPrompt: string; finish: string },
): ParsedReply {
  const calls: ToolCall[] = [];
  const content = raw.replace(/<tool_call>\s*([\s\S]*?)\s*<\/tool_call>/g, (_, body: string) => {
    try {
      const v = JSON.parse(body);
      calls.push({
        name: v.name,
        arguments: v.arguments,
        argumentsText: JSON.stringify(v.arguments),
        state: 'complete',
      });
    } catch {
      calls.push({ name: '?', argumentsText: body, state: 'partial' });
    }
    return '';
  });
  return { content: content.trim(), reasoning: '', calls, notes: [] };
}
export function canonicalReply(calls: readonly ToolCall[], _tools: readonly ToolDefinition[]): string {
  return calls
    .map(c => `${c.name} ${JSON.stringify(c.arguments ?? c.argumentsText)}`)
    .toSorted()
    .join('\n');
}
