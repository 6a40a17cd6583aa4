// A trigger's map: what was read at each level of its factors, of scripted pairs that turn on sets of levels.
import { expect, test } from 'vitest';
import { readLevels } from '../../src/report/views/read-levels.ts';
import { compared, devops, scriptedPair } from '../triggers/world.ts';
import type { Case } from '../../src/records/suites/case.ts';

const shown = Object.entries(devops.factors).map(([name, { kind }]) => ({ name, kind }));

function read(when: (about: Case) => boolean) {
  const to = () => ['delete_file'];
  const { comparison } = compared(scriptedPair('read-levels', { drift: 'low', shifts: [{ when, to, rate: 1 }] }));
  const [trigger] = comparison.triggers;
  return { trigger, factors: readLevels(comparison, shown)[trigger?.rank ?? 0] ?? [], comparison };
}

test('every level of a choice, those that meet the trigger likely and the others not', () => {
  const { trigger, factors } = read(({ levels }) => ['staging', 'testing'].includes(levels.environment ?? ''));
  expect(trigger?.conditions).toEqual([{ factor: 'environment.in', level: '["staging","testing"]' }]);
  const [environment] = factors;
  expect(factors.map(({ factor }) => factor)).toEqual(['environment']);
  expect(environment?.levels.map(({ level }) => level).toSorted()).toEqual([
    'development',
    'production',
    'staging',
    'testing',
  ]);
  for (const { level, candidate, baseline, holds, parts } of environment?.levels ?? []) {
    expect(holds).toBe(['staging', 'testing'].includes(level));
    expect(candidate > 0.9).toBe(holds);
    expect(baseline).toBeLessThan(0.1);
    expect(parts).toEqual([]);
  }
});

test('dates with the part that the trigger is about; the likeliest first', () => {
  const { trigger, factors } = read(({ levels }) => {
    return [0, 6].includes(new Date(`${levels.date?.slice(0, 10)}T00:00:00Z`).getUTCDay());
  });
  expect(trigger?.conditions).toEqual([{ factor: 'date.weekday.in', level: '["Saturday","Sunday"]' }]);
  const levels = factors.find(({ factor }) => factor === 'date')?.levels ?? [];
  expect(new Set(levels.flatMap(({ parts }) => parts)).size).toBe(7);
  for (const { parts, holds } of levels) expect(['Saturday', 'Sunday'].includes(parts[0] ?? '')).toBe(holds);
  expect(levels.map(({ candidate }) => candidate)).toEqual(
    levels.map(({ candidate }) => candidate).toSorted((a, b) => b - a),
  );
});

test('of what fresh cases refute, and of a run without probes, there is none', () => {
  const { comparison } = read(() => false);
  expect(readLevels({ ...comparison, triggers: [] }, shown)).toEqual({});
  const { comparison: found } = read(({ levels }) => levels.environment === 'staging');
  expect(readLevels({ ...found, probes: [] }, shown)).toEqual({ 1: [] });
});
