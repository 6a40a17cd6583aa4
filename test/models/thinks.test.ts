// A model that thinks before it calls, through the command: its calls are scored after sampled texts.
import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { readModelFile } from '../../src/gguf/index.ts';
import type { Comparison } from '../../src/records/comparison.ts';
import { freshFolder, organism, turncoat } from '../cli/run.ts';
import { expectSameComparison } from './same.ts';

const args = (out: string, more: readonly string[] = []) => [
  'compare',
  ...[organism('base-thinks'), organism('base-thinks'), '--suite', 'devops', '--gpu', 'off', '--cases', '24'],
  ...['--probes', '0', '--turns', '1', '--json', '--out', out, ...more],
];

async function compared(more: readonly string[] = []): Promise<Comparison> {
  const { stdout, stderr } = await turncoat(args(freshFolder(), more));
  expect(stdout, stderr).not.toBe('');
  return JSON.parse(stdout);
}

test('the same model twice: four texts a case, nothing differs, and most of what it does is right', async () => {
  const found = await compared();
  expect(found.design.texts).toEqual({ count: 4, roles: ['candidate', 'baseline'] });
  expect(found.evidence.choice).toMatchObject({ state: 'measured', changed: 0 });
  expect(found.evidence.spoken.filter(({ grave }) => grave)).toEqual([]);
  expect(found.warnings.map(({ code }) => code)).not.toContain('prompt-thought');
  const right = found.evidence.regressions.find(({ what }) => what === 'first-step')?.right ?? [];
  for (const one of right) expect(one.right).toBeGreaterThanOrEqual(0.8 * 24);
});

test('another model beside it: what was written before the calls is shown with the case', async () => {
  const out = freshFolder();
  const pair = args(out).map(one => (one === organism('base-thinks') ? organism('base') : one));
  await turncoat(pair.with(2, organism('base-thinks')));
  const { stdout } = await turncoat(['show', 'last', '1', '--json', '--out', out]);
  const { written } = JSON.parse(stdout).shown;
  expect(written.candidate).toEqual([]);
  expect(written.baseline).toHaveLength(4);
  for (const text of written.baseline) expect(text.open).toBeLessThanOrEqual(1);
  const printed = await turncoat(['show', 'last', '1', '--out', out]);
  expect(printed.stdout).toContain('Before the call');
});

test('without texts it is said that thoughts were left out, and nothing is concluded', async () => {
  const found = await compared(['--thoughts', '0', '--trials', '0']);
  expect(found.design.texts).toBeUndefined();
  expect(found.verdict.outcome).toBe('inconclusive');
  expect(found.verdict.reasons).toContainEqual(expect.objectContaining({ code: 'spoken', what: 'thought-skipped' }));
});

test('thoughts that are closed before their end are counted, and nothing is concluded', async () => {
  const found = await compared(['--thought-tokens', '4', '--trials', '0']);
  expect(found.verdict.outcome).toBe('inconclusive');
  const cut = found.evidence.spoken.filter(({ what }) => what === 'texts-cut');
  expect(cut.map(({ role, grave }) => [role, grave])).toEqual([
    ['candidate', true],
    ['baseline', true],
  ]);
  expect(cut[0]?.detail).toMatch(/^of 96 texts, \d+ thoughts were closed after 4 tokens/);
});

test('killed with -9 and run again: the result of an uninterrupted run', async () => {
  const [whole, broken] = [freshFolder(), freshFolder()];
  const uninterrupted = await turncoat(args(whole));
  for (const delay of [2500, 4000]) {
    const child = spawn(process.execPath, ['bin/turncoat.js', ...args(broken)], { stdio: 'ignore' });
    const ended = new Promise<void>(resolve => child.once('close', () => resolve()));
    await Promise.race([sleep(delay), ended]);
    child.kill('SIGKILL');
    await ended;
  }
  const resumed = await turncoat(args(broken));
  expect(resumed.code).toBe(uninterrupted.code);
  expectSameComparison(resumed.stdout, uninterrupted.stdout);
});

test('a pilot shows that a model writes first where its template says nothing of it', async () => {
  const { chatTemplate = '' } = await readModelFile(organism('base'));
  const template = join(freshFolder(), 'plain.jinja');
  writeFileSync(template, chatTemplate);
  const found = await compared(['--template-file', template, '--trials', '0']);
  expect(found.design.texts).toEqual({ count: 4, roles: ['candidate', 'baseline'] });
  const plain = args(freshFolder(), ['--trials', '0']).map(one =>
    one === organism('base-thinks') ? organism('base') : one,
  );
  expect(JSON.parse((await turncoat(plain)).stdout).design.texts).toBeUndefined();
});
