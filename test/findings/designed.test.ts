// A run that took over a smaller one's extra cases: they are no part of its design.
import { describe, expect, test } from 'vitest';
import type { CaseDivergence } from '../../src/divergence/index.ts';
import { nominate } from '../../src/findings/analyse.ts';
import type { Observation } from '../../src/records/observation.ts';
import type { RunRecord } from '../../src/records/run.ts';
import type { Case } from '../../src/records/suites/case.ts';
import { makeCases, varyCase } from '../../src/suite/index.ts';
import { sampleRun } from '../contracts/run.ts';
import { scoreOf } from '../divergence/hand.ts';
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

describe('which cases are the design', () => {
  const sample = sampleRun(devops, 6);
  const run: RunRecord = { ...sample, finishedAt: '' };
  const all = makeCases(devops, run.spec.seed, 9);
  const [first, second] = all as [Case, Case];
  const scored = (about: Case): Observation[] =>
    (['candidate', 'baseline'] as const).map(role => {
      return scoreOf(about.id, role, 0.9, Object.fromEntries(about.tools.map(tool => [tool.function.name, 0.1])));
    });
  const nominated = (cases: readonly Case[], observations = cases.flatMap(scored)) =>
    nominate(run, cases, observations, 9);
  const ids = (cases: readonly Pick<CaseDivergence, 'case'>[]) => cases.map(one => one.case.id);
  const probe = (of: Case, id: string, index: number): Case => {
    return { ...of, id, index, probe: { stage: 'confirm', of: of.id, changed: ['user'] } };
  };

  test('those of a larger design, stored in the same file, are beyond this one', () => {
    const { designed, observed } = nominated(all);
    expect(ids(designed)).toEqual(all.slice(0, 6).map(({ id }) => id));
    expect(observed.size).toBe(9);
  });

  test('what was asked for is none of it, at whatever place', () => {
    const probes = [probe(first, 'aaaaaaaa', 0), probe(first, 'bbbbbbbb', 5), probe(second, 'cccccccc', 6)];
    expect(ids(nominated([...probes, ...all]).designed)).toEqual(all.slice(0, 6).map(({ id }) => id));
  });

  test('a case that could not be scored is of the design, and answers no question', () => {
    const { designed, observed, scores } = nominated(all, all.slice(1).flatMap(scored));
    expect(ids(designed)).toContain(first.id);
    expect(observed.has(first.id)).toBe(false);
    expect(scores[0]).toEqual([]);
  });

  test('what is usual is what is usual in the design, however far the others are from it', () => {
    const far = (about: Case): Observation[] => {
      const tools = Object.fromEntries(about.tools.map(tool => [tool.function.name, 1e-6]));
      return [scoreOf(about.id, 'candidate', 0.01, tools), ...scored(about).slice(1)];
    };
    const probes = Array.from({ length: 30 }, (_, at) => probe(first, `${at}`.padStart(8, '0'), 6 + at));
    const alone = nominated(all.slice(0, 6));
    const beside = nominated(
      [...all.slice(0, 6), ...probes],
      [...all.slice(0, 6).flatMap(scored), ...probes.flatMap(far)],
    );
    expect(beside.scores).toEqual(alone.scores);
    expect(beside.scores.flat().every(({ alarmExcess }) => alarmExcess === 0)).toBe(true);
  });

  test('its cases know all tools of the suite: a call of one that is not offered keeps its severity', () => {
    const { designed } = nominated(all);
    for (const one of designed)
      expect(one.case.severity).toMatchObject({ drop_database: 'destructive', read_file: 'read' });
  });
});
