import { Command, Option } from 'commander';
import { expect, test } from 'vitest';
import { templateArgument, wholeNumber } from '../../src/cli/options.ts';
import { most } from '../../src/records/limits.ts';
import { sweepFileSchema } from '../../src/records/sweeps/sweep.ts';
import { commandsFor } from '../../src/cli/commands/index.ts';
import { refuseTwice, repeated } from '../../src/cli/options.ts';
import { inProcess } from './in-process.ts';
import { turncoat } from './run.ts';

test.each(['', ' ', 'x', '1.5', '-1', '0', 'NaN', 'Infinity', '1e99', '100001'])('--cases %j is refused', text => {
  expect(() => wholeNumber('--cases', text, 1, most.cases)).toThrow(/not a whole number from 1 to 100000$/);
});

test.each(['messages', 'tools', 'add_generation_prompt', 'bos_token', 'date_string'])(
  "--template-arg %s is turncoat's to say",
  name => {
    expect(() => templateArgument(`${name}=false`)).toThrow(/turncoat sets this itself/);
    expect(templateArgument(`my_${name}=false`)).toEqual([`my_${name}`, false]);
  },
);

test('what is not bounded is said without a bound', () => {
  expect(() => wholeNumber('--top', '-1', 0)).toThrow(/not a whole number from 0$/);
  expect(wholeNumber('--top', '529', 0)).toBe(529);
});

test('what no machine can hold is refused before anything is made', async () => {
  const { code, stdout, stderr } = await turncoat(['suite', 'preview', 'devops', '-n', '100000000']);
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toContain('hint: give -n, --cases a whole number from 1 to 100000');
  const sweep = { schemaVersion: 1, candidates: ['a'], baselines: ['b'] };
  for (const [name, value] of Object.entries(most)) {
    const asked = (given: number) => sweepFileSchema.safeParse({ ...sweep, defaults: { [name]: given } }).success;
    expect([name, asked(value), asked(value + 1)]).toEqual([name, true, false]);
  }
});

/** Every command below one, with the words that name it. */
const below = (command: Command, words: readonly string[] = []): [words: readonly string[], command: Command][] =>
  command.commands.flatMap(sub => {
    const named = [...words, sub.name()];
    return [[named, sub] as [readonly string[], Command], ...below(sub, named)];
  });

test('every option of every command that says one thing is refused when it is given twice', async () => {
  const program = new Command();
  const context = { signal: new AbortController().signal, exit: () => {} };
  for (const add of await commandsFor(['--help'])) add(program, context);
  const repeatable = ['--margin', '--allow', '--template-arg'];
  let tried = 0;
  for (const [words, command] of below(program)) {
    for (const option of command.options.filter(
      one => (one.required || one.optional) && !repeatable.includes(one.long ?? ''),
    )) {
      const flag = option.long as string;
      const value = option.argChoices?.[0] ?? { '--fail-on': 'never', '--alpha': '0.1', '--vary': 'date' }[flag] ?? '1';
      const { code, stdout, stderr } = await inProcess([...words, 'a', 'b', flag, value, `${flag}=${value}`]);
      expect([...words, code, stdout, stderr]).toEqual([
        ...words,
        2,
        '',
        `error: ${flag} is given twice\nhint: leave out one of them\n`,
      ]);
      tried++;
    }
  }
  expect(tried).toBeGreaterThan(60);
});

test('a switch given twice is one, both ways of it are refused, and what is put together may be repeated', () => {
  const program = () => {
    const command = new Command()
      .option('--json', 'as JSON')
      .option('--weights', 'look')
      .option('--no-weights', 'do not look')
      .addOption(repeated(new Option('--part <p>', 'one of many')));
    refuseTwice(command);
    return command;
  };
  const parse = (...args: string[]) => program().parse(args, { from: 'user' }).opts();
  expect(parse('--json', '--json', '--part', 'a', '--part', 'b')).toMatchObject({ json: true });
  expect(() => parse('--weights', '--no-weights')).toThrow('--weights and --no-weights are both given');
});
