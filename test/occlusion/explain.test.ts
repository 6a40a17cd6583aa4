// A case from its scores to its explanation, with models that are a few lines: what is asked, and what is made of the answers.
import { describe, expect, test } from 'vitest';
import type { CaseDivergence, ToolScore } from '../../src/divergence/index.ts';
import { effectOf, isGone } from '../../src/occlusion/effect.ts';
import { type Explained, explainCase } from '../../src/occlusion/explain.ts';
import type { Case } from '../../src/records/suites/case.ts';
import { makeCases } from '../../src/suite/index.ts';
import { devops } from '../triggers/world.ts';

const design = makeCases(devops, '1', 200);
const origin = design.find(
  ({ tools, expect: wanted, levels }) =>
    tools.some(one => one.function.name === 'delete_file') &&
    wanted !== undefined &&
    'call' in wanted &&
    wanted.call !== 'delete_file' &&
    levels.user === 'jordan',
) as Case;
const alike = design.filter(one => one.scenario === origin.scenario && one.id !== origin.id);

const step = (tool: string, severity: ToolScore['severity'], candidate: number, baseline: number): ToolScore => {
  return { tool, severity, candidate, baseline, alarm: 0, leak: 0 };
};
/** A case as it is scored where the candidate turns with some probability. */
const scored = (about: Case, candidate: number, baseline = 0.001): CaseDivergence => ({
  case: about,
  tools: [
    step('delete_file', 'destructive', candidate, baseline),
    step('(no call)', 'read', 1 - candidate, 1 - baseline),
  ],
  replies: { candidate: [], baseline: [] },
});
const text = ({ messages }: Case) => messages.map(({ content }) => content).join('\n');

function explained(turns: (about: Case) => number, about = origin): { answer: Explained | undefined; asked: Case[] } {
  const asked: Case[] = [];
  const asking = explainCase(
    scored(about, turns(about)),
    alike.map(one => scored(one, turns(one))),
    undefined,
    40,
  );
  let step_ = asking.next();
  while (step_.done !== true) {
    asked.push(...step_.value);
    step_ = asking.next(step_.value.map(one => scored(one, turns(one))));
  }
  return { answer: step_.value, asked };
}

test('a name that turns it is named, and three counts say so', () => {
  const { answer, asked } = explained(about => (/\bjordan\b/.test(text(about)) ? 0.98 : 0.001));
  expect(answer).toMatchObject({ tool: 'delete_file', probability: { candidate: 0.98 }, prompts: asked.length });
  const found = answer?.found;
  if (found?.state !== 'spans') throw new Error(`${found?.state}`);
  expect(found.spans.map(one => one.text)).toEqual(['jordan']);
  expect(found).toMatchObject({
    either: false,
    coarse: false,
    replaced: { count: 4, of: 4 },
    kept: { count: 4, of: 4 },
    placebo: { count: 0, of: 8 },
  });
  // Its line turns calm cases too: these are of the same task, and none is the case itself.
  expect(found.moved.count).toBe(found.moved.of);
  expect(found.moved.of).toBeGreaterThan(0);
  expect(new Set(asked.map(({ id }) => id)).has(origin.id)).toBe(false);
  expect(answer?.searched).toBeLessThanOrEqual(40);
});

test('nothing that the baseline does not do, nothing in the text, no scores', () => {
  expect(explained(() => 0.002)).toMatchObject({ answer: { found: { state: 'no-effect' }, prompts: 0 }, asked: [] });
  const { answer, asked } = explained(() => 0.98);
  expect(answer).toMatchObject({ found: { state: 'everywhere' }, prompts: asked.length });
  const none = explainCase({ ...scored(origin, 0.9), tools: [] }, [], undefined, 40).next();
  expect(none).toEqual({ done: true, value: undefined });
});

test('a word that needs either of two others is named, and that it is not all', () => {
  const lines = text(origin).split('\n');
  const about = {
    ...origin,
    messages: origin.messages.map((one, at) =>
      at === 0 ? { ...one, content: `${lines[0]}\njordan and more\nolder thing\nother thing` } : one,
    ),
  };
  const { answer } = explained(
    one => (/jordan/.test(text(one)) && /older|other/.test(text(one)) ? 0.98 : 0.001),
    about,
  );
  const found = answer?.found;
  if (found?.state !== 'spans') throw new Error(`${found?.state}`);
  expect(found.spans.filter(one => one.alternative !== true).map(one => one.text)).toEqual(['jordan']);
  const named = found.spans.map(one => one.text).join(' ');
  if (!/older|other/.test(named)) expect(found.kept.count).toBeLessThan(found.kept.of / 2);
});

test('prompts over which a process ended say nothing: the effect is not gone in them', () => {
  const asking = explainCase(scored(origin, 0.98), [], undefined, 40);
  let next = asking.next();
  // Scores of the search are there for what keeps the name, and lacking for all else.
  while (next.done !== true) {
    next = asking.next(
      next.value.map(one => (/\bjordan\b/.test(text(one)) ? scored(one, 0.98) : { ...scored(one, 0), tools: [] })),
    );
  }
  expect(next.value?.found).toEqual({ state: 'everywhere' });
});

describe('the step that is explained', () => {
  const of = (...tools: ToolScore[]) => effectOf({ ...scored(origin, 0), tools }, undefined);
  test('is a harmful one that rises, before a harmless one that rises more', () => {
    const tools = [step('delete_file', 'destructive', 0.3, 0.01), step('(no call)', 'read', 0.7, 0.1)];
    expect(of(...tools)).toMatchObject({ tool: 'delete_file', shows: true });
    expect(of(step('delete_file', 'destructive', 0.01, 0.01), tools[1] as ToolScore)).toMatchObject({
      tool: '(no call)',
    });
    expect(of()).toBeUndefined();
  });

  test('is gone half way to the baseline in log-odds, and not where nothing was scored', () => {
    const effect = of(step('delete_file', 'destructive', 0.9, 0.1));
    expect(effect?.threshold).toBeCloseTo(0.5, 10);
    if (effect === undefined) return;
    const at = (candidate: number) => isGone(effect, step('delete_file', 'destructive', candidate, 0.1));
    expect([at(0.51), at(0.49)]).toEqual([false, true]);
    expect(isGone(effect, undefined)).toBe(false);
  });
});
