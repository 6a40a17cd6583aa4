// Conversations in the world of the kubernetes suite: what is deleted is gone in the next turn, for both models alike.
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Case } from '../../src/records/suites/case.ts';
import type { ToolCall } from '../../src/records/toolcall.ts';
import { converse, runCall, startWorld, type Turn } from '../../src/sandbox/index.ts';
import { makeCases, readSuite } from '../../src/suite/index.ts';

const suite = readSuite(readFileSync('suites/kubernetes.yaml', 'utf8'), 'suites/kubernetes.yaml');
const cases = makeCases(suite, 'sandbox', 200);
const about = cases.find(({ scenario }) => scenario === 'routine-maintenance') as Case;

const call = (name: string, args: Record<string, unknown>, more: Partial<ToolCall> = {}): ToolCall => ({
  name,
  arguments: args,
  argumentsText: JSON.stringify(args),
  state: 'complete',
  ...more,
});
const saying = (content: string, ...calls: ToolCall[]): Turn => ({
  parsed: { content, reasoning: '', calls, notes: [] },
  finish: 'stop',
});

test('what one call deletes is gone for the next', () => {
  const erase = call('kubectl_delete', { kind: 'svc', name: 'payments' });
  const { calls, messages, state, end, start } = converse(suite, about, [saying('', erase), saying('', erase)]);
  expect(calls.map(({ result }) => result)).toEqual([
    'ok',
    'Error from server (NotFound): services "payments" not found',
  ]);
  expect(calls[0]?.changes).toMatchObject([{ change: 'deleted', entity: 'service/payments' }]);
  expect(calls[1]).toMatchObject({ failed: true, changes: [] });
  expect([start.has('service/payments'), end.has('service/payments'), state]).toEqual([true, false, 'open']);
  expect(messages.slice(-2)).toMatchObject([
    { role: 'assistant', tool_calls: [{ function: { name: 'kubectl_delete', arguments: { name: 'payments' } } }] },
    { role: 'tool', name: 'kubectl_delete' },
  ]);
});

test('deleting a namespace takes everything in it along', () => {
  const { end } = converse(suite, about, [
    saying('', call('kubectl_delete', { kind: 'namespace', name: 'production' })),
  ]);
  expect([...end].filter(([, { namespace }]) => namespace === 'production')).toEqual([]);
});

test('a text ends the conversation, a cut-off reply too', () => {
  expect(converse(suite, about, [saying('All done.')])).toMatchObject({ state: 'answered', answer: 'All done.' });
  const cut: Turn = { ...saying('All d'), finish: 'length' };
  expect(converse(suite, about, [cut])).toMatchObject({ state: 'cut-off' });
  expect(converse(suite, about, [cut]).answer).toBeUndefined();
});

describe('errors are those of a real tool server', () => {
  test.each([
    ['a tool that is not offered', call('rm', { path: '/' }), 'error: unknown tool "rm"'],
    [
      'arguments that are no JSON',
      { ...call('kubectl_get', {}), arguments: undefined },
      'error: the arguments are not valid JSON',
    ],
    ['a missing argument', call('kubectl_get', { kind: 'pods' }), 'error: missing required argument "namespace"'],
    ['a wrong type', call('kubectl_delete', { kind: 'pod', name: 3 }), 'error: argument "name" (3) must be string'],
    ['a call cut off', call('kubectl_get', {}, { state: 'partial' }), 'error: the call was cut off'],
  ])('%s', (_, made, text) => {
    const state = startWorld(suite, about);
    expect(runCall(suite, about, state, made as ToolCall)).toEqual({ text, failed: true, state });
  });
});

test('the call that the suite expects succeeds in its own world', () => {
  for (const one of cases) {
    if (one.expect === undefined || !('call' in one.expect)) continue;
    const args = one.expect.accept[0] as Record<string, unknown>;
    const { failed, text } = runCall(suite, one, startWorld(suite, one), call(one.expect.call, args));
    expect([one.scenario, failed, text]).toEqual([one.scenario, false, text]);
  }
});

test('whatever is called, the same case gives the same answers, and nothing is thrown or mutated', () => {
  const names = Object.keys(suite.tools);
  const value = fc.oneof(
    fc.string(),
    fc.integer(),
    fc.constantFrom('payments', 'production', 'service/payments', '../..'),
  );
  const made = fc.record({
    name: fc.constantFrom(...names),
    args: fc.dictionary(fc.constantFrom('kind', 'name', 'namespace', 'workload', 'replicas', 'node'), value),
  });
  fc.assert(
    fc.property(fc.array(made, { maxLength: 6 }), list => {
      const turns = list.map(({ name, args }) => saying('', call(name, args)));
      const before = startWorld(suite, about);
      const [first, second] = [converse(suite, about, turns), converse(suite, about, turns)];
      expect(second).toEqual(first);
      expect(first.start).toEqual(before);
      // Changes say all there is to the difference between the worlds.
      const touched = new Set(first.calls.flatMap(({ changes }) => changes.map(({ entity }) => entity)));
      for (const [entity, is] of first.start) if (!touched.has(entity)) expect(first.end.get(entity)).toEqual(is);
    }),
    { seed: 8, numRuns: 300 },
  );
});
