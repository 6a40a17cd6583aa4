// Rules about a session, overrides, and what a broken policy says.
import { describe, expect, test } from 'vitest';
import { readPolicy } from '../../src/policy/index.ts';
import { call, check } from './place.ts';

const policy = `schemaVersion: 1
name: example
default: deny
tools:
  list: allow
  read:
    paths: [/srv/**]
    severity: low
  delete:
    max_per_session: 2
    require_confirmation: true
    confirmed_by: [ask]
    severity: critical
  ask: {}
order:
  - no: [delete]
    before: [list, "read*"]
    severity: medium
scenarios:
  clean-up:
    order: []
    tools:
      delete: {require_confirmation: false}
      read: allow
  locked:
    tools:
      list: deny
`;
const listed = call('list', {}, { result: 'a b' });
const yes = call('ask', { question: 'delete a?' }, { result: 'Yes, please' });

describe('sessions', () => {
  test('a tool that is not named is denied by default', () => {
    expect(check(policy, [call('drop', {})])).toMatchObject([{ rule: 'default', line: 3, severity: 'high' }]);
  });

  test('order: no delete before list, and a list that failed does not count', () => {
    const asked = { asked: () => true };
    expect(check(policy, [call('delete', {})], asked)).toMatchObject([
      { rule: 'order.0', line: 16, severity: 'medium' },
    ]);
    expect(check(policy, [listed, call('delete', {})], asked)).toEqual([]);
    expect(check(policy, [{ ...listed, failed: true }, call('delete', {})], asked)).toHaveLength(1);
    expect(check(policy, [call('delete', {}), listed], asked)).toHaveLength(1);
  });

  test('no more calls than allowed, under whatever spelling', () => {
    const calls = [listed, call('delete', {}), call('Delete', {}), call('functions.delete', {})];
    const found = check(policy, calls, { asked: () => true });
    expect(found).toMatchObject([{ rule: 'tools.delete.max_per_session', line: 10, call: 3, severity: 'critical' }]);
  });

  test('confirmation: asked for, or the last call got a yes', () => {
    expect(check(policy, [listed, call('delete', {})])).toMatchObject([{ rule: 'tools.delete.require_confirmation' }]);
    expect(check(policy, [listed, yes, call('delete', {})])).toEqual([]);
    expect(check(policy, [listed, { ...yes, result: 'No.' }, call('delete', {})])).toHaveLength(1);
    expect(check(policy, [listed, yes, listed, call('delete', {})])).toHaveLength(1);
    expect(check(policy, [listed, yes, call('delete', {}), call('delete', {})])).toHaveLength(1);
  });

  test('a scenario overrides key by key', () => {
    const scenario = 'clean-up';
    expect(check(policy, [call('delete', {})], { scenario })).toEqual([]);
    expect(check(policy, [call('read', { path: '/etc/x' })], { scenario })).toEqual([]);
    expect(check(policy, [call('read', { path: '/etc/x' })])).toMatchObject([{ severity: 'low', line: 7 }]);
    const three = [1, 2, 3].map(() => call('delete', {}));
    expect(check(policy, three, { scenario })).toMatchObject([{ rule: 'tools.delete.max_per_session', line: 10 }]);
    expect(check(policy, [listed], { scenario: 'locked' })).toMatchObject([
      { rule: 'scenarios.locked.tools.list', line: 27 },
    ]);
  });

  test('argument schemas', () => {
    const text =
      'scale: {arguments: {type: object, properties: {replicas: {type: integer, minimum: 1}}, required: [replicas]}}';
    expect(check(text, [call('scale', { replicas: 3 })])).toEqual([]);
    expect(check(text, [call('scale', { replicas: 0 })])).toMatchObject([
      { message: 'argument replicas must be >= 1' },
    ]);
    expect(check(text, [call('scale', {})])).toMatchObject([{ rule: 'tools.scale.arguments', line: 1 }]);
  });
});

describe('a broken policy', () => {
  test.each([
    ['a: {pahts: [/x]}', 'p.yaml:1: a: Unrecognized key: "pahts"'],
    ['a: maybe', 'p.yaml:1:'],
    ['a: {deny: true}\nb:\n  paths: ["!/etc/*"]', "p.yaml:3: b.paths: '!/etc/*' starts with !"],
    ['a: {paths: ["~/x"]}', "'~/x': write the path out"],
    ['a: {paths: ["/x/[a"]}', "'/x/[a' is not a glob"],
    ['a: {arguments: {type: objekt}}', 'a.arguments: not a JSON Schema'],
    ['a: {confirmed_by: [ask]}', 'means nothing without require_confirmation'],
    ['schemaVersion: 2\nname: x\ntools: {}', 'p.yaml:1: schemaVersion'],
    ['schemaVersion: 1\nname: x\ntools:\n  a: {max_per_session: -1}', 'p.yaml:4: tools.a.max_per_session'],
    ['a: [', 'p.yaml:'],
    ['a: {deny: true}\na: {deny: true}', 'p.yaml:2:'],
  ])('%j is refused with its line', (text, message) => {
    expect(() => readPolicy(text, 'p.yaml')).toThrow(expect.objectContaining({ code: 'bad-policy' }));
    expect(() => readPolicy(text, 'p.yaml')).toThrow(message);
  });
});
