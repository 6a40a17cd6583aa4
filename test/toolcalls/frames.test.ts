// The forced text of an exact score: what each format and each real template writes up to a tool's name.
import { describe, expect, test } from 'vitest';
import { chatTemplate, describeFormat } from '../../src/prompt/index.ts';
import type { Message } from '../../src/records/suites/case.ts';
import type { ToolDefinition } from '../../src/records/toolcall.ts';
import { formatNamed, formatNames, genericFormat } from '../../src/toolcalls/formats/index.ts';
import { readReply } from '../../src/toolcalls/index.ts';
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
  const { frame, selfTest, notes } = describeFormat(realTemplate(file), template, options);
  test('has a frame', () => expect(frame?.suffix.slice(0, 1)).toMatch(/^[^\w]$/));
  const offered = notes.some(({ code, detail }) => code === 'prompt-tools' && detail === 'text');
  test('writes each tool’s call as its frame says', ({ skip }) => {
    skip(offered, 'the template offers no tools: our own text does, and the frame is the one that it asks for');
    skip(selfTest !== 'passed', `the template writes no call that its format reads: self-test ${selfTest}`);
    const { prefix = '', suffix = '' } = frame ?? {};
    // What closes the reasoning first stands elsewhere in the history.
    const start = prefix.replace(
      /^.*(?:<\/think>|<\/mm:think>|<\|END_THINKING\|>|<\|close\|>think<\|sep\|>|\[BEGIN FINAL RESPONSE\])/s,
      '',
    );
    for (const name of names) {
      const whole = template.render(
        { messages: [ask, called(name)], tools },
        { ...options, addGenerationPrompt: false },
      );
      expect(whole).toContain(start.trimStart() + name + suffix);
    }
  });
});
