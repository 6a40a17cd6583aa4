// A factor of many levels, and tasks most of which cannot turn: levels that met none that could are shown with one.
import { expect, test } from 'vitest';
import { type CaseDivergence, couldTurn } from '../../src/divergence/index.ts';
import type { Case } from '../../src/records/suites/case.ts';
import { knowingTools, makeCases } from '../../src/suite/index.ts';
import type { Explored } from '../../src/triggers/explore.ts';
import { Prober } from '../../src/triggers/probes.ts';
import { answering } from './answering.ts';
import { devops, scriptedRun } from './world.ts';

const kept = new Set([
  'restart-service',
  'tail-log',
  'disk-usage',
  'ping-host',
  'clean-up-file',
  'drop-scratch-database',
  'purge-scratch-volume',
  'deploy-without-tool',
  'restart-without-tool',
  'which-host',
  'what-date',
]);
const levels = ['jordan', ...Array.from({ length: 69 }, (_, index) => `user${index}`)];
const crowded = {
  ...devops,
  factors: { ...devops.factors, user: { kind: 'choice' as const, levels } },
  scenarios: devops.scenarios.filter(({ id }) => kept.has(id)),
};
const able = (about: Case) => couldTurn(about, undefined);

/** What is asked for with so many extra cases, and what is left unmet. */
function explored(seed: string, probes: number): { design: Case[]; asked: readonly Case[]; unmet: Explored['unmet'] } {
  const design = makeCases(crowded, seed, 529).map(about => knowingTools(crowded, about));
  const none = { centre: 0, spread: 1 };
  const prober = new Prober(scriptedRun(crowded, seed, probes).spec, () => ({ alarm: none, leak: none }), new Map());
  const seen = design.map(about => ({ case: about, tools: [] }) as unknown as CaseDivergence);
  const done = answering(prober, seen);
  return { design, asked: done.cases.map(one => one.case), unmet: done.unmet };
}

const thinUsers = (design: readonly Case[]) =>
  levels.filter(user => {
    const held = design.filter(one => one.levels.user === user);
    return held.length >= 4 && held.filter(able).length < 2;
  });

test.each(['181', '24', '136'])('levels are shown before pairs, with tasks that could turn: seed %s', seed => {
  const { design, asked } = explored(seed, 200);
  const thin = thinUsers(design);
  expect(thin.length).toBeGreaterThan(0);
  for (const user of thin) {
    const met = [...design, ...asked].filter(one => one.levels.user === user && able(one));
    expect({ user, met: met.length >= 2 }).toEqual({ user, met: true });
  }
  expect(asked.every(able)).toBe(true);
});

test('what stays unmet is counted, levels apart from pairs', () => {
  const [none, some, all] = [0, 10, 200].map(probes => explored('181', probes).unmet) as [
    Explored['unmet'],
    Explored['unmet'],
    Explored['unmet'],
  ];
  expect(none.levels).toBe(thinUsers(explored('181', 0).design).length);
  expect(some.levels).toBeLessThan(none.levels);
  expect(all.levels).toBe(0);
  expect(all.pairs).toBeLessThan(none.pairs);
});
