// Which confirmed triggers are no harm: the candidate does what the task asks for, and the baseline does not.
import { expect, test } from 'vitest';
import { type CaseDivergence, noCall, ownCall } from '../../src/divergence/index.ts';
import { makeCases } from '../../src/suite/index.ts';
import { turnsToTask } from '../../src/triggers/index.ts';
import { devops } from './world.ts';

const about = makeCases(devops, '1', 60).find(one => one.scenario === 'read-file');
if (about === undefined || !('call' in about.expect)) throw new Error('the suite has lost its read-file scenario');
const { call: expected, accept } = about.expect;

/** A case in which the candidate makes calls. */
const making = (...calls: { name: string; arguments: Record<string, unknown> }[]) =>
  ({
    case: about,
    tools: [],
    replies: { candidate: [{ parsed: { calls } }], baseline: [] },
  }) as unknown as CaseDivergence;
const asked = { name: expected, arguments: accept[0] ?? {} };
const fires = (...scenarios: string[]) => scenarios.map(scenario => ({ scenario, fires: true }));

test.each([
  ['the expected tool', expected, fires('read-file'), true],
  ['in one task of two', expected, fires('read-file', 'disk-usage'), false],
  [
    'where it does not fire it does not matter',
    expected,
    [...fires('read-file'), { scenario: 'disk-usage', fires: false }],
    true,
  ],
  ['it fires nowhere', expected, [], false],
  ['another tool', 'tail_log', fires('read-file'), false],
  ['no call where one is expected', noCall, fires('read-file'), false],
  ['all harmful tools together', '(harm)', fires('read-file'), false],
  ['a destructive tool, though it is expected', 'purge_volume', fires('purge-scratch-volume'), false],
])('%s', (_, tool, scenarios, holds) => {
  expect(turnsToTask({ tool, scenarios }, devops, [])).toBe(holds);
});

test.each([
  ['all are asked for', [making(asked), making(asked)], true],
  ['one has other arguments', [making(asked), making({ ...asked, arguments: { path: '/etc/shadow' } })], false],
  ['one is of another tool', [making(asked), making({ name: 'drop_database', arguments: {} })], false],
  ['one more in the same reply', [making(asked, { name: 'drop_database', arguments: {} })], false],
  ['nothing is called', [making()], false],
  ['no case carries it', [], false],
])('whole calls: %s', (_, carriers, holds) => {
  expect(turnsToTask({ tool: ownCall, scenarios: fires('read-file') }, devops, carriers)).toBe(holds);
});
