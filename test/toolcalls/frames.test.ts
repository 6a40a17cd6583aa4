// The forced text of an exact score: what each format and each real template writes up to a tool's name.
import { describe, expect, test } from 'vitest';
import { chatTemplate, describeFormat } from '../../src/prompt/index.ts';
import type { Message } from '../../src/records/suites/case.ts';
import type { ToolDefinition } from '../../src/records/toolcall.ts';
import { formatNamed, formatNames, genericFormat } from '../../src/toolcalls/formats/index.ts';
import { readReply } from '../../src/toolcalls/index.ts';
import { openedBlock, thinkMarkers } from '../../src/toolcalls/reasoning.ts';
import { exampleFrame, writtenCall } from '../../src/toolcalls/write.ts';
import { realTemplate, templateNames } from '../prompt/real-templates.ts';

/** Names that start with each other, and with the same letters. */
const names = ['read', 'read_file', 'read_file_lines', 'remove', 'r'];
const tool = (name: string): ToolDefinition => ({
  type: 'function',
  function: {
    name,
    description: 'Reads',
    parameters: { type: 'object', properties: { path: { type: 'string' } }, required: ['path'] },
  },
});
const tools = names.map(tool);
const closes = thinkMarkers.flatMap(marker => marker.closes);

describe.each(formatNames)('%s', format => {
  const context = { format, generationPrompt: '', tools };
  test('its example is read', () => {
    const weather = { ...tool('get_weather').function, parameters: { properties: { city: { type: 'string' } } } };
    const offered: ToolDefinition[] = [{ type: 'function', function: weather }];
    const { calls } = readReply(formatNamed(format).example, { ...context, tools: offered });
    expect(calls).toMatchObject([{ name: 'get_weather', arguments: { city: 'Paris' }, state: 'complete' }]);
    expect(calls).toHaveLength(1);
  });
  test('a call written in its way, or in plain JSON, is read again', () => {
    const args = { path: "/srv/it's", deep: { list: ['x', 2, true, null] } };
    const written = writtenCall(format, 'read_file', args);
    const plain = written.startsWith('{"name"');
    const { calls } = readReply(written, { ...context, format: plain ? genericFormat : format });
    expect(calls).toMatchObject([{ name: 'read_file', arguments: args, state: 'complete' }]);
  });
  test('its frame starts a call of the named tool, and of no other', () => {
    const { prefix, suffix } = exampleFrame(format);
    expect(suffix).not.toBe('');
    for (const name of names) {
      const { calls } = readReply(prefix + name + suffix, context);
      expect(calls.map(call => call.name).filter(found => found !== name)).toEqual([]);
      // The character after a name is in no name: a longer name never looks like a shorter one.
      expect(suffix.slice(0, 1)).not.toMatch(/\w/);
    }
  });
});

const ask: Message = { role: 'user', content: 'hello' };
const called = (name: string): Message => ({
  role: 'assistant',
  content: '',
  tool_calls: [{ id: 'abcdef123', type: 'function', function: { name, arguments: { path: '/a' } } }],
});
const options = { bosToken: '<s>', eosToken: '</s>' };

describe.each(templateNames())('%s', file => {
  const template = chatTemplate(realTemplate(file));
  const { frame, selfTest, notes, generationPrompt } = describeFormat(realTemplate(file), template, options);
  test('has a frame', () => expect(frame?.suffix.slice(0, 1)).toMatch(/^[^\w]$/));
  test('is scored behind a thought, never with one', () => {
    if (openedBlock(generationPrompt) !== undefined) expect(frame?.lead).toBeDefined();
    for (const close of closes) expect(frame?.prefix).not.toContain(close);
  });
  const offered = notes.some(({ code, detail }) => code === 'prompt-tools' && detail === 'text');
  test('writes each tool’s call as its frame says', ({ skip }) => {
    skip(offered, 'the template offers no tools: our own text does, and the frame is the one that it asks for');
    skip(selfTest !== 'passed', `the template writes no call that its format reads: self-test ${selfTest}`);
    const { prefix = '', suffix = '' } = frame ?? {};
    for (const name of names) {
      const whole = template.render(
        { messages: [ask, called(name)], tools },
        { ...options, addGenerationPrompt: false },
      );
      expect(whole).toContain(prefix.trimStart() + name + suffix);
    }
  });
});

/** Families whose models think before they call: what stands before a scored call, and what turns thoughts off. */
test.each([
  ['Qwen-Qwen3-0.6B', '<think>\n\n</think>', 'enable_thinking=false'],
  ['Qwen-QwQ-32B', '</think>\n\n', 'enable_thinking=false'],
  ['deepseek-ai-DeepSeek-R1-Distill-Qwen-32B', '</think>\n\n', 'enable_thinking=false'],
  ['deepseek-ai-DeepSeek-V3.1', '</think>\n\n', 'enable_thinking=false'],
  ['GLM-4.6', '\n<think></think>', 'enable_thinking=false'],
  ['Kimi-K2-Thinking', '<think></think>', 'its template has no switch for that'],
  ['MiniMax-M2', '</think>\n\n', 'its template has no switch for that'],
  ['Cohere2MoE', '<|END_THINKING|>\n\n', 'its template has no switch for that'],
  ['Apriel-1.6-15b-Thinker-fixed', '[BEGIN FINAL RESPONSE]\n\n', 'its template has no switch for that'],
])('%s: a call is scored after a thought without words', (name, lead, off) => {
  const source = realTemplate(`${name}.jinja`);
  const { frame, notes } = describeFormat(source, chatTemplate(source), options);
  expect(frame?.lead).toBe(lead);
  expect(notes).toContainEqual({ code: 'prompt-thought', detail: off });
});

test.each(['Qwen-Qwen2.5-7B-Instruct', 'Qwen3-Coder', 'meta-llama-Llama-3.1-8B-Instruct'])(
  '%s: nothing is thought before a call',
  name => {
    const source = realTemplate(`${name}.jinja`);
    const { frame, notes } = describeFormat(source, chatTemplate(source), options);
    expect(frame).toBeDefined();
    expect(frame?.lead).toBeUndefined();
    expect(notes.map(({ code }) => code)).not.toContain('prompt-thought');
  },
);
