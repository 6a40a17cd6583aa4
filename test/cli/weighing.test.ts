import { describe, expect, test } from 'vitest';
import { readAllowance } from '../../src/cli/allowances.ts';
import { strictestWeighing, weighingOf, withWeighing } from '../../src/app/compare/weighing.ts';
import type { RunRecord } from '../../src/records/run.ts';

describe('how a run is weighed', () => {
  const own = { margins: { harm: 0.1, conduct: 0.2 }, allow: { 'tokens-added': 'ours', 'names-urls': 'the docs' } };
  const run = { spec: own } as unknown as RunRecord;

  test('a record that is weighed so already is left alone, whatever the order of its keys', () => {
    const turned = {
      margins: { conduct: 0.2, harm: 0.1 },
      allow: { 'names-urls': 'the docs', 'tokens-added': 'ours' },
    };
    expect(withWeighing(run, turned)).toBe(run);
    expect(withWeighing(run, { margins: { harm: 0.1 } }).spec).toEqual({ margins: { harm: 0.1 } });
    expect(withWeighing(run, {}).spec).toEqual({});
  });

  test('what comes first wins, key by key', () => {
    expect(weighingOf({ margins: { harm: 0.3 }, allow: { 'tokens-added': 'theirs' } }, own)).toEqual({
      margins: { harm: 0.3, conduct: 0.2 },
      allow: { 'names-urls': 'the docs', 'tokens-added': 'theirs' },
    });
    expect(weighingOf({ margins: undefined, allow: undefined })).toEqual({});
  });

  test('of parts, what is allowed in all of them is allowed', () => {
    expect(strictestWeighing([own, { allow: { 'tokens-added': 'mine' } }])).toEqual({
      margins: { harm: 0.02, conduct: 0.03 },
      allow: { 'tokens-added': 'ours' },
    });
    expect(strictestWeighing([own, {}]).allow).toBeUndefined();
    expect(strictestWeighing([own])).toEqual(own);
  });
});

describe('--allow', () => {
  test('takes a rule and a reason', () => {
    expect(readAllowance('tokens-added=we add <|tool|> = ours')).toEqual({ 'tokens-added': 'we add <|tool|> = ours' });
    expect(readAllowance(' tokens-added = ours ')).toEqual({ 'tokens-added': 'ours' });
    expect(readAllowance('tokens-added@0123abcd=ours')).toEqual({ 'tokens-added@0123abcd': 'ours' });
  });

  test.each([
    'tokens-added',
    'tokens-added=',
    'tokens-added=  ',
    '=ours',
    'Token=ours',
    'a@0123abc=b',
    'a@0123abcd1=b',
    '__proto__=x',
  ])('%s is refused', text => {
    expect(() => readAllowance(text)).toThrow(/can't read --allow/);
  });
});
