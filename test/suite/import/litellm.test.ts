// LiteLLM's logs in both of their forms, and what of them no model can be shown.
import { expect, test } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import type { Imported } from '../../../src/suite/import/assemble.ts';
import { call, closing, forms, importText, responses, result, shownBy, steps, tools, user } from './talks.ts';

const imported = (value: unknown) => importText(JSON.stringify(value), 'litellm');
const told = ({ left, reduced }: Imported) =>
  [...left, ...reduced].map(({ task, reason, about }) => `${task}: ${reason}${about ? ` (${about})` : ''}`);
const ids = ({ suite }: Imported) => (suite?.scenarios ?? []).map(({ id }) => id);
const shown = (read: Imported) =>
  [...shownBy(read.suite).values()]
    .map(({ messages, tools: offered }) => ({
      offered,
      messages: messages.map(({ role, content, name, tool_calls: calls }) => ({
        role,
        content,
        name,
        calls: calls?.map(made => made.function),
      })),
    }))
    .toSorted((a, b) => a.messages.length - b.messages.length);
const answered = (message: unknown) => ({ choices: [{ index: 0, finish_reason: 'stop', message }] });

const payload = (change: object) => ({
  id: 'chatcmpl-1',
  trace_id: 't1',
  call_type: 'acompletion',
  status: 'success',
  startTime: 1796029200.5,
  messages: [user],
  model_parameters: { tools },
  response: answered(closing),
  ...change,
});

/** A row of the spend logs: the client's request as JSON text, messages empty unless something keeps them. */
const spend = (body: unknown, change: object = {}) => ({
  request_id: 'chatcmpl-1',
  call_type: 'acompletion',
  session_id: 'session-1',
  startTime: '2026-11-30T09:00:00.000Z',
  metadata: '{"status": "success"}',
  messages: '{}',
  proxy_server_request: JSON.stringify(body),
  response: JSON.stringify(answered(closing)),
  ...change,
});
const rows = steps.map(({ shown: messages, said }, at) =>
  spend(
    { model: 'm', messages, tools },
    { request_id: `c-${at}`, startTime: `2026-11-30T09:00:0${at}.000Z`, response: JSON.stringify(answered(said)) },
  ),
);

test.each<[string, unknown]>([
  ['rows of spend logs', rows.toReversed()],
  ['a page of them', { data: rows, total: 3 }],
  ['what a callback gets', (forms.litellm as object[]).map(one => ({ kwargs: 1, standard_logging_object: one }))],
  [
    'messages beside the request',
    rows.map((row, at) => ({
      ...row,
      proxy_server_request: '{"tools": null}',
      messages: steps[at]?.shown,
      model_parameters: { tools },
    })),
  ],
])('%s: the same decision points as of the logging payload', (_, value) => {
  const read = imported(value);
  expect({ told: told(read), ids: ids(read).toSorted() }).toEqual({
    told: [],
    ids: ['session-1-step-1', 'session-1-step-2', 'session-1-step-3'],
  });
  expect(shown(read)).toEqual(shown(imported(forms.litellm)));
});

test('requests of the Responses API and of Anthropic’s are read in their forms', () => {
  const { response, id, ...body } = responses;
  const asItems = spend(body, { call_type: 'aresponses', response: JSON.stringify(response) });
  expect(shown(imported([asItems]))).toEqual(shown(imported(forms.litellm)));
  const passed = payload({
    id,
    call_type: 'aresponses',
    messages: body.input,
    model_parameters: { tools: body.tools, instructions: body.instructions },
    response,
  });
  expect(shown(imported([passed]))).toEqual(shown(imported(forms.litellm)));
  const blocks = forms.anthropic as Record<string, unknown[]>;
  const inBlocks = spend(
    { system: blocks.system, tools: blocks.tools, messages: blocks.messages?.slice(0, -1) },
    { call_type: 'anthropic_messages' },
  );
  expect(shown(imported([inBlocks]))).toEqual(shown(imported(forms.litellm)));
});

test('a request that was cut off is read from what was passed on to the model', () => {
  const cut = { messages: [{ role: 'user', content: 'what... (litellm_truncated skipped 900 chars) ...cwd' }], tools };
  const read = imported([spend(cut, { messages: JSON.stringify([user]) })]);
  expect(told(read)).toEqual([]);
  expect(shown(read)[0]?.messages).toMatchObject([user]);
});

const cut = '... (litellm_truncated skipped 900 chars. This was a DB storage safeguard) ...';

test.each<[string, object, RegExp]>([
  ['prompts that are not kept', spend(null), /was not logged \(store_prompts_in_spend_logs\)/],
  ['a request cut off as a whole', spend({ litellm_truncated: true }), /was cut off or hidden/],
  ['a message cut off', spend({ messages: [{ role: 'user', content: cut }], tools }), /a message was cut off/],
  [
    'messages hidden',
    payload({ messages: [{ role: 'user', content: 'redacted-by-litellm' }] }),
    /a message was cut off or hidden/,
  ],
  ['a text that was hidden', payload({ messages: 'redacted-by-litellm' }), /was cut off or hidden/],
  [
    'tools cut off',
    payload({ model_parameters: { tools: [{ name: 'a', description: cut }] } }),
    /its tools were cut off/,
  ],
  ['no tools', payload({ model_parameters: {} }), /offers no tool/],
  ['no answer', payload({ response: null }), /no answer was recorded/],
  ['an answer of nothing', payload({ response: {} }), /no answer was recorded/],
  [
    'a failure',
    payload({
      status: 'failure',
      response: null,
      error_str: 'x',
      error_information: { error_class: 'RateLimitError' },
    }),
    /the request failed: .*\(RateLimitError\)/,
  ],
  [
    'a stream that broke off',
    payload({
      status: 'failure',
      stream: true,
      response: answered({ role: 'assistant', content: 'It sa' }),
      error_str: 'APIConnectionError: lost',
    }),
    /the request failed: .*\(APIConnectionError: lost\)/,
  ],
  [
    'a failure in spend logs',
    spend(
      { messages: [user], tools },
      { metadata: '{"status": "failure", "error_information": {"error_class": "Timeout"}}', response: '{}' },
    ),
    /the request failed: .*\(Timeout\)/,
  ],
  [
    'another sort of call',
    payload({ call_type: 'aembedding', messages: 'a text' }),
    /asks for no answer \(aembedding\)/,
  ],
  [
    'an image',
    payload({ messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'x' } }] }] }),
    /other than text \(image_url\)/,
  ],
  ['a result without its call', payload({ messages: [user, result('z', 'ok')] }), /answers no call/],
  [
    'arguments cut off',
    payload({ messages: [user, call('a', 'read_file', '{"pa'), result('a', 'x')] }),
    /not a JSON object/,
  ],
  ['an empty request', payload({ messages: [{ role: 'user', content: '' }] }), /does not begin with a request/],
])('%s: said, and no turn after it imported', (_, row, reason) => {
  const read = imported([row]);
  expect(told(read).join('\n')).toMatch(reason);
  expect(read.suite?.scenarios.length ?? 0).toBeLessThanOrEqual(1);
});

test('a hidden answer leaves its decision point; without ids a place names it', () => {
  const hidden = payload({
    id: undefined,
    trace_id: undefined,
    response: answered({ role: 'assistant', content: 'redacted-by-litellm' }),
  });
  const read = importText(JSON.stringify([hidden]), 'litellm', { expect: true });
  expect(ids(read)).toEqual(['log-jsonl-entry-1-step-1']);
  expect(told(read).join()).toContain('its recorded answer was not read');
});

test('a line that was cut off is named; a file of nothing else is one clear error', () => {
  const line = JSON.stringify(payload({}));
  expect(told(importText(`${line}\n${line.slice(0, 60)}`, 'litellm'))).toEqual([
    'log.jsonl:2: not a JSON object: cut off, or no JSON',
  ]);
  expect(() => importText(`[${line}, {"id`, 'litellm')).toThrow(UserError);
  expect(told(importText('{"data": []}', 'litellm'))).toEqual(['log.jsonl: it holds no request to a model']);
});
