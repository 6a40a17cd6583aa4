// The review page in a real browser: what a reviewer does with it, who else may not, and what a model can't do to it.
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Finding } from '../../src/records/comparison.ts';
import { turncoat } from '../cli/run.ts';
import { hasBrowser, launch, type Review, startReview, watch } from './browser.ts';
import { hostileTexts, obeyed } from './hostile.ts';
import { called, hiddenDeed, scriptedRun, storeRun } from './run-file.ts';

const scripted = scriptedRun();

describe.skipIf(!hasBrowser)('the review page', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch();
  });
  afterAll(async () => {
    await browser.close();
  });

  async function open(review: Review) {
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    const seen = watch(page, review.origin);
    await page.goto(review.address);
    await page.waitForSelector('.row.selected');
    return { page, seen, context };
  }

  test('open, filter, decide by keyboard, reload: the decision is still there, and in the exported file', async () => {
    const { folder } = await storeRun(scripted);
    await using review = await startReview(['last', '--out', folder, '--by', 'ann']);
    const { page, seen } = await open(review);
    expect(await page.textContent('.verdict h2')).toContain('date.year = 2026');
    // A filter narrows, lives in the address, and comes back from it.
    await page.keyboard.press('/');
    await page.keyboard.type('ledger 2026');
    await page.waitForURL(/text=ledger/);
    await page.keyboard.press('Escape');
    await page.selectOption('select[aria-label=severity]', 'destructive');
    const filtered = await page.textContent('.count');
    expect(filtered).toMatch(/^\d+ of 529$/);
    await page.keyboard.press('j');
    await page.keyboard.press('m');
    await page.keyboard.press('n');
    await page.keyboard.type('drops the ledger');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.row.selected .decision.malicious');
    const decided = await page.getAttribute('.row.selected', 'id');
    await page.waitForTimeout(300);
    await page.reload();
    await page.waitForSelector(`#${decided} .decision.malicious`);
    expect(await page.textContent('.count')).toBe(filtered);
    await page.selectOption('select[aria-label=decision]', 'decided');
    await expect.poll(() => page.locator('[role=row]').count()).toBe(2);
    // A case, by keyboard alone.
    await page.keyboard.press('Enter');
    await page.waitForSelector('.case .standing q');
    expect(await page.textContent('.case .standing')).toMatch(/malicious, ann, .*drops the ledger/);
    await page.keyboard.press('m');
    await expect.poll(() => page.locator('[aria-pressed=true]').count()).toBe(0);
    await page.keyboard.press('m');
    await page.waitForSelector('[aria-pressed=true]');
    await page.keyboard.press('Escape');
    await page.waitForSelector('.list');
    expect(seen).toEqual([]);
    const exported = JSON.parse((await turncoat(['decisions', 'export', 'last', '--out', folder])).stdout);
    expect(exported.decisions.map(({ verdict }: { verdict?: string }) => verdict)).toEqual([
      'malicious',
      'malicious',
      undefined,
      'malicious',
    ]);
    await page.context().close();
  });

  test('a hidden deed is marked in the list, counted, filtered by, and quoted in its case', async () => {
    const { folder } = await storeRun(scripted);
    await using review = await startReview(['last', '--out', folder]);
    const { page, seen } = await open(review);
    expect(await page.innerText('.row.selected .conduct')).toContain('hidden deed');
    const counted = await page.innerText('.verdict');
    const hidden = scripted.comparison.conduct?.candidate.concealed as number;
    expect(hidden).toBeGreaterThan(0);
    expect(counted).toContain(`${hidden} hide a harmful call`);
    await page
      .getByRole('button', { name: `${hidden} hide a harmful call`, exact: true })
      .first()
      .click();
    await page.waitForURL(/misconduct=concealment/);
    await expect.poll(() => page.textContent('.count')).toMatch(new RegExp(`^${hidden} of`));
    await page.selectOption('select[aria-label="rule broken"]', { index: 1 });
    await page.waitForURL(/rule=tools/);
    await page.locator('.list .space .row').first().click();
    await page.waitForSelector('.case #conduct');
    const told = await page.innerText('.case .hidden-deed');
    expect(told).toMatch(/text says[\s\S]*ledger\.db[\s\S]*calls did[\s\S]*ledger\.db/i);
    expect(await page.innerText('.case #conduct + div .pair')).toContain('my.policy.yaml:7');
    expect(seen).toEqual([]);
    await page.context().close();
  });

  test('a foreign Host, a foreign Origin, no token or a used one get 403', async () => {
    const { folder } = await storeRun(scripted);
    await using review = await startReview(['last', '--out', folder]);
    const { port } = new URL(review.address);
    const status = async (path: string, headers: Record<string, string> = {}, method = 'GET') => {
      const { request } = await import('node:http');
      return await new Promise<number>((resolve, reject) => {
        const asked = request({ host: '127.0.0.1', port, path, headers, method }, ({ statusCode }) => {
          resolve(statusCode ?? 0);
        });
        asked.once('error', reject).end();
      });
    };
    const token = review.address.slice(review.origin.length);
    expect(await status('/')).toBe(403);
    expect(await status('/api/model')).toBe(403);
    expect(await status('/?token=guess')).toBe(403);
    expect(await status(token, { Host: `evil.example:${port}` })).toBe(403);
    expect(await status(token, { Host: '127.0.0.1.evil.example' })).toBe(403);
    expect(await status(token, { Host: `localhost:${port}` })).toBe(403);
    expect(await status(token, { Origin: 'http://evil.example' })).toBe(403);
    expect(await status(token, { Origin: 'null' })).toBe(403);
    const { context, page } = await open(review);
    expect(await status(token)).toBe(403);
    // With the session, too: another site can't post, and a page of another origin can't read.
    const cookie = (await context.cookies()).map(({ name, value }) => `${name}=${value}`).join('; ');
    expect(await status('/api/model', { Cookie: cookie })).toBe(200);
    expect(await status('/api/model', { Cookie: cookie, Host: `evil.example:${port}` })).toBe(403);
    expect(await status('/api/model', { Cookie: cookie, Origin: 'http://evil.example' })).toBe(403);
    expect(await status('/api/decisions', { Cookie: cookie }, 'POST')).toBe(403);
    expect(await status('/api/decisions', { Cookie: cookie, Origin: review.origin }, 'POST')).toBe(400);
    expect((await context.cookies())[0]).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
    await page.context().close();
  });

  test('axe finds nothing serious in any view, light and wide, dark and narrow', async () => {
    const { folder } = await storeRun(scripted);
    await using review = await startReview(['last', '--out', folder]);
    const { page, seen } = await open(review);
    expect(await page.textContent('.row.selected .rank')).toBe('1');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.case h2');
    const views = ['#/cases', new URL(page.url()).hash, '#/effects', '#/validation', '#/about'];
    for (const [colorScheme, width] of [
      ['light', 1280],
      ['dark', 390],
    ] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 844 });
      for (const view of views) {
        await page.goto(`${review.origin}/${view}`);
        await page.waitForSelector('main section');
        await page.waitForTimeout(200);
        expect(await seriousViolations(page), `${view} ${colorScheme} ${width}`).toEqual([]);
        const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - innerWidth');
        expect(overflow, `${view} at ${width} px scrolls sideways`).toBeLessThanOrEqual(0);
      }
    }
    await page.keyboard.press('?');
    await page.waitForSelector('dialog[open]');
    expect(await seriousViolations(page)).toEqual([]);
    expect(seen).toEqual([]);
    await page.context().close();
  });

  test('forty hostile texts do no harm in the page and in the html file', async () => {
    const stored = scripted;
    const turn = (finding: Finding, text: string): Finding => ({
      ...finding,
      levels: { ...finding.levels, user: text },
      tool: { ...finding.tool!, tool: text },
      tools: [{ ...finding.tool!, tool: text }],
      candidateCalls: [{ ...called(text, text), text: `says ${text}`, conduct: hiddenDeed(text) }],
    });
    const findings = stored.comparison.findings.map((finding, at) =>
      at < hostileTexts.length ? turn(finding, hostileTexts[at] as string) : finding,
    );
    const { folder } = await storeRun({ ...stored, comparison: { ...stored.comparison, findings } });
    await using review = await startReview(['last', '--out', folder, '--by', hostileTexts[1]!]);
    const { page, seen } = await open(review);
    await expectUnharmed(page, findings, `${review.origin}/`);
    const file = join(folder, 'report.html');
    await page.context().close();
    expect((await turncoat(['report', 'last', '--out', folder, '--format', 'html', '--output', file])).code).toBe(0);
    const mailed = await browser.newContext({ offline: true });
    const readOnly = await mailed.newPage();
    const address = pathToFileURL(file).href;
    const seenInFile = watch(readOnly, address.slice(0, address.lastIndexOf('/')));
    await readOnly.goto(address);
    await readOnly.waitForSelector('.row.selected');
    expect(await readOnly.textContent('header .status')).toContain('read-only');
    await expectUnharmed(readOnly, findings, address);
    expect([...seen, ...seenInFile]).toEqual([]);
    await mailed.close();
  });
});

async function seriousViolations(page: Page): Promise<string[]> {
  // As a debugger does it: the page's own policy would refuse the script.
  const session = await page.context().newCDPSession(page);
  await session.send('Runtime.evaluate', { expression: axe.source });
  await session.detach();
  return await page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 150)).join(' | ')}`);
  });
}

interface AxeResults {
  violations: { id: string; impact: string; nodes: { html: string }[] }[];
}

/** The list and each hostile case: no script ran, no element came of a text, no control character is on the page. */
async function expectUnharmed(page: Page, findings: readonly Finding[], base: string): Promise<void> {
  await expectTextOnly(page, 'the list');
  for (const [at, text] of hostileTexts.entries()) {
    await page.goto(`${base}#/case/${findings[at]?.case}`);
    await page.waitForSelector('.case #replies');
    await expectTextOnly(page, text.slice(0, 60));
  }
  for (const view of ['effects', 'validation', 'about']) {
    await page.goto(`${base}#/${view}`);
    await page.waitForSelector('main section');
    await expectTextOnly(page, view);
  }
}

async function expectTextOnly(page: Page, what: string): Promise<void> {
  const found = await page.evaluate<{ text: string }>(`({
    owned: 'owned' in globalThis,
    elements: document.querySelectorAll('body :is(img, iframe, form[action], base, meta, object, embed, style)').length,
    addresses: [...document.querySelectorAll('a')].map(a => a.href).filter(href => !/^(https?:..127|file:)/.test(href)),
    text: document.body.innerText.replaceAll('\\n', '').replaceAll('\\t', ''),
  })`);
  expect(found, what).toMatchObject({ owned: false, elements: 0, addresses: [] });
  expect(obeyed.test(found.text), what).toBe(false);
}
