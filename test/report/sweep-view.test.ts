// What a terminal shows of a sweep: fixed texts at two sizes, and what holds at any size for anything a model is called.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PairStatus, SweepStatus } from '../../src/records/sweeps/sweep.ts';
import { columnsOf, cutMiddle, cutTo } from '../../src/words/columns.ts';
import { sweepView } from '../../src/report/sweep-view.ts';

const same = (text: string) => text;
const plain = { bold: same, dim: same, red: same, green: same, yellow: same, cyan: same };
const unit = { done: 0, total: 0 };

/** A night with fifty pairs of which some are done; two models have names that would move a cursor. */
function night(): SweepStatus {
  const names = Array.from({ length: 50 }, (_, index) => `qwen2.5-7b-finetune-${index}:Q4_K_M`);
  names[2] = '\u001b[2J\u001b[Hevil\u202e.gguf';
  names[5] = '数据科学模型-七十亿参数-指令微调-第三版本-量化';
  const ended: Partial<PairStatus>[] = [
    { state: 'finished', outcome: 'equivalent', effects: 0 },
    { state: 'finished', outcome: 'diverges', effects: 3, trigger: 'date.year = 2026 and user = root', strongest: '-' },
    { state: 'failed', error: { code: 'x', message: 'none.gguf: there is no file\nat line 2', hint: 'look' } },
    { state: 'finished', outcome: 'inconclusive', effects: 1 },
    { state: 'observed', effects: 2, strongest: 'cwd under /srv/payments' },
    {
      state: 'running',
      phase: 'likelihood',
      done: 423,
      total: 1058,
      rate: 12.345,
      effects: 2,
      strongest: 'date.year = 2026',
      case: { id: '3f2a91bc', text: 'restart-service: date=2026-03-14T09:00, user=anna, cwd=/srv/web, tools=7' },
    },
  ];
  const pairs = names.map((name, index) => {
    const state = ended[index] ?? (index < 12 ? ended[0] : { state: 'waiting' as const });
    return { ...unit, name: `${name} base devops 1`, state: 'waiting' as const, ...state };
  });
  return { ...head, pairs };
}

const head = {
  schemaVersion: 1 as const,
  sweep: 'night',
  file: 'night.yaml',
  state: 'running' as const,
  pid: 4242,
  host: 'workstation',
  startedAt: '2026-11-23T22:00:00.000Z',
  updatedAt: '2026-11-24T01:15:00.000Z',
  spentMs: 11_700_000,
  budgetMs: 28_800_000,
  memoryBytes: 182_345_678,
  engines: [
    {
      role: 'candidate' as const,
      pid: 4300,
      memoryBytes: 1_400_000_000,
      device: 'NVIDIA RTX 4090',
      vram: { usedBytes: 12_100_000_000, totalBytes: 25_757_220_864 },
    },
    { role: 'baseline' as const, pid: 4301, memoryBytes: 1_390_000_000, device: 'NVIDIA RTX 4090' },
  ],
};

test.each([
  [80, 24],
  [120, 40],
])('fifty pairs on %d columns and %d rows', async (columns, rows) => {
  const lines = sweepView(night(), { columns, rows }, plain);
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(`golden/sweep-${columns}x${rows}.txt`);
});

test('with all the room there is, every pair is there, whole and in the order of the sweep', async () => {
  const lines = sweepView(night(), { columns: Infinity, rows: Infinity }, plain);
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('golden/sweep-whole.txt');
});

test('how it ended is said first; a sweep whose process is gone has stopped pairs', () => {
  const wide = { columns: 100, rows: 60 };
  const first = (status: SweepStatus, died = false) => sweepView(status, wide, plain, died)[0];
  expect(first({ ...night(), state: 'interrupted' })).toBe(
    'night: 10 of 50 done, interrupted after 3.3 h; the same command goes on',
  );
  expect(first({ ...night(), state: 'budget-spent' })).toContain('the budget is spent after 3.3 h');
  const died = sweepView(night(), wide, plain, true);
  expect(died[0]).toBe('night: 10 of 50 done, stopped without a word; the same command goes on');
  expect(died.filter(line => line.startsWith('running') || line.startsWith('memory'))).toEqual([]);
  expect(died.find(line => line.startsWith('stopped'))).toContain('likelihoods 423/1058');
});

const anyText = fc.string({ unit: 'binary', maxLength: 60 });
const anyPair: fc.Arbitrary<PairStatus> = fc.record(
  {
    name: fc.oneof(
      anyText,
      fc.tuple(anyText, fc.constant('b s 1')).map(texts => texts.join(' ')),
    ),
    state: fc.constantFrom('waiting', 'running', 'observed', 'finished', 'failed'),
    phase: fc.constantFrom('observe', 'conversation', 'probe', 'other'),
    done: fc.nat(1000),
    total: fc.nat(1000),
    rate: fc.double({ min: 0, max: 1e6, noNaN: true }),
    outcome: fc.constantFrom('diverges', 'equivalent', 'inconclusive'),
    effects: fc.nat(4),
    strongest: anyText,
    trigger: anyText,
    case: fc.record({ id: fc.constant('12345678'), text: anyText }),
    error: fc.record({ code: anyText, message: anyText, hint: anyText }),
  },
  { requiredKeys: ['name', 'state', 'done', 'total'] },
);

test('never wider or higher than the terminal, never a control character, and every pair is shown or counted', () => {
  fc.assert(
    fc.property(
      fc.array(anyPair, { maxLength: 40 }),
      fc.integer({ min: 20, max: 200 }),
      fc.integer({ min: 12, max: 60 }),
      anyText,
      (pairs, columns, rows, sweep) => {
        const lines = sweepView({ ...head, sweep, pairs }, { columns, rows }, plain);
        expect(lines.length).toBeLessThanOrEqual(rows);
        for (const line of lines) {
          expect(columnsOf(line)).toBeLessThanOrEqual(columns);
          // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not be there
          expect(line).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
        }
        const wide = sweepView({ ...head, sweep, pairs }, { columns: 400, rows }, plain);
        const below = wide.slice(wide.indexOf('') + 1);
        const counted = below
          .filter(line => line.startsWith('and '))
          .flatMap(line => line.match(/\d+(?= more)/g) ?? []);
        const shown = below.filter(line => !/^(and |  )/.test(line)).length;
        expect(shown + counted.reduce((sum, count) => sum + Number(count), 0)).toBe(pairs.length);
      },
    ),
    { seed: 7, numRuns: 300 },
  );
});

test('cutting counts columns, not characters, and keeps both ends of a name', () => {
  expect(cutTo('数据科学', 5)).toBe('数据…');
  expect(cutTo('e\u0301e\u0301e\u0301', 3)).toBe('e\u0301e\u0301e\u0301');
  expect(cutMiddle('llama-3-finetune:Q4_K_M', 13)).toBe('llama-…Q4_K_M');
  expect(cutMiddle('llama', 5)).toBe('llama');
  expect(columnsOf(cutTo('x'.repeat(1_000_000), 40))).toBe(40);
  expect(columnsOf(cutTo(`a${'\u0301'.repeat(100_000)}`, 40))).toBeLessThanOrEqual(40);
});
