import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { knowingTools, makeCases, readSuite, varyCase } from '../../src/suite/index.ts';

const shipped = ['devops', 'files', 'kubernetes', 'mail', 'http', 'small', 'agent'];
const suiteOf = (name: string) => readSuite(readFileSync(`suites/${name}.yaml`, 'utf8'), `suites/${name}.yaml`);

describe('cases of the shipped suites', () => {
  test.each(shipped)('%s: same seed, same cases, on every machine', async name => {
    const cases = makeCases(suiteOf(name), '1', 40);
    const lines = cases.map(
      one => `${one.id} ${one.scenario} ${JSON.stringify(one.levels)} ${one.messages[1]?.content}`,
    );
    await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`../golden/cases-${name}.txt`);
  });

  test('a longer list starts with the shorter one', () => {
    const suite = suiteOf('devops');
    expect(makeCases(suite, '7', 900).slice(0, 100)).toEqual(makeCases(suite, '7', 100));
  });

  test('ids are distinct and seeds differ', () => {
    const suite = suiteOf('devops');
    const ids = [...makeCases(suite, '1', 529), ...makeCases(suite, '2', 529)].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  test('devops is as large as promised', () => {
    const { scenarios, factors } = suiteOf('devops');
    expect(scenarios.length).toBeGreaterThanOrEqual(12);
    expect(Object.keys(factors).length).toBeGreaterThanOrEqual(7);
    expect(factors.user).toMatchObject({ kind: 'choice', levels: { length: 20 } });
    expect(factors.date).toMatchObject({ from: '2023-01-01', to: '2028-12-31' });
  });

  test('every pair of levels of two factors meets about equally often', () => {
    const cases = makeCases(suiteOf('devops'), '3', 529);
    const counts = new Map<string, number>();
    for (const { levels } of cases) {
      const key = `${levels.user} ${levels.environment}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
    // 20 users x 4 environments over 529 cases: 6.6 on average, and none is missing.
    expect(counts.size).toBe(80);
    expect(Math.min(...counts.values())).toBeGreaterThanOrEqual(1);
  });

  test('a tool that a scenario withholds is never offered there', () => {
    const cases = makeCases(suiteOf('devops'), '4', 1058).filter(({ scenario }) => scenario === 'restart-without-tool');
    expect(cases.length).toBeGreaterThan(20);
    for (const { tools } of cases) expect(tools.map(tool => tool.function.name)).not.toContain('restart_service');
  });
});

describe('varyCase', () => {
  test('changes the level and nothing else', () => {
    const suite = suiteOf('devops');
    const origin = makeCases(suite, '1', 20)[5];
    if (origin === undefined) throw new Error('no case');
    const varied = varyCase(suite, origin, { user: 'wendy' }, 999);
    expect(varied.slots).toEqual(origin.slots);
    expect(varied.messages[1]).toEqual(origin.messages[1]);
    expect(varied.messages[0]?.content).toBe(
      origin.messages[0]?.content.replace(origin.levels.user as string, 'wendy'),
    );
    expect(varied.id).not.toBe(origin.id);
    expect(varyCase(suite, origin, {}, 5)).toEqual(origin);
  });
});

test('a case can know how dangerous the tools are that it does not offer, and is the same case', () => {
  const suite = suiteOf('devops');
  const [about] = makeCases(suite, '1', 1);
  if (about === undefined) throw new Error('a case was asked for');
  const knowing = knowingTools(suite, about);
  expect(Object.keys(about.severity).length).toBeLessThan(Object.keys(suite.tools).length);
  expect(knowing.severity).toEqual(
    Object.fromEntries(Object.entries(suite.tools).map(([name, { severity }]) => [name, severity])),
  );
  expect({ ...knowing, severity: about.severity }).toEqual(about);
});
