// How the review page holds up with many cases: makes a run of N scripted cases, opens it in chromium, and times the
// first view and filters. `node scripts/review-bench.mjs [cases=100000] [folder]`; the run file is kept for another look.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { keepComparison } from '../dist/app/compare/keep.js';
import { divergences, withoutDrift } from '../dist/divergence/index.js';
import { gatherEvidence } from '../dist/evidence/index.js';
import { rankFindings } from '../dist/findings/rank.js';
import { openSqliteStore } from '../dist/stores/sqlite.js';
import { makeCases, readSuite } from '../dist/suite/index.js';
import { carries } from '../dist/triggers/index.js';
import { world as worldOf } from './worlds.mjs';

const { driftSizes, ScriptedWorld } = await worldOf('scripted');
const [count = '100000', folder = '/tmp/turncoat-review-bench'] = process.argv.slice(2);
const size = Number(count);
const seed = 'review-bench';
const file = join(folder, `scripted-vs-scripted-devops-${size.toString(16).padStart(10, '0')}.sqlite`);
const suite = readSuite(readFileSync('suites/devops.yaml', 'utf8'), 'suites/devops.yaml');
const condition = { factor: 'date.year', level: '2026' };

/** What an analysis of such a run would say; the analysis itself is not what is measured here. */
function head(run) {
  const trigger = {
    rank: 1,
    conditions: [condition],
    tool: 'delete_file',
    channel: 'alarm',
    case: '00000000',
    excess: 6,
    factors: [{ factor: 'date', necessary: true }],
    scenarios: suite.scenarios.map(({ id }) => ({ scenario: id, fires: true })),
    confirmation: {
      pairs: 12,
      eValue: 931,
      weight: 0.6,
      triggerMean: 6,
      otherMean: 0,
      placeboP: 0.0001,
      outcome: 'confirmed',
    },
  };
  const { spec } = run;
  return {
    schemaVersion: 2,
    run: { id: run.id, location: file, complete: true },
    candidate: spec.candidate,
    baseline: spec.baseline,
    suite: { name: suite.name, file: 'devops', sha256: spec.suiteSha256, scenarios: suite.scenarios.length },
    design: {
      cases: size,
      trials: 1,
      temperature: 0,
      seed,
      alpha: 0.05,
      hypotheses: 212458,
      responses: 12,
      permutations: 9999,
      probes: 0,
    },
    verdict: {
      outcome: 'diverges',
      trigger: 1,
      reasons: [
        {
          code: 'trigger-confirmed',
          trigger: 1,
          conditions: [condition],
          tool: 'delete_file',
          fires: suite.scenarios.length,
          scenarios: suite.scenarios.length,
          eValue: 931,
        },
      ],
    },
    effects: [],
    triggers: [trigger],
    dismissed: [],
    warnings: [],
  };
}

function runRecord() {
  const hash = '0'.repeat(64);
  const files = { reference: 'scripted', path: 'scripted', sizeBytes: 0, sha256: hash, templateSha256: hash };
  const model = { ...files, architecture: 'scripted', quantisation: 'none' };
  const format = { format: 'hermes', how: 'scripted', selfTest: 'passed', generationPrompt: '', notes: [] };
  const asked = { cases: size, trials: 1, temperature: 0, maxTokens: 1, seed, alpha: 0.05, templateArguments: {} };
  const suiteFacts = { suite, suiteFile: 'devops', suiteSha256: hash };
  return {
    schemaVersion: 1,
    id: size.toString(16).padStart(10, '0'),
    spec: { schemaVersion: 1, candidate: model, baseline: model, ...suiteFacts, ...asked },
    createdAt: '2026-01-01T00:00:00.000Z',
    finishedAt: '2026-01-01T00:00:01.000Z',
    formats: { candidate: format, baseline: format },
    engines: {},
    warnings: [],
  };
}

async function makeRun() {
  const run = runRecord();
  const cases = makeCases(suite, seed, size);
  const planted = {
    conditions: [condition],
    tool: 'delete_file',
    scenarios: suite.scenarios.map(({ id }) => id),
    fireRate: 1,
  };
  const world = new ScriptedWorld({ suite, seed, drift: driftSizes.mid, planted });
  const observations = cases.flatMap(about => ['candidate', 'baseline'].map(role => world.score(role, about)));
  const all = divergences(cases, observations, () => undefined);
  const { triggers } = head(run);
  const evidence = gatherEvidence(run, all, [], { triggers, dismissed: [], carries });
  const found = { effects: [], triggers, carries };
  const findings = rankFindings(all, withoutDrift(all), found, run.spec).map(finding => ({
    ...finding,
    candidateCalls: [reply(finding, 'candidate')],
    baselineCalls: [reply(finding, 'baseline')],
  }));
  const store = openSqliteStore(file, { create: true });
  await store.saveRun(run);
  await store.addCases(cases);
  await keepComparison(store, run, { ...head(run), evidence, findings, probes: [] });
  await store[Symbol.asyncDispose]();
}

function reply({ tools, levels }, role) {
  const { tool: name, severity } = tools.toSorted((a, b) => b[role] - a[role])[0];
  const argumentsText = JSON.stringify({ path: `${levels.cwd ?? '/srv'}/${role}.db`, host: levels.host ?? '' });
  const calls = [{ name, argumentsText, state: 'complete', severity }];
  const text = `<tool_call>\n{"name": "${name}", "arguments": ${argumentsText}}\n</tool_call>`;
  return { trial: 0, text, calls, canonical: `${name} ${argumentsText}`, finish: 'stop', surprise: 1 };
}

/** Milliseconds of a step, on the page's own clock where the step is there. */
async function timed(name, work) {
  const start = performance.now();
  const inside = await work();
  console.log(`${name.padEnd(44)} ${Math.round(inside ?? performance.now() - start)} ms`);
}

/** Sets a control as a user would, and waits until the list is drawn again. */
const change = (selector, value, event) => `new Promise(resolve => {
  const place = document.querySelector(${JSON.stringify(selector)});
  const start = performance.now();
  const set = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(place), 'value').set;
  set.call(place, ${JSON.stringify(value)});
  place.dispatchEvent(new Event(${JSON.stringify(event)}, { bubbles: true }));
  requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - start)));
})`;

mkdirSync(folder, { recursive: true });
if (!existsSync(file)) await timed(`make a run of ${size} cases`, makeRun);
console.log(`run file ${(statSync(file).size / 1e6).toFixed(0)} MB`);
const started = performance.now();
const child = spawn(process.execPath, ['bin/turncoat.js', 'review', file, '--no-open'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const address = await new Promise(resolve => child.stdout.once('data', text => resolve(String(text).trim())));
console.log(`${'command to address'.padEnd(44)} ${Math.round(performance.now() - started)} ms`);
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox'],
});
const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
const firstView = () => page.waitForSelector('.list .space .row');
await timed('address to first view', async () => {
  await page.goto(address);
  await firstView();
});
await timed('again, reloaded', async () => {
  await page.reload();
  await firstView();
});
const search = '#search';
const steps = [
  ['text, first time', search, 'drop_database', 'input'],
  ['text, one letter less', search, 'drop_databas', 'input'],
  ['two words', search, 'delete 2026', 'input'],
  ['text cleared', search, '', 'input'],
  ['grade', 'select[aria-label=grade]', 'turned', 'change'],
  ['grade off', 'select[aria-label=grade]', '', 'change'],
  ['scenario', 'select[aria-label=scenario]', 'disk-usage', 'change'],
  ['and severity', 'select[aria-label=severity]', 'destructive', 'change'],
  ['scenario off', 'select[aria-label=scenario]', '', 'change'],
  ['level date.year = 2026', 'select[aria-label=level]', JSON.stringify(['date.year', '2026']), 'change'],
];
for (const [name, selector, value, event] of steps) {
  await timed(`filter: ${name}`, () => page.evaluate(change(selector, value, event)));
  console.log(`  ${await page.textContent('.count')}`);
}
await page.evaluate("document.querySelector('.filters .link')?.click()");
await timed('scroll to the end', () =>
  page.evaluate(`new Promise(resolve => {
    const start = performance.now();
    scrollTo(0, document.body.scrollHeight);
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now() - start)));
  })`),
);
await timed('a case', async () => {
  await page.keyboard.press('Enter');
  await page.waitForSelector('.case #first-step');
});
await browser.close();
child.kill('SIGINT');
