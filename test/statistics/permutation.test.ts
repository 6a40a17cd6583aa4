import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  clopperPearson,
  createRandom,
  type IndexSet,
  largestZ,
  maxT,
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

  test('the largest z needs no relabelling', () => {
    fc.assert(
      fc.property(data, ({ y, seed }) => {
        const { strata, sets } = build(y, seed);
        const tested = zs(maxT(Float64Array.from(y), strata, sets, 1, createRandom(1))).filter(z => z !== undefined);
        const most = tested.length === 0 ? undefined : Math.max(...tested);
        expect(largestZ(Float64Array.from(y), strata, sets)).toBe(most);
      }),
    );
  });

  test('relabelling stops where nothing of interest can come, and what was made until then is the same', () => {
    fc.assert(
      fc.property(data, fc.double({ min: 0.01, max: 1, noNaN: true }), ({ y, seed }, ofInterest) => {
        const { strata, sets } = build(y, seed);
        const values = Float64Array.from(y);
        const whole = maxT(values, strata, sets, 60, createRandom(seed));
        const { sets: results, nullMaxima } = maxT(values, strata, sets, 60, createRandom(seed), { ofInterest });
        results.forEach((result, index) => {
          const full = whole.sets[index];
          if (result.kind !== 'tested' || full?.kind !== 'tested') return;
          if (nullMaxima.length < 60) expect([full.pValue, result.pValue].every(p => p > ofInterest)).toBe(true);
          else expect(result).toEqual(full);
        });
      }),
    );
  });

  test('each relabelling is a relabelling: its maximum is that of some order within strata', () => {
    // Two strata of 3 and 2: 12 orders, and each of them comes.
    const y = Float64Array.of(0, 3, 9, 1, 5);
    const strata = Int32Array.of(0, 0, 0, 1, 1);
    const order = Int32Array.of(4, 0, 1, 2, 3);
    const sets: IndexSet[] = [members(0, 3), members(1), { kind: 'range', order, from: 0, to: 2 }];
    const of = (a: number[], b: number[]) =>
      largestZ(Float64Array.of(...[...a, ...b].map(at => y[at]!)), strata, sets)!.toFixed(9);
    const threes = [0, 1, 2].flatMap(a => [0, 1, 2].filter(b => b !== a).map(b => [a, b, 3 - a - b]));
    const possible = threes.flatMap(three => [of(three, [3, 4]), of(three, [4, 3])]);
    const { nullMaxima } = maxT(y, strata, sets, 2000, createRandom('orders'));
    expect(new Set(Array.from(nullMaxima, z => z.toFixed(9)))).toEqual(new Set(possible));
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

  test('5% nominal is within the 99% interval of 500 nulls', () => {
    const random = createRandom('false-alarms/greater');
    let alarms = 0;
    for (let round = 0; round < 500; round++) {
      const { y, strata, sets } = nullData(random);
      const results = maxT(y, strata, sets, 199, random).sets;
      if (results.some(result => result.kind === 'tested' && result.pValue <= 0.05)) alarms++;
    }
    const [low, high] = clopperPearson(alarms, 500, 0.99);
    expect([low <= 0.05, high >= 0.05]).toEqual([true, true]);
  });

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
