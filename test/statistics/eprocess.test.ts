import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  anytimeAlarm,
  bettingProcess,
  clopperPearson,
  createRandom,
  hypothesisWeight,
  mixtureEValue,
} from '../../src/statistics/index.ts';
import { expectClose } from './close.ts';

const plain = { shift: 0, scale: 1 };
const nat = { shift: 1, scale: 2 };

describe('the process', () => {
  test('by hand: g = 1, -1, 0.5', () => {
    // lambda: .5/1, 1.5/2, .5/3. E: 1.5, 1.5 * .25, 1.5 * .25 * (1 + 1/12).
    const { path, bets, runningMaximum, eValue } = bettingProcess([5, -3, 2], nat);
    expect(Array.from(bets)).toEqual([0.5, 0.75, 0.5 / 3]);
    expectClose(path[0]!, 1.5);
    expectClose(path[1]!, 0.375);
    expectClose(path[2]!, 0.375 * (1 + 0.5 * (0.5 / 3)));
    expect(runningMaximum.map(value => Math.round(value * 10))).toEqual(Float64Array.of(15, 15, 15));
    expect(eValue).toBe(path[2]);
  });

  test('strong effects reach 20, 100 and 1000 after 6, 8 and 12 pairs', () => {
    const process = bettingProcess(new Array<number>(20).fill(9), nat);
    expect([0.05, 0.01, 0.001].map(alpha => anytimeAlarm(process, alpha))).toMatchObject([
      { kind: 'alarm', pairs: 6 },
      { kind: 'alarm', pairs: 8 },
      { kind: 'alarm', pairs: 12 },
    ]);
  });

  test('no pairs are no evidence, and none in long runs is beyond numbers', () => {
    expect(bettingProcess([], nat).eValue).toBe(1);
    const long = bettingProcess(new Array<number>(3000).fill(9), nat);
    expect(long.eValue).toBe(Number.MAX_VALUE);
    expect(long.logPath.at(-1)).toBeGreaterThan(1900);
    const against = bettingProcess(new Array<number>(3000).fill(-9), nat);
    expect(against.eValue).toBeGreaterThan(0);
    expect(against.runningMaximum.at(-1)).toBe(1);
  });

  test('positive, bets in [0, 0.9] that know only earlier pairs, maximum never falls', () => {
    const differences = fc.array(fc.double({ min: -30, max: 30, noNaN: true }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(differences, fc.nat(39), (list, cut) => {
        const whole = bettingProcess(list, nat);
        const start = bettingProcess(list.slice(0, cut), nat);
        expect(whole.path.subarray(0, start.path.length)).toEqual(start.path);
        whole.path.forEach((e, n) => {
          expect(e).toBeGreaterThan(0);
          expect(whole.bets[n]! >= 0 && whole.bets[n]! <= 0.9).toBe(true);
          expect(whole.runningMaximum[n]).toBe(Math.max(1, ...whole.path.subarray(0, n + 1)));
        });
      }),
    );
  });
});

describe('validity under the null', () => {
  test('exactly: the mean of E over all 2^12 fair or skewed outcomes is 1', () => {
    for (const [win, lose, chance] of [
      [1, -1, 0.5],
      [0.75, -0.25, 0.25],
      [0.1, -0.9, 0.9],
    ] as const) {
      let mean = 0;
      for (let outcome = 0; outcome < 2 ** 12; outcome++) {
        const wins = Array.from({ length: 12 }, (_, n) => ((outcome >> n) & 1) === 1);
        const probability = wins.reduce((product, won) => product * (won ? chance : 1 - chance), 1);
        mean +=
          probability *
          bettingProcess(
            wins.map(won => (won ? win : lose)),
            plain,
          ).eValue;
      }
      expectClose(mean, 1, 1e-10);
    }
  });

  test('the chance of ever reaching 20 in 200 pairs is at most 5%, also when pairs depend on the past', () => {
    const random = createRandom('null pairs');
    let alarms = 0;
    for (let round = 0; round < 2000; round++) {
      const differences: number[] = [];
      for (let pair = 0; pair < 200; pair++) {
        // Wins are rarer the larger they are; how large depends on what was last seen. The mean is always 0.
        const size = (differences.at(-1) ?? 0) > 0 ? 0.9 : 0.3;
        differences.push(random.next() < 0.3 / (0.3 + size) ? size : -0.3);
      }
      if (anytimeAlarm(bettingProcess(differences, plain), 0.05).kind === 'alarm') alarms++;
    }
    expect(clopperPearson(alarms, 2000, 0.99)[0]).toBeLessThanOrEqual(0.05);
    expect(alarms).toBeGreaterThan(0);
  });
});

describe('several hypotheses', () => {
  test('weights of all hypotheses sum to 1', () => {
    const sum = Array.from({ length: 100_000 }, (_, h) => hypothesisWeight(h + 1)).reduce((a, b) => a + b, 0);
    expect(sum).toBeLessThan(1);
    expect(sum).toBeCloseTo(1, 4);
  });

  test('a mixture of no evidence is no evidence; weights not used count as 1', () => {
    expectClose(mixtureEValue([1, 1, 1], [0.2, 0.3, 0.5]), 1);
    expectClose(mixtureEValue([10, 1], [0.5, 0.25]), 5.5);
    expect(mixtureEValue([], [])).toBe(1);
  });

  test('a weight delays the alarm', () => {
    const process = bettingProcess(new Array<number>(20).fill(9), nat);
    const pairs = [1, 2, 10].map(h => anytimeAlarm(process, 0.05, hypothesisWeight(h)));
    expect(pairs).toMatchObject([{ pairs: 7 }, { pairs: 9 }, { pairs: 14 }]);
    expect(anytimeAlarm(bettingProcess([9], nat), 0.05)).toEqual({ kind: 'none' });
  });
});

test('impossible input is a programming error', () => {
  for (const wrong of [
    () => bettingProcess([1], { shift: 0, scale: 0 }),
    () => bettingProcess([Number.NaN], plain),
    () => hypothesisWeight(0),
    () => mixtureEValue([1], [0.5, 0.5]),
    () => mixtureEValue([1, 1], [0.7, 0.7]),
    () => mixtureEValue([-1], [0.5]),
    () => anytimeAlarm(bettingProcess([1], plain), 5),
  ]) {
    expect(wrong).toThrow(RangeError);
  }
});
