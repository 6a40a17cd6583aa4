// Every outcome on the page and through the command: sign, word and exit code agree, and counts lead to their cases.
import { describe, expect, test } from 'vitest';
import { exitCodes } from '../../src/cli/exit-codes.ts';
import { channelNames } from '../../src/words/verdict/channel-texts.ts';
import { channelsOf, marks } from '../../src/report/channels.ts';
import { outcomeTable } from '../../src/words/verdict/outcomes.ts';
import { freshFolder, turncoat } from '../cli/run.ts';
import { outcomeComparisons } from '../report/outcomes.ts';
import { hasBrowser, launch, startReview, watch } from './browser.ts';
import { scriptedRun, storeRun } from './run-file.ts';

const scripted = scriptedRun();
const all = Object.entries(outcomeComparisons);

test.each(['diverges', 'inconclusive', 'changed', 'equivalent'])('%s: a report ends with its exit code', async name => {
  const comparison = outcomeComparisons[name]!;
  const { outcome } = comparison.verdict;
  const { folder, file } = await storeRun({ ...scripted, comparison }, freshFolder());
  const report = (...args: string[]) => turncoat(['report', file, '--out', folder, '--format', 'junit', ...args]);
  const counted = await report('--fail-on', 'diverges,inconclusive,changed');
  expect(counted.stderr).toBe('');
  expect(counted.code).toBe(exitCodes[outcome]);
  expect(counted.stdout.includes('failures="0"')).toBe(counted.code === 0);
  const accepted = await report('--fail-on', 'diverges,inconclusive,changed', '--accept', 'changed');
  expect(accepted.code).toBe(outcome === 'changed' ? 0 : exitCodes[outcome]);
  expect(accepted.stdout.includes('failures="0"')).toBe(accepted.code === 0);
});

describe.skipIf(!hasBrowser)('the page', () => {
  test('shows every outcome with its sign and word, all channels, and the cases behind a count', async () => {
    const browser = await launch();
    for (const [name, comparison] of all) {
      const { folder } = await storeRun({ ...scripted, comparison }, freshFolder());
      await using review = await startReview(['last', '--out', folder]);
      const page = await (await browser.newContext({ viewport: { width: 1280, height: 900 } })).newPage();
      const seen = watch(page, review.origin);
      await page.goto(review.address);
      await page.waitForSelector('.row.selected');
      const { outcome } = comparison.verdict;
      expect((await page.innerText('.verdict .outcome')).toLowerCase(), name).toBe(
        `${outcomeTable[outcome].sign} ${outcome}`,
      );
      const stands = await page.locator('.evidence td.stands').allInnerTexts();
      const expected = channelsOf(comparison).map(({ mark }) => `${marks[mark].sign} ${marks[mark].word}`);
      expect(stands, name).toEqual(expected);
      expect(stands).toHaveLength(channelNames.length);
      const grades = await page.locator('.list .space .row .grade').allInnerTexts();
      expect(grades.map(text => text.split(' ').at(-1))).toEqual(comparison.findings.map(({ grade }) => grade));
      if (name === 'inconclusive') {
        await page.getByRole('button', { name: '2 unexplained' }).click();
        await page.waitForURL(/alarm=open/);
        await expect.poll(() => page.textContent('.count')).toBe('2 of 2');
        await page.selectOption('select[aria-label=grade]', 'turned');
        await expect.poll(() => page.textContent('.count')).toBe('1 of 2');
      }
      if (name === 'diverges') {
        const [lost] = comparison.evidence.regressions;
        await page.getByRole('button', { name: `${lost?.lost} lost, first step` }).click();
        await page.waitForURL(/right=lost/);
        await expect.poll(() => page.textContent('.count')).toBe('3 of 5');
      }
      expect(seen, name).toEqual([]);
      if (process.env.PICTURES !== undefined) {
        for (const colorScheme of ['light', 'dark'] as const) {
          await page.emulateMedia({ colorScheme });
          await page.screenshot({ path: `${process.env.PICTURES}/${name}-${colorScheme}.png` });
        }
      }
      await page.context().close();
    }
    await browser.close();
  });
});
