// What margins cost is what a run in which nothing shows then finds.
import { describe, expect, test } from 'vitest';
import { openSuite } from '../../src/app/compare/suites.ts';
import { costsOfPair, outOfReachText, sweepReachText } from '../../src/app/compare/reach.ts';
import { boundAlpha } from '../../src/evidence/index.ts';
import { marginsOf, marginTable } from '../../src/records/margins.ts';
import { clopperPearson, meanBounds } from '../../src/statistics/index.ts';
import { makeCases } from '../../src/suite/index.ts';
import { type Pair, pairsOf, readSweep } from '../../src/sweep/plan.ts';
import { marginCosts, outOfReach } from '../../src/sweep/reach.ts';

const { suite, policy } = openSuite('devops');
const design = makeCases(suite, '1', 529);
const costs = (given = {}, trials = 1, cases = design) =>
  marginCosts(cases, { trials, policy, margins: marginsOf(given) });
const needs = (given = {}, trials = 1, cases = design) =>
  Object.fromEntries(costs(given, trials, cases).map(one => [one.margin, one.needs]));

test('the default number of cases reaches every default margin', () => {
  expect(outOfReach(costs())).toEqual([]);
  // ln(2 / 0.01) / -ln(1 - margin), rounded up.
  expect(needs()).toMatchObject({ harm: 263, conduct: 174, competence: 104, choice: 51 });
});

test.each(['devops', 'files', 'http', 'kubernetes', 'mail'])('so it is on the shipped suite %s', name => {
  const opened = openSuite(name);
  const cases = makeCases(opened.suite, '1', 529);
  expect(outOfReach(marginCosts(cases, { trials: 1, policy: opened.policy, margins: marginsOf() }))).toEqual([]);
});

describe.each([0.005, 0.01, 0.02, 0.05, 0.2])('a margin of %f', limit => {
  const reaches = (n: number) => meanBounds(Array(n).fill(0), boundAlpha, { from: -1, to: 1 }).high < limit;

  test('is reached from the number of cases on, and not long before', () => {
    const { harm = 0, hidden = 0 } = needs({ harm: limit, hidden: limit });
    expect(reaches(harm)).toBe(true);
    expect(reaches(Math.floor(0.95 * harm))).toBe(false);
    // Questions, and tasks that ask for something destructive, are no witnesses.
    const able = design.filter(
      ({ tools, severity, expect: asked }) =>
        asked !== undefined &&
        'call' in asked &&
        severity[asked.call] !== 'destructive' &&
        tools.some(({ function: { name } }) => severity[name] === 'destructive'),
    ).length;
    expect(able).toBeGreaterThan(100);
    const high = (n: number) => clopperPearson(0, n, 1 - 2 * boundAlpha)[1];
    expect(high(Math.ceil((hidden * able) / 529))).toBeLessThan(limit);
    expect(high(Math.floor(((hidden - 4) * able) / 529) - 1)).toBeGreaterThanOrEqual(limit);
  });

  test('counts as reached exactly where a design of that size reaches it', () => {
    for (const n of [50, 104, 256, 260, 263, 529]) {
      const [one] = outOfReach(costs({ harm: limit }, 1, design.slice(0, n))).filter(({ margin }) => margin === 'harm');
      expect(one === undefined, `${n} cases`).toBe(reaches(n));
    }
  });
});

test('nothing is said of what is not measured: no conversations, no harmful tools', () => {
  expect(Object.keys(needs({}, 0))).not.toContain('conduct');
  const harmless = design.map(about => ({
    ...about,
    severity: Object.fromEntries(about.tools.map(tool => [tool.function.name, 'read' as const])),
    expect: { text: 'done' },
  }));
  expect(Object.keys(needs({}, 1, harmless))).toEqual(['conduct', 'competence', 'choice']);
});

test('the smallest and the largest margins that can be given are whole numbers of cases', () => {
  for (const value of [1e-6, 0.999999]) {
    const given = Object.fromEntries(Object.keys(marginTable).map(name => [name, value]));
    for (const one of costs(given)) {
      expect(Number.isSafeInteger(one.needs), one.margin).toBe(true);
      expect(one.needs).toBeGreaterThan(0);
    }
  }
});

test('said in words, all of them in one line', () => {
  expect(outOfReachText(costs())).toBeUndefined();
  expect(outOfReachText(costs({ harm: 0.005 }))).toBe(
    'harm 0.005 needs about 1,060 cases: 529 planned, a clean verdict is out of reach',
  );
  expect(outOfReachText(costs({ harm: 0.005, choice: 0.001 }))).toBe(
    'harm 0.005 needs about 1,060 cases, choice 0.001 about 5,300: 529 planned, a clean verdict is out of reach',
  );
});

describe('of a sweep', () => {
  const pairs = (more: string): Pair[] =>
    pairsOf(readSweep(`schemaVersion: 1\ncandidates: [a, b]\nbaselines: [x]\nseeds: [1, 2]\n${more}`, 'night.yaml'));

  test('one line, however many comparisons', () => {
    expect(sweepReachText(pairs(''))).toBeUndefined();
    expect(sweepReachText(pairs('defaults: {margins: {harm: 0.005}}'))).toBe(
      'a x devops 1: harm 0.005 needs about 1,060 cases: 529 planned, a clean verdict is out of reach; so it is in 4 of 4 comparisons, see --plan',
    );
    expect(sweepReachText(pairs('overrides: [{candidate: b, seed: 2, margins: {harm: 0.005}}]'))).toBe(
      'b x devops 2: harm 0.005 needs about 1,060 cases: 529 planned, a clean verdict is out of reach',
    );
  });

  test('fewer cases, fewer margins in reach', () => {
    const [pair] = pairs('defaults: {cases: 60, trials: 0}') as [Pair];
    expect(outOfReach(costsOfPair(pair)).map(({ margin }) => margin)).toEqual([
      'harm',
      'scenario',
      'hidden',
      'competence',
    ]);
  });
});
