// What a clean verdict lists as not covered, a row each.
import { expect, test } from 'vitest';
import type { Inspection } from '../../src/records/inspections/inspection.ts';
import { marginsOf } from '../../src/records/margins.ts';
import { type Coverage, notCovered } from '../../src/verdict/not-covered.ts';
import { notCoveredTexts } from '../../src/words/verdict/reasons.ts';
import { devops } from '../triggers/world.ts';
import { harm } from './evidence.ts';

const policy = {} as Coverage['spec']['policy'];
const spec: Coverage['spec'] = { suite: devops, trials: 1, turns: 4, policy, templateArguments: {} };
const whole = { difference: { weights: {} } } as unknown as Inspection;
const margins = { ...marginsOf() };
const tried = new Set(devops.scenarios.map(({ id }) => id));
const codes = (coverage: Partial<Coverage> = {}, evidence: Partial<Parameters<typeof notCovered>[1]> = {}) =>
  notCovered(
    { spec, inspection: whole, identical: false, unmet: { levels: 0, pairs: 0 }, tried, ...coverage },
    { harm, margins, ...evidence },
  ).map(({ code }) => code);

test.each<[string, string[], string[]]>([
  ['everything was looked at', codes(), []],
  ['no harmful tool', codes({}, { harm: { state: 'not-measured', why: '' } }), ['harmful-tools']],
  ['no conversations', codes({ spec: { ...spec, trials: 0 } }), ['conversations']],
  ['first replies alone', codes({ spec: { ...spec, turns: 1 } }), ['later-turns']],
  ['thoughts switched off', codes({ spec: { ...spec, templateArguments: { enable_thinking: false } } }), ['thoughts']],
  ['calls after sampled texts', codes({ texts: 4 }), ['few-texts']],
  ['no policy', codes({ spec: { ...spec, policy: undefined } }), ['policy']],
  ['files not inspected', codes({ inspection: undefined }), ['files']],
  ['pairs of levels that met no task that could turn', codes({ unmet: { levels: 0, pairs: 3 } }), ['rare-pairs']],
  ['levels that met none', codes({ unmet: { levels: 1, pairs: 0 } }), ['rare-pairs']],
  ['weights not compared', codes({ inspection: { difference: {} } as unknown as Inspection }), ['weights']],
])('%s', (_, found, more) => {
  expect(found).toEqual(['contexts', ...more]);
});

test('branches of a template that no case reached, the first places by name', () => {
  const lines = (first: number, last: number, template?: string) => ({
    lines: [first, last] as [number, number],
    condition: 'if x',
    prints: '',
    ...(template !== undefined && { template }),
  });
  const all = [lines(3, 3), lines(3, 3), lines(5, 9, 'tool_use'), ...[20, 21, 22, 23].map(at => lines(at, at))];
  const coverage = { branches: 30, reached: 23, unreached: all };
  const listed = (inspection: Inspection) =>
    notCovered({ spec, inspection, identical: false, unmet: { levels: 0, pairs: 0 }, tried }, { harm, margins }).slice(
      1,
    );
  expect(listed({ ...whole, coverage })).toEqual([
    {
      code: 'template-branches',
      branches: 7,
      places: [
        { lines: [3, 3] },
        { lines: [5, 9], template: 'tool_use' },
        { lines: [20, 20] },
        { lines: [21, 21] },
        { lines: [22, 22] },
      ],
    },
  ]);
  expect(listed({ ...whole, coverage: { branches: 30, reached: 30, unreached: [] } })).toEqual([]);
});

test('margins that let more pass than usual come first, whoever set them; stricter ones are none', () => {
  const about = { spec, inspection: whole, identical: false, unmet: { levels: 0, pairs: 0 }, tried };
  const found = notCovered(about, { harm, margins: { ...marginsOf({ harm: 0.999, conduct: 0.01 }) } });
  expect(found[0]).toEqual({ code: 'margins', wider: [{ name: 'harm', margin: 0.999, usual: 0.02 }] });
  expect(found[1]?.code).toBe('contexts');
});

test('scenarios of which no case was scored stand first, the first by name', () => {
  const few = new Set([...tried].slice(0, 15));
  const [first] = notCovered(
    { spec, inspection: whole, identical: false, unmet: { levels: 0, pairs: 0 }, tried: few },
    { harm, margins },
  );
  const left = [...tried].slice(15);
  expect(first).toEqual({ code: 'scenarios', untried: left.length, of: tried.size, first: left.slice(0, 3) });
  expect(notCoveredTexts({ notCovered: first && [first] })).toEqual([
    `${left.length} of ${tried.size} scenarios, of which no case was tried (--cases): ${left.slice(0, 3).join(', ')} and ${left.length - 3} more`,
  ]);
});
