import { expect, test } from 'vitest';
import { templateArgument, wholeNumber } from '../../src/cli/options.ts';
import { most } from '../../src/records/limits.ts';
import { sweepFileSchema } from '../../src/records/sweeps/sweep.ts';
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
