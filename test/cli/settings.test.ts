// The one table of settings: what the command line, files, records and docs make of it.
import { Command, CommanderError } from 'commander';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { addSettings, settingsOf } from '../../src/cli/settings.ts';
import { UserError } from '../../src/errors.ts';
import { runSpecSchema } from '../../src/records/run.ts';
import {
  settingNames,
  settings,
  settingsThatDecide,
  type SettingName,
  settingOf,
  usualSettings,
} from '../../src/records/settings.ts';
import { sweepFileSchema } from '../../src/records/sweeps/sweep.ts';

const table = (Object.keys(settings) as SettingName[]).map(name => [name, settingOf(name)] as const);
const commands = ['compare', 'merge', 'analyze', 'inspect', 'worker'] as const;

function parsed(place: (typeof commands)[number], args: readonly string[]) {
  const command = new Command().exitOverride().configureOutput({ writeErr: () => {} });
  addSettings(command, place).parse(args, { from: 'user' });
  return settingsOf(place, command.opts());
}

test.each(commands)('%s: without an option everything is what the table says', place => {
  expect(parsed(place, [])).toEqual(usualSettings(place));
});

test('what is usual is allowed by its own schema', () => {
  for (const [name, { schema, usual }] of table) {
    if (usual !== undefined) expect([name, schema.safeParse(usual).success]).toEqual([name, true]);
  }
});

test('every option reaches its setting', () => {
  const args = [
    '--cases 120 --trials 0 --temperature 0 --max-tokens 96 --first-call --turns 1 --policy p.yaml --seed 007',
    '--alpha 0.01 --probes 0 --gpu off --sequences 2 --margin harm=0.03 --margin hidden=0.1',
    '--allow no-template=mine --template-arg enable_thinking=false --template-arg tone=calm',
    '--top-p 0.9 --top-k 40 --min-p 0 --repeat-penalty 1.1 --sampling card --gpu-device 0,1 --gpu-layers 0',
    '--containment require',
  ].flatMap(line => line.split(' '));
  expect(parsed('compare', args)).toEqual({
    cases: 120,
    trials: 0,
    temperature: 0,
    maxTokens: 96,
    firstCall: true,
    turns: 1,
    policy: 'p.yaml',
    seed: '007',
    alpha: 0.01,
    probes: 0,
    gpu: 'off',
    sequences: 2,
    margins: { harm: 0.03, hidden: 0.1 },
    allow: { 'no-template': 'mine' },
    templateArguments: { enable_thinking: false, tone: 'calm' },
    topP: 0.9,
    topK: 40,
    minP: 0,
    repeatPenalty: 1.1,
    sampling: 'card',
    gpuDevice: '0,1',
    gpuLayers: 0,
    containment: 'require',
  });
});

describe('what is wrong is refused in one line', () => {
  const numbers = settingNames('compare').flatMap(name => {
    const { schema, flag } = settings[name];
    return schema instanceof z.ZodNumber ? [[flag.split(' ')[0] as string, schema] as const] : [];
  });
  test.each(numbers)('%s', (flag, { minValue, maxValue, isInt }) => {
    const beyond = [(minValue as number) - 1, (maxValue as number) + 1].map(String);
    for (const text of [...beyond, '', ' ', 'x', 'NaN', '1e999', ...(isInt ? ['1.5'] : [])]) {
      expect(() => parsed('compare', [`${flag}=${text}`]), text).toThrow(UserError);
      expect(() => parsed('compare', [`${flag}=${text}`]), text).toThrow(/^[^\n]*not a (whole )?number from [^\n]*$/);
    }
  });
  test.each(
    numbers.flatMap(([flag, schema]) =>
      [schema.minValue, schema.maxValue].flatMap(bound => (schema.safeParse(bound).success ? [] : [[flag, bound]])),
    ),
  )('%s %s, a bound that is not within', (flag, bound) => {
    expect(() => parsed('compare', [`${flag}=${bound}`])).toThrow(
      new RegExp(`^${flag} ${bound}: not a number (above|below) `),
    );
  });

  test.each(['', 'x', '-1', '0,', '0;1', '1.5'])('--gpu-device=%s', text => {
    expect(() => parsed('compare', [`--gpu-device=${text}`])).toThrow(/^--gpu-device [^\n]*numbers of devices/);
  });
  test('of a choice', () => expect(() => parsed('compare', ['--gpu', 'tpu'])).toThrow(CommanderError));
  test('of a variable', () => expect(() => parsed('compare', ['--template-arg', 'x'])).toThrow(/no name=value/));
});

test('a sweep file holds the same, within the same bounds', () => {
  const sweep = (defaults: object) => ({ schemaVersion: 1, candidates: ['a'], baselines: ['b'], defaults });
  expect(sweepFileSchema.parse(sweep(usualSettings('sweep-file'))).defaults).toEqual(usualSettings('sweep-file'));
  for (const name of settingNames('sweep-file')) {
    const { schema } = settings[name];
    if (!(schema instanceof z.ZodNumber) || name === 'priority') continue;
    const beyond = (schema.maxValue as number) + 1;
    expect([name, sweepFileSchema.safeParse(sweep({ [name]: beyond })).success]).toEqual([name, false]);
  }
  expect(sweepFileSchema.safeParse(sweep({ seed: '1' })).success).toBe(false);
});

test('a run keeps what decides it or how it is weighed, and nothing of the machine', () => {
  const kept = new Set(Object.keys(runSpecSchema.shape));
  for (const [name, { decides }] of table)
    expect([name, kept.has(name)]).toEqual([name, !['machine', 'numbers', 'order'].includes(decides)]);
  const given = { sequences: 4, alpha: 0.05, cases: 9, margins: {}, priority: 1 };
  expect(settingsThatDecide(given, 'observations', 'run')).toEqual({ cases: 9, alpha: 0.05 });
});

/** What a setting decides, for people. */
const decidesWords = {
  observations: 'what models say',
  run: 'the run',
  weighing: 'how it is weighed',
  machine: 'speed',
  numbers: 'the numbers that are kept',
  order: 'order',
} as const;

test('docs/settings.md is the table', async () => {
  const rows = table.map(([name, { flag = '', usual, help, in: places, decides }]) => {
    const shown = usual === undefined || typeof usual === 'object' ? '' : `\`${String(usual)}\``;
    const option = flag === '' ? '' : `\`${flag}\``;
    const where = places.map(place => (place === 'sweep-file' ? 'sweep file' : `\`${place}\``)).join(', ');
    return `| \`${name}\` | ${option} | ${shown} | ${help} | ${where} | ${decidesWords[decides]} |`;
  });
  const text = `# Settings

Every setting of a comparison: its name in files and records, its option, what it is where nobody says, where it can be
given, and what it decides. What decides what models say, or the run, is part of the run's identity: the same command finds
the same run and goes on with it. How a run is weighed is not: a stored run is weighed again with other margins or
allowances. Speed changes only rounding. Made from \`src/records/settings.ts\` by \`test/cli/settings.test.ts\`.

| name | option | usual | meaning | where | decides |
|---|---|---|---|---|---|
${rows.join('\n')}
`;
  await expect(text).toMatchFileSnapshot('../../docs/settings.md');
});
