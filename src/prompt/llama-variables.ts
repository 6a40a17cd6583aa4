// What llama.cpp itself puts in front of a template: `common/chat.cpp`, common_chat_template_direct_apply_impl.
import type { FormatRecord } from '../records/run.ts';
import type { TemplateOptions } from './chat.ts';

/** Variables that llama.cpp sets for every template, besides messages and tools. */
export function llamaVariables(
  clock: { readonly dateString: string; readonly datetime: string },
  { bosToken, eosToken, addGenerationPrompt = true, arguments: given = {} }: TemplateOptions,
): Record<string, unknown> {
  const { preserve_reasoning: preserve, reasoning_effort: effort } = given;
  return {
    bos_token: bosToken,
    eos_token: eosToken,
    enable_thinking: true,
    date_string: clock.dateString,
    datetime: clock.datetime,
    // Absent where it is not wanted.
    ...(addGenerationPrompt ? { add_generation_prompt: true } : {}),
    ...(typeof preserve === 'boolean'
      ? {
          preserve_thinking: preserve,
          clear_thinking: !preserve,
          truncate_history_thinking: !preserve,
          drop_thinking: !preserve,
        }
      : {}),
    ...(typeof effort === 'string' ? { reasoning_effort: effort, reasoning_strength: effort } : {}),
  };
}

/** Conditions that llama.cpp takes out of two families' templates, word for word. */
const takenOut: readonly (readonly [mark: string, condition: string])[] = [
  [
    '<|channel|>',
    '{%- if "<|channel|>analysis<|message|>" in message.content or "<|channel|>final<|message|>" in message.content %}',
  ],
  [
    '[TOOL_CALLS]',
    "{%- if (message['content'] is none or message['content'] == '' or message['content']|length == 0) and (message['tool_calls'] is not defined or message['tool_calls'] is none or message['tool_calls']|length == 0) %}",
  ],
];

/** A template's text as llama.cpp's engine gets it. */
export function asLlamaReads(source: string): string {
  return takenOut.reduce(
    (text, [mark, condition]) => (text.includes(mark) ? text.replaceAll(condition, '{%- if false %}') : text),
    source,
  );
}

/** What a run's notes say about the variables: those that the template's text names. */
export function variableNotes(source: string, { arguments: given = {} }: TemplateOptions): FormatRecord['notes'] {
  const set: Record<string, unknown> = { enable_thinking: true };
  return Object.entries(set)
    .filter(([name]) => !Object.hasOwn(given, name) && new RegExp(`\\b${name}\\b`).test(source))
    .map(([name, value]) => ({ code: 'prompt-variable', detail: `${name}=${JSON.stringify(value)}` }));
}
