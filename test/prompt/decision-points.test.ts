// Where models of known families decide what to call: after the thought that their template opens, or that they open
// themselves. The templates are those of llama.cpp's bundle.
import { describe, expect, test } from 'vitest';
import { chatTemplate, describeFormat } from '../../src/prompt/index.ts';
import { openingFrame, replyState, writesFirst } from '../../src/toolcalls/index.ts';
import { realTemplate } from './real-templates.ts';

interface Family {
  /** A thought as the model writes it, with the mark that opens it where the template does not. */
  readonly thought: string;
  /** From the end of the thought to where the call is opened. */
  readonly next: string;
  /** What opens the call. */
  readonly opens: string;
}

const qwen: Family = { thought: '<think>\nI look.', next: '\n</think>\n\n', opens: '<tool_call>' };
const opened = (next: string, opens: string): Family => ({ thought: 'I look.', next, opens });
const deepseek = opened('\n</think>\n\n', '<｜tool▁calls▁begin｜>');

const families: Readonly<Record<string, Family>> = {
  'Qwen-Qwen3-0.6B': qwen,
  'Qwen3.5-4B': opened('\n</think>\n\n', '<tool_call>'),
  'Qwen-QwQ-32B': opened('\n</think>\n\n', '<tool_call>'),
  'deepseek-ai-DeepSeek-R1-Distill-Qwen-32B': deepseek,
  'llama-cpp-deepseek-r1': deepseek,
  'deepseek-ai-DeepSeek-V3.1': deepseek,
  'deepseek-ai-DeepSeek-V4': opened('</think>\n\n', '<｜DSML｜tool_calls>'),
  'openai-gpt-oss-120b': {
    thought: '<|channel|>analysis<|message|>I want to look.',
    next: '<|end|><|start|>assistant',
    opens: ' to=functions.',
  },
  'GLM-4.6': { thought: '\n<think>I look.', next: '</think>\n', opens: '<tool_call>' },
  'GLM-4.7-Flash': opened('</think>', '<tool_call>'),
  'Kimi-K2-Thinking': { thought: '<think>I look.', next: '</think>', opens: '<|tool_calls_section_begin|>' },
  'Kimi-K3': opened('<|close|>think<|sep|><|open|>', 'tools<|sep|>'),
  'MiniMax-M2': opened('\n</think>\n\n', '<minimax:tool_call>'),
  'NVIDIA-Nemotron-Nano-v2': opened('</think>\n\n', '<TOOLCALL>'),
};

/** Their templates show no thought: only what they write does, or --thoughts. */
const unshown: Readonly<Record<string, Family>> = {
  'mistralai-Ministral-3-14B-Reasoning-2512': { thought: '[THINK]I look.', next: '[/THINK]', opens: '[TOOL_CALLS]' },
  'LFM2.5-8B-A1B': { ...qwen, opens: '<|tool_call_start|>' },
  'HuggingFaceTB-SmolLM3-3B': qwen,
  'ByteDance-Seed-OSS': { thought: '<seed:think>I look.', next: '</seed:think>\n', opens: '<seed:tool_call>' },
};

function described(name: string) {
  const source = realTemplate(`${name}.jinja`);
  return describeFormat(source, chatTemplate(source), { bosToken: '<s>', eosToken: '</s>' });
}

describe.each(Object.entries({ ...families, ...unshown }))('%s', (name, { thought, next, opens }) => {
  test('a call is opened after the thought, not in it', () => {
    const { format, frame, generationPrompt } = described(name);
    if (frame === undefined) throw new Error('no frame');
    expect(openingFrame(format, frame).prefix.startsWith(opens)).toBe(true);
    const state = replyState(format, generationPrompt, frame);
    state.feed(thought);
    expect(state.inside).toBe(true);
    state.feed(next);
    expect(state.inside).toBe(false);
  });

  test('a thought that is too long is closed up to where a call can be opened', () => {
    const { format, frame, generationPrompt } = described(name);
    if (frame === undefined) throw new Error('no frame');
    const state = replyState(format, generationPrompt, frame);
    state.feed(thought);
    state.feed(state.close ?? '');
    expect(state.inside).toBe(false);
  });

  test('that it thinks is known from the template, or is not', () => {
    const { format, frame } = described(name);
    expect(writesFirst(format, frame)).toBe(name in families);
  });
});

test.each(['Qwen-Qwen2.5-7B-Instruct', 'Qwen3-Coder', 'mistralai-Mistral-Nemo-Instruct-2407', 'LFM2-8B-A1B'])(
  '%s calls at once',
  name => {
    const { format, frame } = described(name);
    expect(writesFirst(format, frame)).toBe(false);
  },
);
