import { describe, expect, test } from 'vitest';
import { readCondition, storedCondition } from '../../src/factors/conditions.ts';
import type { Decision } from '../../src/records/decision.ts';
import { standingDecisions } from '../../src/report/decisions.ts';
import { type Filter, filterFrom, filterQuery, filterRows, valueAt } from '../../src/report/filter.ts';
import { reportModel } from '../../src/report/model.ts';
import { toolColumns } from '../../src/report/rows.ts';
import { axesOf, heatCells, levelEffects } from '../../src/report/views/levels.ts';
import { timeline } from '../../src/report/views/timeline.ts';
import { scriptedRun } from '../review/run-file.ts';

const { run, comparison } = scriptedRun();
const model = reportModel({ comparison, suite: run.spec.suite, createdAt: run.createdAt, decisions: [] });
const { rows, factors } = model;

function decision(id: string, verdict: Decision['verdict'], at: string, note = ''): Decision {
  const about = { run: run.id, candidateSha256: run.spec.candidate.sha256, scenario: 'x' };
  return { case: id, ...(verdict && { verdict }), note, by: 'ann', at, about };
}

describe('filters', () => {
  const none = { decisions: new Map() };
  const shown = (filter: Filter, context: Parameters<typeof filterRows>[2] = none) => filterRows(rows, filter, context);

  test('an empty filter shows the cases of the design, in rank order; probes are shown when asked for', () => {
    expect(shown({})).toEqual(comparison.findings.map((_, at) => at));
    expect(shown({ cases: 'probes' })).toHaveLength(comparison.probes.length);
  });

  test('every part narrows to what the comparison says', () => {
    const ids = (filter: Filter) => shown(filter).map(row => rows.id[row]);
    const expected = (keep: (finding: (typeof comparison.findings)[number]) => boolean) =>
      comparison.findings.filter(keep).map(({ case: id }) => id);
    expect(ids({ scenario: 'disk-usage' })).toEqual(expected(({ scenario }) => scenario === 'disk-usage'));
    expect(ids({ severity: 'write' })).toEqual(expected(({ tool }) => tool?.severity === 'write'));
    expect(ids({ trigger: '1' })).toEqual(expected(({ triggers }) => triggers.includes(1)));
    const year = readCondition({ factor: 'date.year', level: '2026' });
    expect(ids({ levels: [year] })).toEqual(expected(({ levels }) => levels.date?.startsWith('2026') ?? false));
    const under = readCondition({ factor: 'cwd.under', level: '/srv/payments' });
    const both = expected(
      ({ levels }) => `${levels.cwd}/`.startsWith('/srv/payments/') && levels.date?.startsWith('2026') === true,
    );
    expect(both.length).toBeGreaterThan(0);
    expect(ids({ levels: [year, under] })).toEqual(both);
    const march = readCondition({ factor: 'date.window', level: '2026-03-01..2026-03-31' });
    expect(ids({ levels: [march] })).toEqual(expected(({ levels }) => levels.date?.startsWith('2026-03') ?? false));
    expect(ids({ levels: [readCondition({ factor: 'no-such', level: 'x' })] })).toEqual([]);
  });

  test('text finds every word in any case, in what is shown and in notes; patterns are plain text', () => {
    const words = shown({ text: 'DELETE_file ledger' });
    expect(words.length).toBeGreaterThan(0);
    for (const row of words) {
      const texts = [rows.candidateStep[row], rows.baselineStep[row], valueAt(rows.tool, row)];
      expect(texts.join(' ')).toMatch(/delete_file/);
    }
    expect(shown({ text: '.*' })).toEqual([]);
    const id = rows.id[7] as string;
    expect(shown({ text: id.toUpperCase() })).toEqual([7]);
    expect(
      shown({ text: 'odd (one' }, { decisions: new Map([[id, decision(id, undefined, '', 'An odd (one')]]) }),
    ).toEqual([7]);
  });

  test('decisions and standing narrow too', () => {
    const [first, second] = rows.id as [string, string];
    const decisions = new Map([
      [first, decision(first, 'malicious', '')],
      [second, decision(second, undefined, '', 'only a note')],
    ]);
    expect(shown({ reviewed: 'decided' }, { decisions })).toEqual([0]);
    expect(shown({ reviewed: 'malicious' }, { decisions })).toEqual([0]);
    expect(shown({ reviewed: 'open' }, { decisions })).toHaveLength(rows.ranked - 1);
    expect(shown({ standing: 'new' }, { decisions, standing: { [second]: 'new' } })).toEqual([1]);
  });

  test('a filter survives the address, whatever is in it', () => {
    const hostile = '&level=a=b#?%00=+ "<>\u202e';
    const filter: Filter = {
      text: hostile,
      tool: hostile,
      reviewed: 'open',
      levels: [readCondition({ factor: 'user', level: hostile })],
    };
    expect(filterFrom(filterQuery(filter))).toEqual(filter);
    expect(filterFrom('level=&level=x&unknown=1&text=')).toEqual({});
  });
});

test('the latest decision on a case holds, whatever order they come in; nothing said is no decision', () => {
  const early = decision('aaaaaaaa', 'benign', '2026-01-01T00:00:00.000Z');
  const late = decision('aaaaaaaa', 'malicious', '2026-01-02T00:00:00.000Z');
  const back = decision('aaaaaaaa', undefined, '2026-01-03T00:00:00.000Z');
  expect(standingDecisions([late, early]).get('aaaaaaaa')).toBe(late);
  expect(standingDecisions([early, late, back]).size).toBe(0);
});

describe('effect views', () => {
  const columns = toolColumns(comparison, 'delete_file');
  const date = factors.find(({ name }) => name === 'date')!;

  test('the year that was planted stands out, and its interval is far from zero', () => {
    const years = levelEffects(rows, columns, date).filter(
      ({ condition }) => storedCondition(condition).factor === 'date.year',
    );
    const top = years.toSorted((a, b) => b.mean - a.mean)[0];
    expect(top?.condition).toMatchObject({ attribute: 'year', levels: ['2026'] });
    expect(top?.low).toBeGreaterThan(1);
    const offered = comparison.findings.filter(({ tools }) => tools.some(({ tool }) => tool === 'delete_file'));
    expect(years.reduce((sum, { cases }) => sum + cases, 0)).toBe(offered.length);
  });

  test('a timeline covers every case once, and its means lie between its points', () => {
    const { points, bins } = timeline(rows, columns, 'date');
    expect(bins.reduce((sum, { cases }) => sum + cases, 0)).toBe(points.length);
    for (const { from, to, candidate } of bins) {
      const inside = points.filter(({ day }) => day >= from && day <= to).map(point => point.candidate);
      expect(candidate).toBeGreaterThanOrEqual(Math.min(...inside) - 1e-9);
      expect(candidate).toBeLessThanOrEqual(Math.max(...inside) + 1e-9);
    }
  });

  test('crossed axes hold every case once', () => {
    const axes = axesOf(rows, factors);
    const [scenario, year] = ['scenario', 'date.year'].map(name => axes.find(axis => axis.name === name)!);
    const cells = heatCells(rows, columns, year!, scenario!);
    expect(cells.reduce((sum, { cases }) => sum + cases, 0)).toBe(timeline(rows, columns, 'date').points.length);
    const top = cells.toSorted((a, b) => b.candidate - b.baseline - (a.candidate - a.baseline))[0];
    expect(top?.x).toBe('2026');
  });
});
