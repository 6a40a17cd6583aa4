// What a verdict, or a sweep of them, exits with: every outcome under every choice.
import { failure } from '../../src/cli/main.ts';
import { Command, CommanderError } from 'commander';
import { describe, expect, test, vi } from 'vitest';
import {
  acceptOption,
  type ExitFlags,
  exitCodeFor,
  failOn,
  failOnNothing,
  failOnVerdicts,
  sweepExitCode,
} from '../../src/cli/exit-codes.ts';
import type { PairStatus, SweepStatus } from '../../src/records/sweeps/sweep.ts';
import { type Outcome, outcomes } from '../../src/records/verdict.ts';
import { inProcess } from './in-process.ts';

const accept = { accept: 'changed' as const };
/** Exit codes of diverges, inconclusive, changed, equivalent. */
const table: [string, Partial<ExitFlags>, number[]][] = [
  ['never', {}, [0, 0, 0, 0]],
  ['diverges', {}, [1, 0, 0, 0]],
  ['inconclusive', {}, [1, 3, 0, 0]],
  ['changed', {}, [1, 0, 4, 0]],
  ['diverges,inconclusive', {}, [1, 3, 0, 0]],
  ['diverges,changed', {}, [1, 0, 4, 0]],
  ['inconclusive,changed', {}, [1, 3, 4, 0]],
  ['diverges,changed,inconclusive', {}, [1, 3, 4, 0]],
  [' changed , inconclusive,changed', {}, [1, 3, 4, 0]],
  ['diverges,changed,inconclusive', accept, [1, 3, 0, 0]],
  ['changed', accept, [1, 0, 0, 0]],
  ['diverges', accept, [1, 0, 0, 0]],
  ['never', accept, [0, 0, 0, 0]],
];

test.each(table)('--fail-on %s %o: diverges, inconclusive, changed, equivalent exit with %o', (text, more, codes) => {
  const flags = { failOn: failOn(text), ...more };
  expect(outcomes.map(outcome => exitCodeFor({ outcome }, flags))).toEqual(codes);
});

test.each(['', 'rain', 'diverges,', ',', 'equivalent', 'never,diverges', 'Diverges', 'diverges changed'])(
  '--fail-on %j is refused',
  text => {
    expect(() => failOn(text)).toThrow(/is none of diverges, inconclusive, changed, or never/);
  },
);

describe('as commands take them', () => {
  const flagsOf = (args: string[], option = failOnVerdicts()) => {
    const command = new Command().exitOverride().configureOutput({ writeErr: () => {} });
    command.addOption(option).addOption(acceptOption()).parse(args, { from: 'user' });
    return command.opts<ExitFlags>();
  };
  const codes = (flags: ExitFlags) => outcomes.map(outcome => exitCodeFor({ outcome }, flags));

  test('a verdict that was asked for fails on all but equivalent, a file on nothing', () => {
    expect(codes(flagsOf([]))).toEqual([1, 3, 4, 0]);
    expect(codes(flagsOf([], failOnNothing()))).toEqual([0, 0, 0, 0]);
    expect(codes(flagsOf(['--accept', 'changed']))).toEqual([1, 3, 0, 0]);
  });

  test.each([
    ['--accept', 'diverges'],
    ['--accept', 'inconclusive'],
    ['--accept', ''],
    ['--fail-on', 'no'],
  ])('%s %s is refused', (...args) => {
    expect(() => flagsOf(args)).toThrow(CommanderError);
  });

  test.each(['compare', 'analyze', 'report', 'merge', 'sweep'])('%s: one line, a hint, exit 2', async command => {
    const models = command === 'compare' ? ['a', 'b'] : ['a'];
    for (const [option, value] of [
      ['--accept', 'diverges'],
      ['--fail-on', 'rain'],
    ] as const) {
      const { code, stdout, stderr } = await inProcess([command, ...models, option, value]);
      expect(code).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toMatch(new RegExp(`^error: option '${option} .*\n+hint: .*\n$`));
    }
  });
});

describe('a sweep', () => {
  const pair = (state: PairStatus['state'], outcome?: Outcome): PairStatus => ({
    name: 'a b devops 1',
    state,
    done: 0,
    total: 0,
    ...(outcome && { outcome }),
  });
  const clean = pair('finished', 'equivalent');
  const [diverges, open, changed] = outcomes.map(outcome => pair('finished', outcome)) as [
    PairStatus,
    PairStatus,
    PairStatus,
  ];
  const failed = pair('failed');
  const of = (pairs: PairStatus[], flags: Partial<ExitFlags> = {}, state: SweepStatus['state'] = 'finished') =>
    sweepExitCode({ state, pairs }, { failOn: failOn('diverges,inconclusive,changed'), ...flags });

  test.each([
    [[clean, clean], 0],
    [[clean, changed], 4],
    [[changed, open, clean], 3],
    [[open, failed, changed], 2],
    [[clean, failed, open, diverges, changed], 1],
    // A comparison that failed after an earlier round had found something is a failure all the same.
    [[pair('failed', 'equivalent')], 2],
    // The design alone may show harm.
    [[pair('observed', 'diverges'), failed], 1],
    [[pair('observed', 'inconclusive'), changed], 3],
    // Without a verdict nothing is clean.
    [[clean, pair('waiting')], 3],
    [[pair('running')], 3],
  ])('the gravest pair decides: %#', (pairs, code) => {
    expect(of(pairs)).toBe(code);
  });

  test('what does not count is left out, but not what failed, and never an interruption', () => {
    const all = [diverges, open, changed, clean];
    expect(of(all, { failOn: [] })).toBe(0);
    expect(of([...all, failed], { failOn: [] })).toBe(2);
    expect(of([open, changed], { failOn: failOn('changed') })).toBe(4);
    expect(of([open, changed], { failOn: failOn('changed'), accept: 'changed' })).toBe(0);
    expect(of([changed, clean], accept)).toBe(0);
    expect(of([clean], { failOn: [] }, 'interrupted')).toBe(130);
    expect(of(all, {}, 'interrupted')).toBe(130);
    expect(of([clean, pair('waiting')], {}, 'budget-spent')).toBe(3);
    expect(of([clean, pair('waiting')], { failOn: [] }, 'budget-spent')).toBe(0);
    expect(of([clean, clean], {}, 'budget-spent')).toBe(0);
  });
});

test('a bug has a code of its own, says where to go with it, and obeys nothing in its text', () => {
  const said: string[] = [];
  const write = vi.spyOn(process.stderr, 'write').mockImplementation(text => said.push(String(text)) > 0);
  const { signal } = new AbortController();
  const codes = [new RangeError('no \u001b[31mred'), 'a text'].map(bug => failure(bug, signal));
  write.mockRestore();
  expect(codes).toEqual([70, 70]);
  expect(said.join('')).toMatch(/^error: this is a bug in turncoat \d[^]*RangeError: no [^\u001b]*\nhint: .*report/);
  expect(said.join('')).not.toContain('\u001b');
});

test('every command says its exit codes', async () => {
  const { stdout: all } = await inProcess(['--help']);
  expect(all).toMatch(
    /^Exit codes: 0 equivalent, 1 diverges, 2 .*, 3 inconclusive, 4 changed, 70 a bug, 130 interrupted\.$/m,
  );
  const commands = [...all.matchAll(/^ {2}([a-z]+) .*/gm)].map(match => match[1] as string);
  const wanted = commands.filter(name => name !== 'help');
  expect(wanted.length).toBeGreaterThan(14);
  const subs = [...wanted.map(name => [name]), ['suite', 'check'], ['suite', 'import'], ['decisions', 'export']];
  for (const args of subs) {
    const { code, stdout } = await inProcess([...args, '--help']);
    expect(code).toBe(0);
    expect(stdout, args.join(' ')).toMatch(/\nExit codes: 0.*\b2 .*70 a bug, 130 interrupted\.\n$/s);
  }
});
