import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  clopperPearson,
  createRandom,
  type IndexSet,
  maxT,
  maxTColumns,
  type Random,
} from '../../src/statistics/index.ts';

const members = (...list: number[]): IndexSet => ({ kind: 'members', members: Int32Array.from(list) });
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index);
const someOf = (random: Random, count: number, size: number) => members(...random.shuffle(upTo(count)).slice(0, size));

describe('the statistic', () => {
  test('by hand: residuals, permutation variance and z of two strata', () => {
    // Strata {0, 1, 2}: 0, 3, 6 -> -3, 0, 3; {3, 4}: 1, 3 -> -1, 1. Set {2, 4}: T = 4.
    // V = 1 * 2 / (3 * 2) * 18 + 1 * 1 / (2 * 1) * 2 = 7.
    const y = Float64Array.of(0, 3, 6, 1, 3);
    const [result] = maxT(y, Int32Array.of(5, 5, 5, -1, -1), [members(2, 4)], 10, createRandom(1)).sets;
    expect(result).toMatchObject({ kind: 'tested', sum: 4, size: 2 });
    expect(result?.kind === 'tested' && result.z).toBeCloseTo(4 / Math.sqrt(7), 12);
  });

  test('p approaches the share of all relabellings: one set of 2 in 6', () => {
    // 15 equally likely pairs; the two largest of 0, 1, 2, 4, 8, 16 are chosen by 1 of them, {8, 4} or more by 6 of 15.
    const y = Float64Array.of(0, 1, 2, 4, 8, 16);
    const p = (...set: number[]) => {
      const [result] = maxT(y, new Int32Array(6), [members(...set)], 20_000, createRandom('exact')).sets;
      return result?.kind === 'tested' ? result.pValue : 1;
    };
    expect(p(4, 5)).toBeCloseTo(1 / 15, 2);
    expect(p(3, 4)).toBeCloseTo(6 / 15, 1.5);
    expect(p(0, 1)).toBe(1);
  });

  test('whole strata, constant values and empty sets have no statistic, and no null distribution', () => {
    const strata = Int32Array.of(0, 0, 1, 1);
    const { sets, nullMaxima } = maxT(
      Float64Array.of(1, 2, 3, 4),
      strata,
      [members(0, 1), members()],
      50,
      createRandom(1),
    );
    expect(sets).toEqual([{ kind: 'undetermined' }, { kind: 'undetermined' }]);
    expect(nullMaxima.length).toBe(0);
    const constant = maxT(new Float64Array(4).fill(0.1), strata, [members(0)], 50, createRandom(1));
    expect(constant.sets).toEqual([{ kind: 'undetermined' }]);
  });

  test('a set without variance does not disturb the others', () => {
    const random = createRandom('mixed');
    const y = Float64Array.from({ length: 30 }, () => random.next());
    const strata = Int32Array.from(y, (_, index) => index % 3);
    const whole = members(...upTo(30).filter(index => index % 3 === 0));
    const alone = maxT(y, strata, [members(4, 5)], 200, createRandom(1));
    const both = maxT(y, strata, [whole, members(4, 5)], 200, createRandom(1));
    expect(both.sets[1]).toEqual(alone.sets[0]);
    expect(both.nullMaxima).toEqual(alone.nullMaxima);
  });
});

describe('properties', () => {
  const data = fc.record({
    y: fc.array(fc.integer({ min: -50, max: 50 }), { minLength: 12, maxLength: 40 }),
    seed: fc.integer(),
  });
  const build = (y: readonly number[], seed: number) => {
    const random = createRandom(seed);
    const strata = Int32Array.from(y, () => random.integer(3));
    const sets = upTo(8).map(() => someOf(random, y.length, 1 + random.integer(6)));
    return { strata, sets };
  };
  const zs = (results: ReturnType<typeof maxT>) => results.sets.map(set => (set.kind === 'tested' ? set.z : undefined));

  test('p is in (0, 1], falls as z grows, and the maxima are sorted', () => {
    fc.assert(
      fc.property(data, ({ y, seed }) => {
        const { strata, sets } = build(y, seed);
        const results = maxT(Float64Array.from(y), strata, sets, 60, createRandom(seed));
        const tested = results.sets.flatMap(set => (set.kind === 'tested' ? [set] : [])).toSorted((a, b) => a.z - b.z);
        tested.forEach((set, index) => {
          expect(set.pValue).toBeGreaterThanOrEqual(1 / 61);
          expect(set.pValue).toBeLessThanOrEqual(tested[index - 1]?.pValue ?? 1);
        });
        expect(results.nullMaxima).toEqual(results.nullMaxima.toSorted());
      }),
    );
  });

  test('shifting a stratum or scaling all values changes nothing', () => {
    fc.assert(
      fc.property(
        data,
        fc.integer({ min: -99, max: 99 }),
        fc.integer({ min: 2, max: 9 }),
        ({ y, seed }, shift, factor) => {
          const { strata, sets } = build(y, seed);
          const moved = y.map((value, index) => factor * value + (strata[index] === 0 ? shift : 0));
          const before = zs(maxT(Float64Array.from(y), strata, sets, 5, createRandom(1)));
          const after = zs(maxT(Float64Array.from(moved), strata, sets, 5, createRandom(1)));
          before.forEach((z, index) => {
            if (z === undefined) expect(after[index]).toBeUndefined();
            else expect(after[index]).toBeCloseTo(z, 8);
          });
        },
      ),
    );
  });

  test('the order of observations does not change z', () => {
    fc.assert(
      fc.property(data, ({ y, seed }) => {
        const { strata, sets } = build(y, seed);
        const places = createRandom(`${seed}/order`).shuffle(upTo(y.length));
        const moved = new Float64Array(y.length);
        const movedStrata = new Int32Array(y.length);
        places.forEach((to, from) => {
          moved[to] = y[from]!;
          movedStrata[to] = strata[from]!;
        });
        const movedSets = sets.map(set =>
          set.kind === 'members' ? members(...Array.from(set.members, index => places[index]!)) : set,
        );
        const before = zs(maxT(Float64Array.from(y), strata, sets, 5, createRandom(1)));
        const after = zs(maxT(moved, movedStrata, movedSets, 5, createRandom(1)));
        before.forEach((z, index) => {
          if (z === undefined) expect(after[index]).toBeUndefined();
          else expect(after[index]).toBeCloseTo(z, 8);
        });
      }),
    );
  });

  test('two-sided: a column and its negative are the same, and smaller values are found', () => {
    const random = createRandom('sides');
    const y = Float64Array.from({ length: 60 }, (_, index) => random.next() - (index < 6 ? 2 : 0));
    const sets = [members(0, 1, 2, 3, 4, 5), members(7, 8, 9)];
    const two = { alternative: 'two-sided' } as const;
    const [a, b] = maxTColumns([y, y.map(value => -value)], new Int32Array(60), sets, 999, createRandom(1), two);
    expect(a?.nullMaxima.map(value => Math.round(value * 1e9))).toEqual(
      b?.nullMaxima.map(value => Math.round(value * 1e9)),
    );
    expect(a?.sets[0]).toMatchObject({ pValue: 0.001 });
    expect(maxT(y, new Int32Array(60), sets, 999, createRandom(1)).sets[0]).toMatchObject({ pValue: 1 });
  });

  test('columns share relabellings: each equals its own test with the same seed', () => {
    const random = createRandom('columns');
    const columns = upTo(3).map(() => Float64Array.from({ length: 50 }, () => random.next()));
    const strata = Int32Array.from({ length: 50 }, (_, index) => index % 4);
    const sets = upTo(10).map(() => someOf(random, 50, 5));
    const together = maxTColumns(columns, strata, sets, 100, createRandom('same'));
    columns.forEach((column, index) => {
      expect(together[index]).toEqual(maxT(column, strata, sets, 100, createRandom('same')));
    });
  });
});

describe('error rates by simulation', () => {
  /** Skewed values whose level depends on the stratum, sets that are confounded with strata. */
  function nullData(random: Random) {
    const strata = Int32Array.from({ length: 90 }, () => random.integer(6));
    const y = Float64Array.from(strata, stratum => 3 * stratum - Math.log(1 - random.next()) * (1 + stratum));
    const confounded = members(...upTo(90).filter(index => strata[index]! >= 3 && random.next() < 0.7));
    const order = Int32Array.from(random.shuffle(upTo(90)));
    const windows = upTo(30).map((from): IndexSet => ({ kind: 'range', order, from: 2 * from, to: 2 * from + 12 }));
    return { strata, y, sets: [confounded, ...upTo(30).map(() => someOf(random, 90, 4)), ...windows] };
  }

  test.each(['greater', 'two-sided'] as const)(
    '%s: 5%% nominal is within the 99%% interval of 500 nulls',
    alternative => {
      const random = createRandom(`false-alarms/${alternative}`);
      let alarms = 0;
      for (let round = 0; round < 500; round++) {
        const { y, strata, sets } = nullData(random);
        const results = maxT(y, strata, sets, 199, random, { alternative }).sets;
        if (results.some(result => result.kind === 'tested' && result.pValue <= 0.05)) alarms++;
      }
      const [low, high] = clopperPearson(alarms, 500, 0.99);
      expect([low <= 0.05, high >= 0.05]).toEqual([true, true]);
    },
  );

  test('a planted set of 8 in 200, two standard deviations up, is the one found', () => {
    const random = createRandom('planted');
    let found = 0;
    for (let round = 0; round < 40; round++) {
      const strata = Int32Array.from({ length: 200 }, () => random.integer(10));
      const y = Float64Array.from({ length: 200 }, (_, index) => 3.5 * random.next() + (index < 8 ? 2 : 0));
      const sets = [members(...upTo(8)), ...upTo(100).map(() => someOf(random, 200, 8))];
      const [first, ...rest] = maxT(y, strata, sets, 199, random).sets.map(set =>
        set.kind === 'tested' ? set.pValue : 1,
      );
      if (first! <= 0.05 && rest.every(p => p >= first!)) found++;
    }
    expect(found).toBeGreaterThanOrEqual(38);
  });
});

test('impossible input is a programming error', () => {
  const y = Float64Array.of(1, 2, 3);
  const strata = new Int32Array(3);
  const order = Int32Array.of(0, 1, 2);
  for (const wrong of [
    () => maxT(y, new Int32Array(2), [], 9, createRandom(1)),
    () => maxT(Float64Array.of(1, Number.NaN, 3), strata, [], 9, createRandom(1)),
    () => maxT(y, strata, [], 0, createRandom(1)),
    () => maxT(y, strata, [members(3)], 9, createRandom(1)),
    () => maxT(y, strata, [{ kind: 'range', order, from: 1, to: 4 }], 9, createRandom(1)),
  ]) {
    expect(wrong).toThrow(RangeError);
  }
});
