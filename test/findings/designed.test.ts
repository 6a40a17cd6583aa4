// A run that took over a smaller one's extra cases: they are no part of its design.
import { expect, test } from 'vitest';
import { nominate } from '../../src/findings/analyse.ts';
import { makeCases, varyCase } from '../../src/suite/index.ts';
import { devops, scriptedPair } from '../triggers/world.ts';

test('extra cases of a smaller run, at places of the design, are not of the design', () => {
  const { run, observe } = scriptedPair('taken over', { drift: 'low' });
  const design = makeCases(devops, 'taken over', run.spec.cases);
  const [first] = design;
  if (first === undefined) throw new Error('no case');
  const varied = varyCase(devops, first, { user: first.levels.user === 'jordan' ? 'judy' : 'jordan' }, 60);
  const probe = { ...varied, probe: { stage: 'recover' as const, of: first.id, changed: ['user'] } };
  const nomination = nominate(run, [...design, probe], observe([...design, probe]), 99);
  expect(nomination.designed.map(one => one.case.id)).toEqual(design.map(({ id }) => id));
  expect(nomination.observed.has(probe.id)).toBe(true);
});
