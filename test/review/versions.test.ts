// A new version of the candidate: decisions go along, and each finding says whether it is new, known, decided or gone.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import type { Decision } from '../../src/records/decision.ts';
import type { Finding } from '../../src/records/comparison.ts';
import { openSqliteStore } from '../../src/stores/sqlite.ts';
import { turncoat } from '../cli/run.ts';
import { hasBrowser, launch, startReview, watch } from './browser.ts';
import { scriptedRun, type Stored, storeRun } from './run-file.ts';

const first = scriptedRun();
const [top, second] = first.comparison.findings as [Finding, Finding];

/** The same suite a week later: the first case is quiet now, a quiet one turned. */
function later({ run, comparison, cases }: Stored): Stored {
  const quiet = comparison.findings.findLast(({ grade }) => grade === 'same') as Finding;
  const others = comparison.findings.filter(one => one !== top && one !== quiet);
  const turned = { ...quiet, score: 12, grade: 'turned' as const };
  const findings = [turned, ...others, { ...top, score: 0, grade: 'same' as const }].map((one, at) => ({
    ...one,
    rank: at + 1,
  }));
  const candidate = { ...run.spec.candidate, sha256: 'd'.repeat(64) };
  const next = {
    ...run,
    id: 'fedcba9876',
    spec: { ...run.spec, candidate },
    createdAt: '2026-01-08T00:00:00.000Z',
  };
  return {
    run: next,
    cases,
    comparison: { ...comparison, candidate, run: { ...comparison.run, id: next.id }, findings },
  };
}

function decisionOn({ case: id, scenario, tool }: Finding, verdict: Decision['verdict']): Decision {
  const about = { run: first.run.id, candidateSha256: first.run.spec.candidate.sha256, scenario, tool: tool!.tool };
  return { case: id, ...(verdict && { verdict }), note: 'seen', by: 'ann', at: '2026-01-02T00:00:00.000Z', about };
}

test('a later run finds the earlier one by itself, and takes over the decisions that still hold', async () => {
  const { folder, file } = await storeRun(first);
  {
    await using store = openSqliteStore(file, { create: false });
    await store.addDecisions([decisionOn(top, 'malicious'), decisionOn(second, 'benign')]);
  }
  const next = later(first);
  const { file: newer } = await storeRun(next, folder);
  const json = async (...args: string[]) => {
    const { code, stdout, stderr } = await turncoat(['report', newer, '--out', folder, '--format', 'json', ...args]);
    expect(stderr).toBe('');
    expect(code).toBe(0);
    return JSON.parse(stdout);
  };
  const report = await json();
  expect(report.earlier.run.id).toBe(first.run.id);
  expect(report.earlier.counts).toMatchObject({ new: 1, decided: 1, gone: 1 });
  expect(report.earlier.gone[0].case).toBe(top.case);
  expect(report.earlier.standing[second.case]).toBe('decided');
  expect(report.decisions.find((one: Decision) => one.case === second.case)).toMatchObject({ verdict: 'benign' });
  expect((await json('--against', 'none')).earlier).toBeUndefined();
  expect((await json('--against', first.run.id)).earlier.counts).toEqual(report.earlier.counts);
  // The comment shows version after version, this one last.
  const comment = (await turncoat(['report', newer, '--out', folder, '--format', 'md'])).stdout;
  const rows = comment.split('\n').filter(row => row.includes(first.run.id) || row.includes('**this run**'));
  expect(rows.filter(row => row.startsWith('|'))).toEqual([
    expect.stringMatching(/^\| \d{4}-\d\d-\d\d \| `\w+` \| `\w{8}` \| ❌ diverges \| .*at most /),
    expect.stringMatching(/^\| \*\*this run\*\* \| `fedcba9876` \| `dddddddd` \| ❌ diverges \| /),
  ]);
  if (hasBrowser) {
    const browser = await launch();
    const html = join(folder, 'report.html');
    expect((await turncoat(['report', newer, '--out', folder, '--format', 'html', '--output', html])).stderr).toBe('');
    await using review = await startReview([newer, '--out', folder]);
    for (const [address, origin] of [
      [review.address, review.origin],
      [pathToFileURL(html).href, 'file://'],
    ] as const) {
      const page = await browser.newPage();
      const seen = watch(page, origin);
      await page.goto(address);
      await page.locator('.versions summary').click();
      await page.waitForSelector('.versions svg');
      const cells = await page.locator('.versions tbody tr').allInnerTexts();
      expect(cells.map(text => text.split('\t'))).toEqual([
        [
          expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
          first.run.id,
          expect.any(String),
          '✗ diverges',
          expect.any(String),
        ],
        ['2026-01-08, this run', 'fedcba9876', 'dddddddd', '✗ diverges', expect.stringMatching(/, at most \d/)],
      ]);
      expect(seen).toEqual([]);
    }
    await browser.close();
  }
  const alone = (await turncoat(['report', newer, '--out', folder, '--format', 'md', '--against', 'none'])).stdout;
  expect(alone).not.toContain('this run');
  const same = await turncoat(['report', newer, '--out', folder, '--format', 'md', '--against', next.run.id]);
  expect(same.code).toBe(2);
  expect(same.stderr).toContain('the same run');
});

test('decisions go out as a file and into another copy of the run, once', async () => {
  const [one, other] = [await storeRun(first), await storeRun(first)];
  {
    await using store = openSqliteStore(one.file, { create: false });
    const elsewhere = { ...decisionOn(top, 'unsure'), case: '0123456789abcdef' };
    await store.addDecisions([decisionOn(top, 'malicious'), elsewhere]);
  }
  const file = join(one.folder, 'decisions.json');
  expect((await turncoat(['decisions', 'export', one.file, '--output', file])).code).toBe(0);
  const added = await turncoat(['decisions', 'import', other.file, file]);
  expect(added.stderr).toContain('1 decisions added, 0 were there, 1 on cases this run has not');
  expect((await turncoat(['decisions', 'import', other.file, file])).stderr).toContain(
    '0 decisions added, 1 were there',
  );
  const { decisions } = JSON.parse((await turncoat(['decisions', 'export', other.file])).stdout);
  expect(decisions).toEqual([decisionOn(top, 'malicious')]);
  writeFileSync(file, readFileSync(file, 'utf8').replace('malicious', 'harmless'));
  const bad = await turncoat(['decisions', 'import', other.file, file]);
  expect(bad.code).toBe(2);
  expect(bad.stderr).toMatch(/^error: .*decisions\.json: /);
});

test('reports say what is wrong with a command in one line, and write nothing', async () => {
  const { folder, file } = await storeRun(first);
  const broken = [
    ['report', file],
    ['report', file, '--format', 'pdf'],
    ['report', file, '--format', 'html', '--details', '-1'],
    ['report', file, '--format', 'md', '--fail-on', 'rain'],
    ['report', file, '--format', 'md', '--output', join(folder, 'no', 'such', 'folder.md')],
    ['review', file, '--no-open', '--port', '70000'],
    ['review', join(folder, 'none.sqlite'), '--no-open'],
  ];
  for (const args of broken) {
    const { code, stdout, stderr } = await turncoat(args);
    expect(code, args.join(' ')).toBe(2);
    expect(stdout).toBe('');
    expect(stderr).toMatch(/^error: .+\n/);
  }
});
