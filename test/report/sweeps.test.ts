// A whole sweep in every format: one file for the night, which says of each comparison what its own report says.
import { describe, expect, test } from 'vitest';
import { sweepExitCode } from '../../src/cli/exit-codes.ts';
import type { Comparison } from '../../src/records/comparison.ts';
import type { PairStatus, SweepStatus } from '../../src/records/sweeps/sweep.ts';
import { outcomes } from '../../src/records/verdict.ts';
import { reportFormats } from '../../src/report/formats/index.ts';
import type { Report } from '../../src/report/formats/report.ts';
import { sweepFormats } from '../../src/report/sweeps/index.ts';
import { type ReportedPair, type SweepReport, sweepReport } from '../../src/report/sweeps/sweep-report.ts';
import { hostileTexts, obeyed } from '../review/hostile.ts';
import { expectHarmlessCsv, expectHarmlessMarkdown, expectHarmlessXml } from './harmless.ts';
import { outcomeComparisons } from './outcomes.ts';
import { sarifValidator } from './sarif-schema.ts';

function reportFor(comparison: Comparison): Report {
  const embedded = async () => ({ model: {} as never, columns: [], cases: {} });
  return { comparison, decisions: new Map(), version: '0.1.0', page: () => '', embedded };
}

function pairOf(name: string, comparison: Comparison): ReportedPair {
  const { outcome } = comparison.verdict;
  const pair = { name, state: 'finished', done: 1, total: 1, run: comparison.run.id, outcome, reason: 'why' } as const;
  return { pair, report: reportFor(comparison) };
}

const failed: PairStatus = { name: 'f base devops 1', state: 'failed', done: 0, total: 0 };
const waiting: PairStatus = { name: 'w base devops 1', state: 'waiting', done: 0, total: 0 };

function nightOf(pairs: readonly ReportedPair[], accepted?: 'changed'): SweepReport {
  const status: SweepStatus = {
    schemaVersion: 1,
    sweep: 'night',
    file: 'night.yaml',
    state: 'finished',
    pid: 1,
    host: 'here',
    startedAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T08:00:00.000Z',
    spentMs: 1,
    memoryBytes: 1,
    pairs: pairs.map(({ pair }) => pair),
  };
  return sweepReport(status, pairs, { accepted, version: '0.1.0', page: () => '<meta charset><body></body>' });
}

const named = Object.entries(outcomeComparisons);
const all = named.map(([name, one]) => pairOf(`${name} base devops 1`, one));
const files = async (format: keyof typeof sweepFormats, of: SweepReport) => [await sweepFormats[format]!(of)].flat();
const write = async (format: keyof typeof sweepFormats, of: SweepReport): Promise<string> => {
  const [first, ...more] = await files(format, of);
  expect(more).toEqual([]);
  return first as string;
};

test('a sweep can be written in every format of a run', () => {
  expect(Object.keys(sweepFormats).toSorted()).toEqual(Object.keys(reportFormats).toSorted());
});

test('worst first, and each comparison as its own report has it', async () => {
  const night = nightOf([...all, { pair: failed }, { pair: waiting }]);
  const order = night.pairs.map(({ pair }) => (pair.state === 'failed' ? 0.5 : outcomes.indexOf(pair.outcome!)));
  expect(order.slice(0, -1)).toEqual(order.slice(0, -1).toSorted((a, b) => a - b));
  const { comparisons } = JSON.parse(await write('json', night));
  expect(comparisons).toHaveLength(named.length + 2);
  for (const { report, outcome } of comparisons.filter((one: object) => 'report' in one))
    expect(report.verdict.outcome).toBe(outcome);
  const junit = await write('junit', night);
  for (const [name, one] of named) {
    const suite = junit.match(
      new RegExp(`<testsuite name="turncoat ${name} base devops 1" tests="(\\d+)" failures="(\\d+)"`),
    );
    const own = (await reportFormats.junit(reportFor(one))).match(/tests="(\d+)" failures="(\d+)"/);
    expect(suite?.slice(1)).toEqual(own?.slice(1));
  }
  expect(junit).toMatch(/<testsuites [^>]*errors="2"/);
  const lines = (await write('csv', night)).trimEnd().split('\r\n');
  expect(lines.length - 1).toBe(named.reduce((sum, [, { findings }]) => sum + findings.length, 0));
});

describe('one file passes exactly when the command does', () => {
  const cases: [string, ReportedPair[]][] = [
    ...named.map(([name, one]): [string, ReportedPair[]] => [
      name,
      [pairOf('clean', outcomeComparisons.equivalent!), pairOf(name, one)],
    ]),
    ['failed', [pairOf('clean', outcomeComparisons.equivalent!), { pair: failed }]],
    ['waiting', [pairOf('clean', outcomeComparisons.equivalent!), { pair: waiting }]],
  ];
  test.each(cases)('%s', async (_, pairs) => {
    for (const accepted of [undefined, 'changed'] as const) {
      const night = nightOf(pairs, accepted);
      const flags = { failOn: ['diverges', 'inconclusive', 'changed'] as const, ...(accepted && { accept: accepted }) };
      const code = sweepExitCode({ state: 'finished', pairs: night.pairs.map(({ pair }) => pair) }, flags);
      expect(/<testsuites [^>]*failures="0" errors="0"/.test(await write('junit', night))).toBe(code === 0);
      expect((await write('md', night)).startsWith('## ✅')).toBe(code === 0);
      const { comparisons } = JSON.parse(await write('json', night));
      expect(comparisons.every(({ clean }: { clean: boolean }) => clean)).toBe(code === 0);
    }
  });
});

test('sarif: a run and a category for each, none for what has no verdict where GitHub would close its alerts', async () => {
  const validate = sarifValidator();
  const twice = [
    ...all,
    ...all.map(({ pair, report }) => ({ pair: { ...pair, name: pair.name.replace(' ', '/') }, report })),
  ];
  const night = nightOf([...twice, { pair: failed }, { pair: waiting }]);
  for (const [format, more] of [
    ['sarif', 2],
    ['code-scanning', 0],
  ] as const) {
    const log = JSON.parse(await write(format, night));
    expect(validate(log), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
    expect(log.runs).toHaveLength(twice.length + more);
    const categories = log.runs.map((run: { automationDetails: { id: string } }) =>
      run.automationDetails.id.split('/').slice(0, -1).join('/'),
    );
    expect(new Set(categories).size).toBe(log.runs.length);
  }
});

test('sarif for code scanning: no file has more than the 20 runs that it takes, and a comparison keeps its category', async () => {
  const [one] = all as [ReportedPair];
  const many = Array.from({ length: 45 }, (_, at) => ({
    ...one,
    pair: { ...one.pair, name: `c ${at} base devops 1` },
  }));
  // One name in two spellings is two categories, whichever is worse.
  const spelt = ['c 7/base devops 1', 'c/7 base devops 1'].map(name => ({ ...one, pair: { ...one.pair, name } }));
  const categories = async (pairs: readonly ReportedPair[]) => {
    const logs = (await files('code-scanning', nightOf(pairs))).map(text => JSON.parse(text));
    for (const log of logs) {
      expect(sarifValidator()(log)).toBe(true);
      expect(log.runs.length).toBeLessThanOrEqual(20);
    }
    return logs.map(({ runs }) => runs.map((run: { automationDetails: { id: string } }) => run.automationDetails.id));
  };
  const night = await categories([...many, { pair: failed }, ...spelt]);
  expect(night.map(({ length }) => length)).toEqual([20, 20, 7]);
  expect(new Set(night.flat()).size).toBe(47);
  const equivalent = outcomeComparisons.equivalent!;
  const better = many.map((pair, at) => (at % 2 === 0 ? { ...pair, report: reportFor(equivalent) } : pair));
  const kept = (ids: string[]) => ids.map(id => id.split('/').slice(0, -1).join('/')).toSorted();
  expect(kept((await categories([...spelt.toReversed(), ...better])).flat())).toEqual(kept(night.flat()));
  expect(await categories(many.slice(0, 20))).toHaveLength(1);
});

test.each(hostileTexts.map((text, at) => [at, text] as const))('hostile text %i is obeyed nowhere', async (_, text) => {
  const [first] = all as [ReportedPair];
  const error = { code: text, message: text, hint: text };
  const pairs: ReportedPair[] = [
    { ...first, pair: { ...first.pair, name: `a ${text}`, trigger: text, reason: text } },
    { pair: { ...failed, name: `b ${text}`, error } },
    { pair: { ...waiting, name: `c ${text}` } },
  ];
  const night = { ...nightOf(pairs), sweep: { ...nightOf(pairs).sweep, sweep: text } };
  const printed: Record<string, string> = {};
  for (const format of Object.keys(sweepFormats) as (keyof typeof sweepFormats)[])
    printed[format] = await write(format, night);
  for (const [format, output] of Object.entries(printed)) expect(obeyed.test(output), format).toBe(false);
  expectHarmlessMarkdown(printed.md!);
  expectHarmlessXml(printed.junit!);
  expectHarmlessCsv(printed.csv!, first.report!.comparison.findings.length);
  JSON.parse(printed.sarif!);
  expect(printed.md!.length).toBeLessThan(65_536);
});

test('a comment on a sweep of a thousand comparisons is one that GitHub takes', async () => {
  const diverging = outcomeComparisons.diverges!;
  const many = Array.from({ length: 1000 }, (_, at) => pairOf(`candidate-${at} base devops 1`, diverging));
  const text = await write('md', nightOf(many));
  expect(text.length).toBeLessThan(65_536);
  expect(text).toContain('0 of 1000 comparisons are clean');
  expect(text).toContain('940 more comparisons are not shown');
});
