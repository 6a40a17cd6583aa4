// Every outcome and every reason, in every format: the same word, sign and colour, and none that disagrees with the exit
// code. What is printed is kept as golden files; `npx vitest run test/report -u` writes them anew.
import { describe, expect, test } from 'vitest';
import { exitCodeFor, exitCodes } from '../../src/cli/exit-codes.ts';
import { anyHarm } from '../../src/divergence/index.ts';
import { type Comparison, comparisonSchema } from '../../src/records/comparison.ts';
import type { Outcome } from '../../src/records/verdict.ts';
import { outcomes, reasonSchema } from '../../src/records/verdict.ts';
import { channelNames } from '../../src/words/verdict/channel-texts.ts';
import { channelsOf, marks } from '../../src/report/channels.ts';
import { columnsOf } from '../../src/words/columns.ts';
import { reportFormats } from '../../src/report/formats/index.ts';
import type { Report } from '../../src/report/formats/report.ts';
import { terminalReport } from '../../src/report/formats/terminal.ts';
import { isClean, outcomeTable } from '../../src/words/verdict/outcomes.ts';
import { reasonSentence } from '../../src/words/verdict/reasons.ts';
import { toolText } from '../../src/words/wording.ts';
import { hostileTexts, obeyed } from '../review/hostile.ts';
import { expectHarmlessCsv, expectHarmlessMarkdown, expectHarmlessXml } from './harmless.ts';
import { outcomeComparisons } from './outcomes.ts';
import { sarifValidator } from './sarif-schema.ts';

const all = Object.entries(outcomeComparisons);
const paints = ['bold', 'dim', 'red', 'green', 'yellow', 'cyan'] as const;
const plain = coloursBy((_, text) => text);
const tagged = coloursBy((name, text) => `<${name}>${text}</${name}>`);

function coloursBy(paint: (name: string, text: string) => string) {
  const entries = paints.map(name => [name, (text: string) => paint(name, text)] as const);
  return Object.fromEntries(entries) as Record<(typeof paints)[number], (text: string) => string>;
}

function reportFor(comparison: Comparison, accepted?: Outcome): Report {
  const none = () => {
    throw new Error('not asked for');
  };
  return { comparison, decisions: new Map(), accepted, version: '0.1.0', page: none, embedded: none };
}

test('the comparisons are of the schema, and give every outcome and every reason', () => {
  for (const [name, comparison] of all) expect(comparisonSchema.safeParse(comparison).error, name).toBeUndefined();
  const given = new Set(all.flatMap(([, { verdict }]) => verdict.reasons.map(({ code }) => code)));
  const known = reasonSchema.options.map(({ shape }) => shape.code.value);
  expect([...given].toSorted()).toEqual([...known].toSorted());
  expect(new Set(all.map(([, { verdict }]) => verdict.outcome))).toEqual(new Set(outcomes));
});

test('every reason is a sentence with nothing left out', () => {
  const texts = all.flatMap(([, { verdict }]) => verdict.reasons.map(reasonSentence));
  expect(texts.length).toBeGreaterThan(30);
  for (const text of texts) {
    expect(text.length).toBeGreaterThan(20);
    expect(text).not.toMatch(/undefined|NaN|\[object|\(harm\)|\$\{/);
  }
});

test('what stands for all harmful tools is worded, as the method calls it', () => {
  expect(toolText(anyHarm)).toBe('a harmful tool');
});

test('signs and words of outcomes are different, and what fails is what has an exit code', () => {
  expect(new Set(outcomes.map(one => outcomeTable[one].sign)).size).toBe(outcomes.length);
  expect(new Set(outcomes.map(one => outcomeTable[one].colour)).size).toBe(outcomes.length);
  for (const outcome of outcomes) {
    const { fails, sarif } = outcomeTable[outcome];
    expect(fails).toBe(exitCodes[outcome] !== 0);
    expect(sarif.kind === 'fail').toBe(fails);
    expect(sarif.level === 'none').toBe(!fails);
  }
});

describe.each(all)('%s', (name, comparison) => {
  const { verdict } = comparison;
  const { sign, emoji, colour } = outcomeTable[verdict.outcome];

  test('is printed as it always was', async () => {
    const golden = (file: string) => `golden/outcomes/${name}.${file}`;
    for (const width of [80, 120]) {
      const text = terminalReport(comparison, { colours: plain, width, findings: 20 });
      await expect(text).toMatchFileSnapshot(golden(`${width}.txt`));
    }
    const report = reportFor(comparison);
    await expect(await reportFormats.md(report)).toMatchFileSnapshot(golden('md'));
    await expect(await reportFormats.junit(report)).toMatchFileSnapshot(golden('junit.xml'));
    const sarif = JSON.stringify(JSON.parse(await reportFormats.sarif(report)), null, 2);
    await expect(`${sarif}\n`).toMatchFileSnapshot(golden('sarif'));
  });

  test.each([72, 80, 100, 120, 200])('fits %i columns', width => {
    const lines = terminalReport(comparison, { colours: plain, width, findings: 20 }).split('\n');
    expect(lines.filter(line => columnsOf(line) > width)).toEqual([]);
  });

  test.each([undefined, 'changed'] as const)('every format agrees with the exit code, accepting %s', async accepted => {
    const code = exitCodeFor(verdict, {
      failOn: ['diverges', 'inconclusive', 'changed'],
      ...(accepted && { accept: accepted }),
    });
    const report = reportFor(comparison, accepted);
    const clean = code === 0;
    expect(isClean(verdict, accepted)).toBe(clean);

    const terminal = terminalReport(comparison, { colours: tagged, width: 100, findings: 20 });
    expect(terminal).toContain(`<bold><${colour}>${sign} ${verdict.outcome.toUpperCase()}</${colour}></bold>`);
    const md = await reportFormats.md(report);
    expect(md).toMatch(
      new RegExp(
        `^## ${emoji} turncoat: ${verdict.outcome}${clean && code !== exitCodes[verdict.outcome] ? ', accepted' : ''}\n`,
      ),
    );

    const junit = await reportFormats.junit(report);
    const count = (tag: string) => junit.split(`<${tag}`).length - 1;
    const totals = junit.match(/<testsuites [^>]*tests="(\d+)" failures="(\d+)" errors="0" skipped="(\d+)"/);
    expect(totals?.slice(1).map(Number)).toEqual([count('testcase '), count('failure '), count('skipped ')]);
    expect(count('failure ') === 0).toBe(clean);
    const own = junit.match(/name="verdict">\s*<(\w+[-\w]*)/)?.[1];
    expect(own).toBe(clean ? 'system-out' : 'failure');
    const scenarios = new Set(comparison.findings.map(({ scenario }) => scenario)).size;
    expect(count('testcase ')).toBe(1 + channelNames.length + scenarios);

    const log = JSON.parse(await reportFormats.sarif(report));
    const [result] = log.runs[0].results;
    expect(result.ruleId).toBe('verdict');
    if (clean) {
      expect(['none', 'note']).toContain(result.level);
      for (const { level = 'warning' } of log.runs[0].results) expect(['none', 'note']).toContain(level);
    } else expect([result.kind, result.level]).toEqual(['fail', verdict.outcome === 'diverges' ? 'error' : 'warning']);
    expect(JSON.parse(await reportFormats.json(report)).verdict).toMatchObject({ outcome: verdict.outcome, clean });
  });

  test('sarif is valid, every channel is shown, none says other than the verdict', async () => {
    const validate = sarifValidator();
    for (const accepted of [undefined, 'changed'] as const) {
      const log = JSON.parse(await reportFormats.sarif(reportFor(comparison, accepted)));
      expect(validate(log), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
    }
    const channels = channelsOf(comparison);
    expect(channels.map(one => one.name)).toEqual(channelNames);
    const found = new Set(channels.map(({ mark }) => mark));
    if (verdict.outcome === 'diverges') expect(found).toContain('harm');
    else expect(found).not.toContain('harm');
    if (verdict.outcome === 'changed') expect(found).toContain('changed');
    if (verdict.outcome === 'inconclusive') expect(found).toContain('open');
    if (verdict.outcome === 'equivalent')
      expect([...found].filter(mark => mark !== 'ok' && mark !== 'not-measured')).toEqual([]);
    for (const { text, mark } of channels) expect(`${marks[mark].word} ${text}`).not.toMatch(/undefined|NaN|\(harm\)/);
  });
});

/** Keys whose texts a model, a file or a suite can have written. */
const foreign = new Set(
  (
    'scenario detail tool level reference quantisation name file finding location seed text argumentsText factors date ' +
    'user case cases run'
  ).split(' '),
);

/** The hostile text wherever one of them stands. */
function spoilt(value: unknown, text: string, key = ''): unknown {
  if (typeof value === 'string') return foreign.has(key) ? text : value;
  if (Array.isArray(value)) return value.map(one => spoilt(one, text, key));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, spoilt(one, text, name)]));
}

test.each(hostileTexts.map((text, at) => [at, text] as const))('hostile text %i is obeyed nowhere', async (_, text) => {
  for (const [name, comparison] of all.filter(([one]) => one !== 'identical' && one !== 'equivalent')) {
    // A megabyte in a hundred places says no more than a tenth of it.
    const whole = spoilt(comparison, text.slice(0, 100_000)) as Comparison;
    const earlier = { run: text, cases: 3, still: 1 };
    const report = reportFor({ ...whole, run: { ...whole.run, id: text }, design: { ...whole.design, earlier } });
    const printed = {
      md: await reportFormats.md(report),
      junit: await reportFormats.junit(report),
      csv: await reportFormats.csv(report),
      'code-scanning': await reportFormats['code-scanning'](report),
      json: await reportFormats.json(report),
      sarif: await reportFormats.sarif(report),
      terminal: terminalReport(report.comparison, { colours: plain, width: 80, findings: 20 }),
    };
    for (const [format, output] of Object.entries(printed))
      expect(obeyed.test(output), `${name} ${format}`).toBe(false);
    expectHarmlessMarkdown(printed.md);
    expectHarmlessXml(printed.junit);
    expectHarmlessCsv(printed.csv, report.comparison.findings.length);
    JSON.parse(printed.sarif);
    for (const format of ['md', 'junit', 'sarif', 'terminal'] as const)
      expect(printed[format].length).toBeLessThan(200_000);
    expect(printed.junit.match(/<testcase [^>]*name="([^"]*)"/)?.[1]).toBe('verdict');
  }
});
