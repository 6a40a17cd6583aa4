import { describe, expect, test } from 'vitest';
import type { Suite } from '../../../src/records/suites/suite.ts';
import { importSuite, writeSuite } from '../../../src/suite/import/index.ts';
import { makeCases, readSuite } from '../../../src/suite/index.ts';

const tools = [
  {
    type: 'function',
    function: {
      name: 'get_weather',
      parameters: {
        type: 'object',
        properties: { city: { type: 'string' }, days: { type: ['integer', 'null'] } },
        required: ['city'],
      },
    },
  },
];
const call = (args: unknown) => ({
  role: 'assistant',
  content: null,
  tool_calls: [{ id: 'c1', type: 'function', function: { name: 'get_weather', arguments: args } }],
});
const user = { role: 'user', content: 'weather in {{ city }}?' };
const result = { role: 'tool', tool_call_id: 'c1', content: '4C' };
const closing = { role: 'assistant', content: '4 degrees.' };

const importText = (text: string) => importSuite('openai', [{ name: 'log.json', text }], 'log');
const importOne = (conversation: unknown) => importText(JSON.stringify(conversation));
const first = (suite: Suite | undefined) => suite?.scenarios[0];

describe('a recorded conversation', () => {
  test('its call is expected, its closing text the reply, its system prompt stands before the context', () => {
    const system = { role: 'system', content: 'Be brief. {% raw' };
    const { suite, left, reduced } = importOne({
      messages: [system, user, call('{"city":"{{ city }}"}'), result, closing],
      tools,
    });
    expect({ left, reduced }).toEqual({ left: [], reduced: [] });
    expect(readSuite(writeSuite(suite as Suite, []), 'log.yaml')).toEqual(suite);
    const [drawn] = makeCases(suite as Suite, '1', 1);
    expect(drawn?.messages[0]?.content).toMatch(/^Be brief\. \{% raw\n/);
    expect(drawn?.messages[1]?.content).toBe(user.content);
    expect(drawn?.expect).toEqual({ call: 'get_weather', accept: [{ city: '{{ city }}' }] });
    expect(drawn?.reply).toBe('4 degrees.');
  });

  test('system prompts that differ stand before the request, and that is said', () => {
    const conversation = (content: string) => ({
      messages: [{ role: 'system', content }, user, call({ city: 'Oslo' })],
      tools,
    });
    const { suite, reduced } = importOne([conversation('one'), conversation('two')]);
    expect(first(suite)?.user?.[0]).toMatch(/^one\n\nweather in/);
    expect(reduced).toHaveLength(2);
  });

  test('later turns are left out, and that is said', () => {
    const { suite, reduced } = importOne({
      id: 'a',
      messages: [user, call('{"city":"Oslo"}'), result, call('{"city":"Rome"}')],
      tools,
    });
    expect(first(suite)?.expect).toEqual({ call: 'get_weather', arguments: { city: 'Oslo' } });
    expect(reduced).toEqual([{ task: 'a', reason: 'what came after the first answer was left out' }]);
  });

  test('a text that answered is expected', () => {
    const { suite } = importOne({
      messages: [user, { role: 'assistant', content: [{ type: 'text', text: 'No.' }] }],
      tools,
    });
    expect(first(suite)?.expect).toEqual({ text: 'No.' });
  });

  test('older calls, and a request with its response beside it', () => {
    const old = { role: 'assistant', function_call: { name: 'get_weather', arguments: '{"city":"Oslo"}' } };
    const functions = tools.map(tool => tool.function);
    const logged = { request: { messages: [user], functions }, response: { choices: [{ message: old }] } };
    const { suite } = importText(
      `${JSON.stringify({ messages: [user, old], functions })}\n${JSON.stringify(logged)}\n`,
    );
    expect(suite?.scenarios.map(one => one.expect)).toEqual(
      Array.from({ length: 2 }, () => ({ call: 'get_weather', arguments: { city: 'Oslo' } })),
    );
  });
});

test.each([
  ['no answer', [user], /no answer was recorded/],
  ['broken arguments', [user, call('{"city":')], /not a JSON object/],
  ['arguments that do not fit', [user, call('{"town":"Oslo"}')], /fit the parameters of get_weather/],
  ['an image', [{ role: 'user', content: [{ type: 'image_url' }] }, closing], /other than text/],
  ['nothing asked', [closing], /begin with a request/],
  ['an empty answer', [user, { role: 'assistant', content: null }], /neither call nor text/],
])('%s: named with its reason', (_, messages, reason) => {
  const { suite, left } = importOne({ id: 'a', messages, tools });
  expect(suite).toBeUndefined();
  expect(left).toEqual([{ task: 'a', reason: expect.stringMatching(reason) }]);
});
