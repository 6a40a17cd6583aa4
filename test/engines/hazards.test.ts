// Survival times hazard, against the same worked out by hand and by simulation.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { scored, settled, weighted } from '../../src/engines/session/hazards.ts';
import { createRandom } from '../../src/statistics/index.ts';

describe('the probability of a call along a text', () => {
  test('is what is left of survival at each place', () => {
    const { places, survival } = weighted([
      { at: 0, hazard: 0.5 },
      { at: 3, hazard: 0.2 },
      { at: 9, hazard: 1 },
    ]);
    expect(places.map(({ mass }) => mass)).toEqual([0.5, 0.1, 0.4]);
    expect(survival).toBe(0);
  });

  test('masses and survival are one in all, whatever the hazards', () => {
    const hazards = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 40 });
    fc.assert(
      fc.property(hazards, all => {
        const { places, survival } = weighted(all.map((hazard, at) => ({ at, hazard })));
        expect(places.reduce((sum, { mass }) => sum + mass, survival)).toBeCloseTo(1, 12);
      }),
      { seed: 24, numRuns: 500 },
    );
  });

  test('is how often something opens, where each place opens with its hazard', () => {
    const random = createRandom('hazards');
    const hazards = [0.1, 0.3, 0.05, 0.4];
    const opened = Array.from({ length: 20_000 }, () => hazards.findIndex(hazard => random.next() < hazard));
    const { places } = weighted(hazards.map((hazard, at) => ({ at, hazard })));
    for (const { at, mass } of places) expect(opened.filter(one => one === at).length / 20_000).toBeCloseTo(mass, 1.5);
  });
});

describe('places whose calls are scored', () => {
  const at = (masses: readonly number[]) =>
    masses.map((mass, index) => ({ at: index, hazard: mass, survival: 1, mass }));

  test('the likeliest first, until what is left changes nothing', () => {
    const { places, share } = scored(at([0.001, 0.9, 0.002, 0.09]), 4);
    expect(places.map(one => one.at)).toEqual([1, 3]);
    expect(share).toBeCloseTo(0.99 / 0.993, 12);
  });

  test('never more than asked for, and their share says how much they stand for', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 0.1, noNaN: true }), { maxLength: 10 }), masses => {
        const { places, share } = scored(at(masses), 4);
        const all = masses.reduce((sum, mass) => sum + mass, 0);
        expect(places.length).toBeLessThanOrEqual(4);
        expect(places.reduce((sum, { mass }) => sum + mass, 0)).toBeCloseTo(all * share, 10);
        if (places.length < 4) expect(all * (1 - share)).toBeLessThanOrEqual(settled);
      }),
      { seed: 24, numRuns: 500 },
    );
  });

  test('none where nothing can be opened', () => {
    expect(scored(at([0, 0]), 4)).toEqual({ places: [], share: 1 });
    expect(scored([], 4)).toEqual({ places: [], share: 1 });
  });
});
