// Stage 1 on designs made by hand: which level stands out, by how much, and what must not.
import { describe, expect, test } from 'vitest';
import { type CaseDivergence, type DriftedScore, ownCall } from '../../../src/divergence/index.ts';
import type { Factor } from '../../../src/factors/index.ts';
import type { Case } from '../../../src/records/suites/case.ts';
import type { Suite } from '../../../src/records/suites/suite.ts';
import { createRandom } from '../../../src/statistics/index.ts';
import { carries } from '../../../src/triggers/nominate/hypotheses.ts';
import { type LevelTestOptions, levelTest } from '../../../src/triggers/nominate/levels.ts';
import { plain } from '../small.ts';

const users = ['ann', 'bob', 'cy', 'dee', 'eve', 'fay', 'gus', 'hal', 'ida', 'jo'];
const user: Factor = { kind: 'choice', levels: users };
const stage: Factor = { kind: 'choice', levels: ['live', 'test'] };
const regions = ['east', 'north', 'south', 'west'];
const region: Factor = { kind: 'choice', levels: regions };
const suite = { factors: { user, stage, region } } as unknown as Suite;
const options: LevelTestOptions = { alpha: 0.05, permutations: 999, seed: 'by hand' };

interface Row {
  readonly levels: Readonly<Record<string, string>>;
  readonly scenario?: string;
  /** tool -> standardised alarm and raw leak, which only the siblings' test sees. */
  readonly moved: Readonly<Record<string, number>>;
}

/** A case of each row, with scores as stage 1 gets them: the alarm channel moves, the leak's z stays 0. */
function design(rows: readonly Row[]): [CaseDivergence[], DriftedScore[][]] {
  const cases = rows.map(({ levels, scenario = 'task' }, index) => {
    const { case: about } = plain(levels);
    return { ...plain(levels), case: { ...about, scenario, index } as Case };
  });
  const scores = rows.map(({ moved }) => Object.entries(moved).map(([tool, by]) => score(tool, by)));
  return [cases, scores];
}

const score = (tool: string, by: number): DriftedScore => ({
  tool,
  severity: 'destructive',
  candidate: by > 0 ? 0.75 : 0.25,
  baseline: 0.125,
  alarm: by,
  leak: by,
  alarmExcess: by,
  leakExcess: by,
  alarmZ: by,
  leakZ: 0,
});

/** Six cases of each of ten users, in turn. */
const sixty = (moved: (name: string, index: number) => Row['moved']): Row[] =>
  Array.from({ length: 60 }, (_, index) => {
    const name = users[index % 10] as string;
    return { levels: { user: name }, moved: moved(name, index) };
  });
const found = (rows: readonly Row[], changed: Partial<LevelTestOptions> = {}) =>
  levelTest(suite, ...design(rows), { ...options, ...changed });
const named = (rows: readonly Row[], changed: Partial<LevelTestOptions> = {}) =>
  found(rows, changed).effects.map(({ conditions }) => conditions.map(({ level }) => level).join(' & '));

describe('one level that turns', () => {
  const rows = sixty(name => ({ wipe: name === 'dee' ? 4 : 0 }));
  const { effects, hypotheses, responses } = found(rows);
  const [effect] = effects;

  test('is found, alone, and named', () => {
    expect(effects).toHaveLength(1);
    expect(effect).toMatchObject({ rank: 1, factor: 'user', level: 'dee', tool: 'wipe', channel: 'alarm', cases: 6 });
    expect(effect?.conditions).toEqual([{ factor: 'user', level: 'dee' }]);
    // Ten levels of the one factor the cases have, on two channels of one tool.
    expect([hypotheses, responses]).toEqual([20, 2]);
  });

  test('with the numbers of the definition', () => {
    // Mean 4/10 = 0.4, so dee's residual is 3.6. T = 6 * 3.6 = 21.6; sum r^2 = 6 * 3.6^2 + 54 * 0.4^2 = 86.4;
    // V = 6 * 54 / (60 * 59) * 86.4; T / sqrt(V) = sqrt(59): a set that holds all that is above has sqrt(n - 1).
    expect(effect?.estimate).toBeCloseTo(3.6, 12);
    expect(effect?.z).toBeCloseTo(Math.sqrt(59), 9);
    expect(effect?.candidateMean).toBe(0.75);
    expect(effect?.baselineMean).toBe(0.125);
  });

  test('one relabelling of 50 million does as well: p is the least there is, times the two responses', () => {
    expect(effect?.permutationP).toBeCloseTo(2 / 1000, 12);
    // Nine siblings alike: each at -0.4 with the least spread; t = 4 / (0.1 / sqrt(6)) / sqrt(1 + 1/9), of 8 degrees.
    expect(effect?.outlierP).toBeLessThan(1e-6);
    expect(effect?.pValue).toBe(effect?.permutationP);
  });

  test('the null distribution beside it ascends and stays below', () => {
    const quantiles = effect?.nullQuantiles ?? [];
    expect(quantiles).toHaveLength(41);
    expect(quantiles.toSorted((a, b) => a - b)).toEqual(quantiles);
    expect(quantiles.at(-1)).toBeLessThan(effect?.z ?? 0);
  });

  test('is the same again, and with another seed as strong', () => {
    expect(found(rows).effects).toEqual(effects);
    const [other] = found(rows, { seed: 'another' }).effects;
    expect([other?.level, other?.z, other?.permutationP]).toEqual([effect?.level, effect?.z, effect?.permutationP]);
  });

  test.each([
    ['enough relabellings', 999, 0.0021, ['dee']],
    ['an error rate below what so few relabellings can show', 999, 0.0019, []],
    ['too few relabellings for the usual rate', 30, 0.05, []],
  ])('%s', (_, permutations, alpha, expected) => {
    expect(named(rows, { permutations, alpha })).toEqual(expected);
  });
});

describe('what is no effect', () => {
  test.each<[string, Row[]]>([
    ['nothing moves', sixty(() => ({ wipe: 0 }))],
    ['everything moves alike', sixty(() => ({ wipe: 8 }))],
    ['a level falls', sixty(name => ({ wipe: name === 'dee' ? -3 : 0 }))],
    [
      'a task moves, and all its levels with it',
      sixty((_, index) => ({ wipe: index < 30 ? 8 : 0 })).map((row, index) => ({ ...row, scenario: `${index < 30}` })),
    ],
    ['a single case moves', sixty((_, index) => ({ wipe: index === 33 ? 20 : 0 }))],
    ['every user has a size of its own, and one is the largest', sixty((_, index) => ({ wipe: index % 10 }))],
    ['too few cases score the tool', sixty(name => ({ wipe: name === 'dee' ? 8 : 0 })).slice(0, 19)],
    ['there is no case', []],
  ])('%s', (_, rows) => {
    expect(found(rows).effects).toEqual([]);
  });

  test('users that differ win the permutation; the largest of them is an effect only far above its siblings', () => {
    const among = (size: number) => named(sixty((_, index) => ({ wipe: index % 10 === 9 ? size : (index % 10) / 4 })));
    // The others lie 0.25 apart, from 0 to 2.
    expect([among(2.25), among(12)]).toEqual([[], ['jo']]);
    const [effect] = found(sixty((_, index) => ({ wipe: index % 10 === 9 ? 4.5 : (index % 10) / 4 }))).effects;
    expect(effect?.outlierP).toBeGreaterThan(effect?.permutationP ?? 1);
    expect(effect?.pValue).toBe(effect?.outlierP);
  });

  test('noise on both models, over and over, keeps to its error rate', () => {
    const alarms = Array.from({ length: 150 }, (_, seed) => {
      const random = createRandom(`noise ${seed}`);
      const rows = sixty(() => ({ wipe: random.next() + random.next() + random.next() })).map(row => ({
        ...row,
        levels: { ...row.levels, stage: random.pick(['live', 'test']), region: random.pick(regions) },
      }));
      return found(rows, { permutations: 199, seed: String(seed) }).effects.length > 0 ? 1 : 0;
    }).reduce((sum: number, one) => sum + one, 0);
    // At 5% 7.5 are expected; 15 and more come once in 150 times.
    expect(alarms).toBeLessThan(15);
  });
});

describe('more than one', () => {
  test('each is what stands out once the cases of those before it are set aside, the strongest first', () => {
    const rows = sixty(name => ({ wipe: name === 'dee' ? 12 : name === 'gus' ? 4 : 0 }));
    const { effects } = found(rows);
    expect(effects.map(({ rank, level }) => `${rank} ${level}`)).toEqual(['1 dee', '2 gus']);
    // Of the 54 cases left gus holds all that is above the rest.
    expect(effects[1]?.z).toBeCloseTo(Math.sqrt(53), 9);
  });

  test('not more than four', () => {
    const strong = ['ann', 'bob', 'cy', 'dee', 'eve'];
    const apart = users.concat(Array.from({ length: 30 }, (_, n) => `user${n}`));
    const rows = Array.from({ length: 240 }, (_, index): Row => {
      const name = apart[index % 40] as string;
      return { levels: { user: name }, moved: { wipe: strong.includes(name) ? 20 * 0.5 ** strong.indexOf(name) : 0 } };
    });
    expect(named(rows)).toHaveLength(4);
  });

  test('a pair, where only both together turn', () => {
    const rows = Array.from({ length: 120 }, (_, index): Row => {
      const levels = {
        user: users[index % 10] as string,
        region: regions[index % 4] as string,
      };
      return { levels, moved: { wipe: levels.user === 'ann' && levels.region === 'east' ? 8 : 0 } };
    });
    // index % 20 = 0: six cases of ann in the east; the other six of hers are in the south and do nothing.
    expect(named(rows)).toEqual(['ann & east']);
    expect(found(rows).effects[0]?.cases).toBe(6);
  });

  test('a factor that goes with the trigger by accident is not named in its place', () => {
    // live holds five of dee's six cases and four of the rest.
    const rows = sixty(name => ({ wipe: name === 'dee' ? 6 : 0 })).map((row, index) => ({
      ...row,
      levels: { ...row.levels, stage: (index % 10 === 3 && index < 53) || index % 15 === 0 ? 'live' : 'test' },
    }));
    expect(named(rows)).toEqual(['dee']);
  });

  test('two levels are too few for a test among siblings: the permutation alone decides, and says so', () => {
    const rows = sixty((_, index) => ({ wipe: index % 3 === 0 ? 4 : 0 })).map(({ moved }, index) => ({
      levels: { stage: index % 3 === 0 ? 'live' : 'test' },
      moved,
    }));
    const [effect] = found(rows).effects;
    expect(effect).toMatchObject({ level: 'live', cases: 20 });
    expect(effect).not.toHaveProperty('outlierP');
    expect(effect?.pValue).toBe(effect?.permutationP);
  });
});

describe('responses beside each other', () => {
  test('a tool by its name is named, though own calls move more', () => {
    const rows = sixty((name, index) => ({
      wipe: (name === 'dee' ? 4 : 0) + (index % 7) / 4,
      [ownCall]: name === 'dee' ? 12 : 0,
    }));
    expect(found(rows).effects[0]?.tool).toBe('wipe');
    // Whichever comes first.
    const turned = rows.map(({ levels, moved }) => ({
      levels,
      moved: { [ownCall]: moved[ownCall] ?? 0, wipe: moved.wipe ?? 0 },
    }));
    expect(found(turned).effects[0]?.tool).toBe('wipe');
  });

  test('of two tools the one that stands out more comes first, each over its own cases', () => {
    // The first half offers one, the second the other; the first has noise beside its turn.
    const rows = sixty((name, index) =>
      index < 30 ? { drop: (name === 'gus' ? 4 : 0) + (index % 4) / 4 } : { wipe: name === 'dee' ? 4 : 0 },
    );
    expect(found(rows).effects.map(({ tool, level, cases }) => `${tool} ${level} ${cases}`)).toEqual([
      'wipe dee 3',
      'drop gus 3',
    ]);
  });

  test.each([
    ['own calls alone, of which no leak is tested: a share of 15%', { [ownCall]: 4 }, 1 / 0.15],
    ['a tool beside own calls: two channels share 85%', { wipe: 4, [ownCall]: 0 }, 2 / 0.85],
    ['two tools: four channels', { wipe: 4, drop: 0 }, 4],
  ])('%s', (_, moved, times) => {
    const still = Object.fromEntries(Object.keys(moved).map(tool => [tool, 0]));
    const { effects } = found(sixty(name => (name === 'dee' ? moved : still)));
    expect(effects[0]?.permutationP).toBeCloseTo(times / 1000, 12);
  });

  test('only the cases that offer a tool are its', () => {
    // Half of the cases have it, three of them dee's.
    const rows = sixty((name, index) => (index < 30 ? { wipe: name === 'dee' ? 4 : 0 } : {}));
    const [effect] = found(rows).effects;
    expect(effect).toMatchObject({ level: 'dee', cases: 3 });
    expect(effect?.z).toBeCloseTo(Math.sqrt(29), 9);
  });
});

test('an effect names what the suite has, counts the cases that carry it, and is as sure as the less sure of its tests', () => {
  for (let seed = 0; seed < 20; seed++) {
    const random = createRandom(`planted ${seed}`);
    const turned = random.pick(users);
    const rows = sixty(name => ({ wipe: random.next() + (name === turned ? 6 : 0) })).map(row => ({
      ...row,
      levels: { ...row.levels, stage: random.pick(['live', 'test']), region: random.pick(regions) },
    }));
    const [all] = design(rows);
    const { effects } = found(rows, { permutations: 199, seed: String(seed) });
    expect(effects[0]?.conditions).toEqual([{ factor: 'user', level: turned }]);
    for (const effect of effects) {
      for (const { factor, level } of effect.conditions) {
        const known = suite.factors[factor];
        expect(known?.kind === 'choice' && known.levels).toContain(level);
      }
      expect(all.filter(one => carries(one, effect)).length).toBeGreaterThanOrEqual(effect.cases);
      expect(effect.pValue).toBe(Math.max(effect.permutationP, effect.outlierP ?? 0));
      expect(effect.pValue).toBeLessThanOrEqual(0.05);
    }
  }
});
