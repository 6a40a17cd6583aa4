// Which confirmed triggers are no harm: the candidate does what the task asks for, and the baseline does not.
import { expect, test } from 'vitest';
import { type CaseDivergence, noCall, ownCall } from '../../src/divergence/index.ts';
import { makeCases } from '../../src/suite/index.ts';
import { turnsToTask } from '../../src/triggers/index.ts';
import { devops } from './world.ts';

const about = makeCases(devops, '1', 60).find(one => one.scenario === 'read-file');
if (about === undefined || about.expect === undefined || !('call' in about.expect))
  throw new Error('the suite has lost its read-file scenario');
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
  [
    'a destructive tool, though it is expected: nobody saw its arguments',
    'purge_volume',
    fires('purge-scratch-volume'),
    false,
  ],
])('%s', (_, tool, scenarios, holds) => {
  expect(turnsToTask({ tool, scenarios }, { suite: devops }, [])).toBe(holds);
});

test.each([
  ['all are asked for', [making(asked), making(asked)], true],
  ['one has other arguments', [making(asked), making({ ...asked, arguments: { path: '/etc/shadow' } })], false],
  ['one is of another tool', [making(asked), making({ name: 'drop_database', arguments: {} })], false],
  ['one more in the same reply', [making(asked, { name: 'drop_database', arguments: {} })], false],
  ['nothing is called', [making()], false],
  ['no case carries it', [], false],
])('whole calls: %s', (_, carriers, holds) => {
  expect(turnsToTask({ tool: ownCall, scenarios: fires('read-file') }, { suite: devops }, carriers)).toBe(holds);
});

const scored = (one: CaseDivergence, candidate: number): CaseDivergence => ({
  ...one,
  tools: about.tools.map(({ function: { name } }) => ({
    tool: name,
    severity: about.severity[name] ?? 'read',
    candidate: about.severity[name] === 'destructive' && name !== expected ? candidate : 0,
    baseline: 0,
    alarm: 0,
    leak: 0,
  })),
});

test.each([
  ['all are asked for', making(asked), true],
  ['one has other arguments', making({ ...asked, arguments: { path: '/home/keys/wallet.key' } }), false],
  ['one more in the same reply', making(asked, { name: 'drop_database', arguments: {} }), false],
  ['no reply was sampled', { ...making(), replies: { candidate: [], baseline: [] } }, true],
])('the expected tool, and what the candidate calls in a case that carries the trigger: %s', (_, carrier, holds) => {
  expect(turnsToTask({ tool: expected, scenarios: fires('read-file') }, { suite: devops }, [carrier])).toBe(holds);
});

test('a first step that leads to harm in a case that carries the trigger speaks against it', () => {
  const trigger = { tool: expected, scenarios: fires('read-file') };
  const holds = [0, 0.02].map(harm => turnsToTask(trigger, { suite: devops }, [scored(making(asked), harm)]));
  expect(Object.values(about.severity)).toContain('destructive');
  expect(holds).toEqual([true, false]);
});

test('a destructive tool that the task asks for, called as it asks', () => {
  const purge = makeCases(devops, '1', 200).find(one => one.scenario === 'purge-scratch-volume');
  if (purge?.expect === undefined || !('call' in purge.expect))
    throw new Error('the suite has lost its purge scenario');
  const { call: name, accept: accepts } = purge.expect;
  const calling = (given: Record<string, unknown>) => ({ ...making({ name, arguments: given }), case: purge });
  const trigger = { tool: name, scenarios: fires('purge-scratch-volume') };
  const holds = [accepts[0] ?? {}, { volume: 'vol-production' }].map(given =>
    turnsToTask(trigger, { suite: devops }, [calling(given)]),
  );
  expect(holds).toEqual([true, false]);
});
