import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Case } from '../../src/records/suites/case.ts';
import type { Observation } from '../../src/records/observation.ts';
import { makeCases, readSuite } from '../../src/suite/index.ts';
import type { RunStore, Store } from '../../src/ports/store.ts';
import { sampleRun } from './run.ts';

const suite = readSuite(readFileSync('suites/files.yaml', 'utf8'), 'files');
const cost = { promptTokens: 10, reusedTokens: 0, durationMs: 1.5 };

export function score(caseId: string, role: 'candidate' | 'baseline' = 'candidate'): Observation {
  return { kind: 'score', role, caseId, logOpen: -0.1, tools: { a: -0.5 }, ...cost };
}

async function all(store: Store): Promise<Observation[]> {
  const out: Observation[] = [];
  for await (const observation of store.observations()) out.push(observation);
  return out;
}

/** Edits behind the store's back, in its own tables, and opens it again. */
export type Edit = (store: RunStore, statement: (tables: Tables) => string) => Promise<RunStore>;

export interface Tables {
  readonly run: string;
  readonly cases: string;
  readonly observations: string;
}

const edits: Readonly<Record<string, (tables: Tables) => string>> = {
  'an observation is gone': ({ observations }) => `DELETE FROM ${observations} WHERE key LIKE 'aaaaaaaa %'`,
  'an observation says something else, as long': ({ observations }) =>
    `UPDATE ${observations} SET body = replace(body, '-0.1', '-0.2') WHERE key LIKE 'aaaaaaaa %'`,
  'two observations changed places': ({ observations }) =>
    `UPDATE ${observations} SET body = CASE WHEN key LIKE 'a%' THEN replace(body, 'aaaaaaaa', 'bbbbbbbb')
       ELSE replace(body, 'bbbbbbbb', 'aaaaaaaa') END`,
  'a case is gone': ({ cases }) => `DELETE FROM ${cases} WHERE position = 0`,
  'a case says something else': ({ cases }) => `UPDATE ${cases} SET body = replace(body, 'a', 'b') WHERE position = 0`,
  'the run says something else': ({ run }) => `UPDATE ${run} SET body = replace(body, '2026', '2027')`,
};

/** What every store must do; run against each of them. */
export function storeContract(name: string, open: () => Promise<RunStore>, edit?: Edit): void {
  describe(`store: ${name}`, () => {
    test('an empty store has nothing', async () => {
      await using store = await open();
      expect(await store.run()).toBeUndefined();
      expect(await store.cases()).toEqual([]);
      expect(await all(store)).toEqual([]);
    });

    test('a run comes back as it was saved, the last one wins', async () => {
      await using store = await open();
      const run = sampleRun(suite);
      await store.saveRun(run);
      await store.saveRun({ ...run, finishedAt: '2026-01-01T00:00:00Z' });
      expect(await store.run()).toEqual({ ...run, finishedAt: '2026-01-01T00:00:00Z' });
    });

    test('cases come back in design order, a second time is harmless', async () => {
      await using store = await open();
      const cases = makeCases(suite, '1', 30);
      await store.addCases(cases.toReversed());
      await store.addCases(cases);
      expect(await store.cases()).toEqual(cases);
    });

    test('an observation is kept once, and the first one stays', async () => {
      await using store = await open();
      await store.addObservations([score('aaaaaaaa'), score('bbbbbbbb')]);
      await store.addObservations([
        { ...score('aaaaaaaa'), logOpen: -5 } as Observation,
        score('aaaaaaaa', 'baseline'),
      ]);
      const kept = await all(store);
      expect(kept).toEqual([score('aaaaaaaa'), score('bbbbbbbb'), score('aaaaaaaa', 'baseline')]);
      expect(await store.keys()).toEqual(
        new Set(['aaaaaaaa candidate score', 'bbbbbbbb candidate score', 'aaaaaaaa baseline score']),
      );
    });

    test('hostile text and token ids survive', async () => {
      await using store = await open();
      const text = "'; DROP TABLE run; -- \u0000 \u001b[2J \u202e 😀";
      const trial: Observation = {
        kind: 'trial',
        role: 'candidate',
        caseId: 'cccccccc',
        trial: 0,
        seed: 1,
        text,
        tokens: [1, 2, 151_935],
        finish: 'stop',
        ...cost,
      };
      await store.addObservations([trial]);
      expect(await all(store)).toEqual([trial]);
    });

    test('decisions are only ever added to, and one imported twice is one', async () => {
      await using store = await open();
      const decision = {
        case: 'aaaaaaaa',
        verdict: 'malicious' as const,
        note: '\u202e <script>',
        by: 'ann',
        at: '2026-01-01T00:00:00.000Z',
        about: { run: '0123456789', candidateSha256: 'c'.repeat(64), scenario: 'one', tool: 'drop_database' },
      };
      const later = { ...decision, verdict: 'benign' as const, at: '2026-01-02T00:00:00.000Z' };
      expect(await store.addDecisions([decision])).toBe(1);
      expect(await store.addDecisions([later, decision])).toBe(1);
      expect(await store.decisions()).toEqual([decision, later]);
    });

    test('to be the newest of its place changes nothing that is kept, derived texts neither', async () => {
      await using store = await open();
      const run = sampleRun(suite);
      await store.saveRun(run);
      await store.addObservations([score('aaaaaaaa')]);
      await store.saveDerived('1', [['head', '{}']]);
      await store.touch();
      expect([await store.run(), await all(store), await store.derived('head', '1')]).toEqual([
        run,
        [score('aaaaaaaa')],
        '{}',
      ]);
    });

    test('a case is found by its id', async () => {
      await using store = await open();
      const [one, other] = makeCases(suite, '1', 2);
      await store.addCases([one, other] as Case[]);
      expect(await store.case((other as Case).id)).toEqual(other);
      expect(await store.case('ffffffff')).toBeUndefined();
    });

    test('more rows than one page, several writers at once: every observation once', async () => {
      await using store = await open();
      const all = Array.from({ length: 2500 }, (_, index) => score(index.toString(16).padStart(8, '0')));
      const halves = [all.slice(0, 1500), all.slice(1000).toReversed()];
      await Promise.all(halves.map(half => store.addObservations(half)));
      const seen: string[] = [];
      for await (const { caseId } of store.observations()) seen.push(caseId);
      expect(seen.toSorted()).toEqual(all.map(({ caseId }) => caseId));
      expect((await store.keys()).size).toBe(2500);
    });

    test('derived texts are found by name and version, until the run or its observations change', async () => {
      await using store = await open();
      const texts = [
        ['head', '{}'],
        ['case/b', 'two'],
        ['case/a', 'one'],
        ['case\uffff', 'not a case'],
        ['columns/é', 'three'],
      ] as const;
      const cases = async () => {
        const found = [];
        for await (const one of store.allDerived('case/', 'v1')) found.push(one);
        return found;
      };
      await store.addObservations([score('aaaaaaaa')]);
      await store.saveDerived('v1', [['old', 'gone']]);
      await store.saveDerived('v1', texts);
      expect(await store.derived('old', 'v1')).toBeUndefined();
      expect(await store.derived('columns/é', 'v1')).toBe('three');
      expect(await store.derived('head', 'v2')).toBeUndefined();
      expect(await cases()).toEqual([
        { name: 'case/a', body: 'one' },
        { name: 'case/b', body: 'two' },
      ]);
      await store.addObservations([score('aaaaaaaa')]);
      expect(await store.derived('head', 'v1')).toBe('{}');
      await store.addObservations([score('bbbbbbbb')]);
      expect(await store.derived('head', 'v1')).toBeUndefined();
      expect(await cases()).toEqual([]);
      await store.saveDerived('v1', texts);
      await store.saveRun(sampleRun(suite));
      expect(await store.derived('head', 'v1')).toBeUndefined();
    });

    test('derived texts are gone after a new case, and not after a decision', async () => {
      await using store = await open();
      const [one, other] = makeCases(suite, '1', 2) as [Case, Case];
      await store.addCases([one]);
      await store.saveDerived('v1', [['head', '{}']]);
      const decision = {
        case: one.id,
        verdict: 'benign' as const,
        note: '',
        by: 'ann',
        at: '2026-01-01T00:00:00.000Z',
      };
      const about = { run: '0123456789', candidateSha256: 'c'.repeat(64), scenario: 'one', tool: 'drop_database' };
      await store.addDecisions([{ ...decision, about }]);
      expect(await store.derived('head', 'v1')).toBe('{}');
      await store.addCases([other]);
      expect(await store.derived('head', 'v1')).toBeUndefined();
    });

    test.runIf(edit !== undefined).each(Object.entries(edits))(
      'derived texts are gone when %s',
      async (_, statement) => {
        const written = await open();
        await written.saveRun({ ...sampleRun(suite), finishedAt: '2026-01-01T00:00:00Z' });
        await written.addCases(makeCases(suite, '1', 3));
        await written.addObservations([score('aaaaaaaa'), score('bbbbbbbb')]);
        await written.saveDerived('v1', [['head', '{}']]);
        expect(await written.derived('head', 'v1')).toBe('{}');
        await using store = await (edit as Edit)(written, statement);
        expect(await store.derived('head', 'v1')).toBeUndefined();
      },
    );

    test('a batch with something broken in it leaves nothing behind', async () => {
      await using store = await open();
      const broken = { ...score('bbbbbbbb'), logOpen: Number.NaN } as Observation;
      await expect(store.addObservations([score('aaaaaaaa'), broken])).rejects.toThrow();
      expect(await store.keys()).toEqual(new Set());
    });
  });
}
