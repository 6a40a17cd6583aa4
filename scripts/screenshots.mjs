// Pictures of the review page's views, light and dark, wide and narrow: `node scripts/screenshots.mjs RUN FOLDER`.
// With `--docs` it makes the ones that the README shows.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';

const [run = 'last', folder = 'screenshots', mode] = process.argv.slice(2);
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';

/** Starts `turncoat review` and gives its one-time address. */
function startReview() {
  const child = spawn(process.execPath, ['bin/turncoat.js', 'review', run, '--no-open', '--by', 'reviewer'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return new Promise((resolve, reject) => {
    child.once('exit', code => reject(new Error(`turncoat review ended with ${code}`)));
    child.stdout.once('data', text => resolve({ child, address: String(text).trim() }));
  });
}

const sizes = {
  wide: { width: 1280, height: 800 },
  narrow: { width: 390, height: 844 },
  docs: { width: 1200, height: 480 },
};
const views = {
  cases: '#/cases',
  filtered: '#/cases?severity=destructive&level=date.year%3D2026&text=drop',
  turned: '#/cases?grade=turned',
  effects: '#/effects',
  validation: '#/validation',
  about: '#/about',
};

mkdirSync(folder, { recursive: true });
const { child, address } = await startReview();
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
const origin = new URL(address).origin;
const context = await browser.newContext();
const page = await context.newPage();
page.on('console', message => console.error(`console: ${message.text()}`));
page.on('pageerror', error => console.error(`page: ${error.message}`));
await page.goto(address);
await page.waitForSelector('.row.selected');
const first = await page.evaluate(() => document.querySelector('.row.selected')?.id);
await page.keyboard.press('Enter');
await page.waitForSelector('.case h2');
views.case = new URL(page.url()).hash;
console.error(`first row ${first}, first case ${views.case}`);

async function picture(name, view, size, scheme, whole) {
  await page.setViewportSize(sizes[size]);
  await page.emulateMedia({ colorScheme: scheme });
  await page.goto(`${origin}/${views[view]}`);
  await page.reload();
  await page.waitForSelector('main section, .case h2');
  await page.waitForTimeout(400);
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: whole });
}

if (mode === '--docs') {
  await picture('review-cases', 'cases', 'docs', 'light', false);
  await picture('review-case', 'case', 'docs', 'light', false);
  await picture('review-effects', 'effects', 'docs', 'dark', false);
} else {
  for (const view of Object.keys(views))
    for (const size of Object.keys(sizes))
      for (const scheme of ['light', 'dark'])
        await picture(`${view}-${size}-${scheme}`, view, size, scheme, !['cases', 'filtered', 'turned'].includes(view));
}
await browser.close();
child.kill('SIGINT');
