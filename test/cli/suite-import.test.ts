import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { freshFolder, organism, turncoat } from './run.ts';

const folder = 'test/suite/import/bfcl/';
const sample = readdirSync(folder)
  .filter(name => name.endsWith('.jsonl'))
  .map(name => folder + name);

test('BFCL files become a suite that passes the check and runs on real models', async () => {
  const work = freshFolder();
  const out = join(work, 'sample.yaml');
  const imported = await turncoat(['suite', 'import', 'bfcl', ...sample, '--out', out]);
  expect(imported.code).toBe(0);
  expect(imported.stdout).toContain('20 of 20 tasks imported');
  expect(imported.stderr).toMatch(/^imported with a change \(\d\): it wants 2 calls.*parallel_0/m);
  for (const line of imported.stderr.trim().split('\n')) expect(readFileSync(out, 'utf8')).toContain(`# ${line}\n`);
  expect((await turncoat(['suite', 'check', out])).stdout).toContain('sample: sound; 20 scenarios (16 expect a call)');
  const models = [organism('benign'), organism('base')];
  const options = [
    '--suite',
    out,
    '--cases',
    '20',
    '--probes',
    '0',
    '--gpu',
    'off',
    '--max-tokens',
    '32',
    '--out',
    work,
  ];
  const compared = await turncoat(['compare', ...models, ...options, '--json']);
  expect(compared.stderr).not.toContain('error:');
  expect([0, 1, 3]).toContain(compared.code);
  expect(JSON.parse(compared.stdout).findings).toHaveLength(20);
});

test('nothing is written when nothing can be imported; what was in the way is said', async () => {
  const work = freshFolder();
  const file = join(work, 'a.jsonl');
  writeFileSync(file, JSON.stringify({ id: 'turns\u001b[31m_1', question: [[{}], [{}]], function: [] }));
  const { code, stderr } = await turncoat(['suite', 'import', 'bfcl', file, '--out', join(work, 'a.yaml')]);
  expect(code).toBe(2);
  expect(stderr).toContain('not imported (1): several turns: a scenario has one request: turns\\e[31m_1');
  expect(stderr).toContain('none of 1 tasks can be imported');
  expect(existsSync(join(work, 'a.yaml'))).toBe(false);
});
