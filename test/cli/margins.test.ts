// Margins as a user gives them, and as they are kept with a run.
import { addSettings, settingsOf } from '../../src/cli/settings.ts';
import { Command } from 'commander';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { firstGiven, givenMargins, strictest } from '../../src/app/compare/margins.ts';
import { UserError } from '../../src/errors.ts';
import { type GivenMargins, marginsOf, marginTable } from '../../src/records/margins.ts';
import { inProcess } from './in-process.ts';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freshFolder, organism, turncoat } from './run.ts';

test.each([
  ['harm=0.01', { harm: 0.01 }],
  ['harm=0.01,conduct=0.02', { harm: 0.01, conduct: 0.02 }],
  [' harm = .01 , hidden=1e-3', { harm: 0.01, hidden: 0.001 }],
  [
    Object.keys(marginTable)
      .map(name => `${name}=0.5`)
      .join(','),
    marginsOf(...Object.keys(marginTable).map(name => ({ [name]: 0.5 }))),
  ],
])('%s', (text, margins) => {
  expect(givenMargins(text)).toEqual(margins);
});

test.each([
  ['', 'no such margin'],
  ['harm', 'no such margin'],
  ['=0.1', 'no such margin'],
  ['Harm=0.1', 'no such margin'],
  ['harms=0.1', 'no such margin'],
  ['__proto__=0.1', 'no such margin'],
  ['toString=0.1', 'no such margin'],
  ['harm=0.1,', 'no such margin'],
  ['harm=', 'not a share'],
  ['harm=0', 'not a share'],
  ['harm=1', 'not a share'],
  ['harm=-0.1', 'not a share'],
  ['harm=1e-7', 'not a share'],
  ['harm=1e-400', 'not a share'],
  ['harm=2%', 'not a share'],
  ['harm=0x1', 'not a share'],
  ['harm=NaN', 'not a share'],
  ['harm=Infinity', 'not a share'],
  ['harm=0.1=0.2', 'not a share'],
  ['harm=0.1.2', 'not a share'],
  ['harm=0,01', 'not a share'],
  ['harm\n=0.1\u001b[31m', 'not a share'],
])('%j is refused: %s', (text, message) => {
  expect(() => givenMargins(text)).toThrow(UserError);
  expect(() => givenMargins(text)).toThrow(
    expect.objectContaining({ code: 'bad-option', message: expect.stringMatching(new RegExp(`^[^\n]*${message}$`)) }),
  );
});

test('the option can be given again, for another margin: two that disagree would loosen one in silence', () => {
  const read = (...args: string[]) => {
    const command = addSettings(new Command(), 'analyze');
    command.parse(args, { from: 'user' });
    return settingsOf('analyze', command.opts());
  };
  const both = { margins: { harm: 0.05, hidden: 0.1 }, allow: {} };
  expect(read('--margin', 'hidden=0.1', '--margin', 'harm=0.05')).toEqual(both);
  expect(() => read('--margin', 'harm=0.01,hidden=0.1', '--margin', 'harm=0.05')).toThrow(/harm is given twice/);
  expect(() => read('--margin', 'harm=0.01,harm=0.05')).toThrow(/harm is given twice/);
  expect(() => read('--allow', 'tokens-added=a', '--allow', 'tokens-added=b')).toThrow(/tokens-added is given twice/);
});

const share = fc.double({ min: 1e-6, max: 0.999, noNaN: true });
const given = fc.record(Object.fromEntries(Object.keys(marginTable).map(name => [name, share])), {
  requiredKeys: [],
}) as fc.Arbitrary<GivenMargins>;

test('whatever is printed of margins is read again as the same', () => {
  fc.assert(
    fc.property(given, margins => {
      fc.pre(Object.keys(margins).length > 0);
      const text = Object.entries(margins).map(([name, value]) => `${name}=${value}`);
      expect(givenMargins(text.join(','))).toEqual(margins);
    }),
  );
});

test('by name, what comes first wins; the strictest of several is none that is laxer than any', () => {
  fc.assert(
    fc.property(given, given, (over, under) => {
      expect(marginsOf(firstGiven(over, under))).toEqual(marginsOf(over, under));
      const [all, one, other] = [marginsOf(strictest([over, under])), marginsOf(over), marginsOf(under)];
      for (const name of Object.keys(marginTable) as (keyof typeof marginTable)[])
        expect(all[name]).toBe(Math.min(one[name], other[name]));
    }),
  );
  expect(firstGiven(undefined, {})).toBeUndefined();
});

test('docs/method.md has the margins as they are', () => {
  const rows = readFileSync('docs/method.md', 'utf8').match(/^\| `\w+` \| [\d.]+ \| .* \|$/gm);
  expect(rows).toEqual(
    Object.entries(marginTable).map(([name, one]) => `| \`${name}\` | ${one.default} | ${one.about} |`),
  );
});

describe('on a stored run', () => {
  const out = freshFolder();
  const compare = [
    'compare',
    organism('base'),
    organism('base'),
    '--suite',
    'files',
    '--cases',
    '300',
    '--trials',
    '0',
  ];
  const json = async (args: string[]) => {
    const { code, stdout, stderr } = await turncoat([...args, '--json', '--out', out]);
    expect(stderr).toBe('');
    const { run, verdict, evidence } = JSON.parse(stdout);
    return { code, run, outcome: verdict.outcome, reasons: verdict.reasons, margins: evidence.margins };
  };
  const kept = async () => {
    const { code, stdout } = await turncoat([
      'report',
      'last',
      '--format',
      'json',
      '--fail-on',
      'inconclusive',
      '--out',
      out,
    ]);
    const { comparison } = JSON.parse(stdout);
    return { code, outcome: comparison.verdict.outcome, margins: comparison.evidence.margins };
  };

  test('other margins weigh the same run again, are kept, and what was kept before is not shown', async () => {
    const first = await json([...compare, '--gpu', 'off']);
    expect(first).toMatchObject({ code: 0, outcome: 'equivalent', margins: marginsOf() });
    expect(await kept()).toMatchObject({ code: 0, outcome: 'equivalent' });
    // Asked again: the same run, nothing observed.
    const strict = await json([...compare, '--gpu', 'off', '--margin', 'harm=0.005']);
    expect(strict.run.id).toBe(first.run.id);
    expect(strict).toMatchObject({ code: 3, outcome: 'inconclusive', margins: { harm: 0.005, hidden: 0.05 } });
    expect(strict.reasons[0]).toMatchObject({ code: 'bound-open', margin: 'harm', settles: { by: 'cases' } });
    expect(await kept()).toEqual({ code: 3, outcome: 'inconclusive', margins: marginsOf({ harm: 0.005 }) });
    // One by one: what analyze does not name stays as the run has it.
    const analysed = await json(['analyze', 'last', '--margin', 'harm=0.04,choice=0.2']);
    expect(analysed).toMatchObject({ code: 0, margins: marginsOf({ harm: 0.04, choice: 0.2 }) });
    expect(await json(['analyze', 'last'])).toEqual(analysed);
    expect(await kept()).toMatchObject({ code: 0, margins: analysed.margins });
    // The command as it was is the verdict as it was.
    expect(await json([...compare, '--gpu', 'off'])).toEqual(first);
    expect(await kept()).toMatchObject({ code: 0, margins: marginsOf() });
  });

  test("a suite's own margins hold where none is given; parts may differ, and the strictest counts", async () => {
    const folder = freshFolder();
    const suite = join(folder, 'mine.yaml');
    const shipped = readFileSync('suites/files.yaml', 'utf8').replace(/^policy: .*$/m, '');
    writeFileSync(suite, `${shipped}\nmargins: {harm: 0.3, choice: 0.25}\n`);
    const few = ['compare', organism('base'), organism('base'), '--suite', suite, '--cases', '20', '--gpu', 'off'];
    const exact = [...few, '--trials', '0', '--probes', '0'];
    const marginsIn = (stdout: string) => JSON.parse(stdout).evidence.margins;
    const whole = await turncoat([...exact, '--margin', 'harm=0.2', '--json', '--out', folder]);
    expect(marginsIn(whole.stdout)).toEqual(marginsOf({ harm: 0.2, choice: 0.25 }));
    expect(whole.stderr).toBe('');
    const alone = await turncoat([...exact, '--out', folder]);
    expect(alone.stdout).toContain(JSON.parse(whole.stdout).run.id);
    const parts = freshFolder();
    for (const [shard, margin] of [
      ['1/2', 'harm=0.1'],
      ['2/2', 'hidden=0.2'],
      // Done, but not with this margin.
      ['2/2', 'hidden=0.01'],
    ] as const) {
      const { code, stderr } = await turncoat([...exact, '--shard', shard, '--margin', margin, '--out', parts]);
      expect(code, stderr).toBe(0);
      if (shard === '1/2') expect(stderr).toMatch(/^turncoat: .*hidden 0\.05 about \d+.*: 20 planned, a clean/m);
    }
    const files = readdirSync(parts)
      .filter(name => name.endsWith('.sqlite'))
      .map(name => join(parts, name));
    const merge = ['merge', ...files, '--gpu', 'off', '--json', '--out', freshFolder()];
    const united = await turncoat(merge);
    expect(marginsIn(united.stdout)).toEqual(marginsOf({ harm: 0.1, hidden: 0.01, choice: 0.25 }));
    const again = await turncoat([...merge, '--margin', 'hidden=0.4']);
    expect(marginsIn(again.stdout)).toEqual(marginsOf({ harm: 0.1, hidden: 0.4, choice: 0.25 }));
  });

  test.each([
    ['compare', organism('base'), organism('base')],
    ['analyze', 'last'],
    ['merge', 'a.sqlite'],
  ])('%s refuses what is no margin, with one line and a hint, exit 2', async (...args) => {
    for (const text of ['harms=0.1', 'harm=2']) {
      const { code, stdout, stderr } = await inProcess([...args, '--margin', text, '--out', out]);
      expect(code).toBe(2);
      expect(stdout).toBe('');
      expect(stderr).toMatch(/^error: --margin harms?=[\d.]+: [^\n]+\nhint: [^\n]+\n$/);
    }
  });
});
