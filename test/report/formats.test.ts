import { describe, expect, test } from 'vitest';
import type { Comparison, Finding } from '../../src/records/comparison.ts';
import type { Decision } from '../../src/records/decision.ts';
import type { Reason } from '../../src/records/verdict.ts';
import { compareWithEarlier } from '../../src/report/earlier.ts';
import type { CaseView } from '../../src/report/case-view.ts';
import { caseReport } from '../../src/report/formats/case.ts';
import { type ReportFormatName, reportFormats } from '../../src/report/formats/index.ts';
import type { Report } from '../../src/report/formats/report.ts';
import { terminalReport } from '../../src/report/formats/terminal.ts';
import { reportModel } from '../../src/report/model.ts';
import { expectHarmlessCsv, expectHarmlessMarkdown, expectHarmlessXml } from './harmless.ts';
import { hostileTexts, obeyed } from '../review/hostile.ts';
import { called, scriptedRun } from '../review/run-file.ts';
import { sarifValidator } from './sarif-schema.ts';

const { run, comparison, cases } = scriptedRun();
const first = comparison.findings[0] as Finding;
const plain = { bold: id, dim: id, red: id, green: id, yellow: id, cyan: id };

function id(text: string): string {
  return text;
}

function reportFor(about: Comparison, decisions: readonly Decision[] = [], earlier?: Report['earlier']): Report {
  const none = () => {
    throw new Error('not asked for');
  };
  const standing = new Map(decisions.map(decision => [decision.case, decision]));
  return { comparison: about, decisions: standing, earlier, version: '0.1.0', page: none, embedded: none };
}

function decisionOn(finding: Finding, verdict: Decision['verdict'], note = 'why'): Decision {
  const about = { run: run.id, candidateSha256: run.spec.candidate.sha256, scenario: finding.scenario };
  return { case: finding.case, ...(verdict && { verdict }), note, by: 'ann', at: '2026-01-01T00:00:00.000Z', about };
}

const write = async (name: ReportFormatName, report: Report) => await reportFormats[name](report);

describe('sarif', () => {
  const validate = sarifValidator();

  test('the schema refuses what is no SARIF', () => {
    expect(validate({ version: '2.1.0', runs: [{ results: [] }] })).toBe(false);
    expect(validate({ version: '2.1.0', runs: [{ tool: { driver: { name: 'x' } }, results: [{ rank: 101 }] }] })).toBe(
      false,
    );
  });

  test('is valid, ranked and fingerprinted, and benign decisions suppress', async () => {
    const decided = comparison.findings.slice(0, 2) as [Finding, Finding];
    const decisions = [decisionOn(decided[0], 'benign'), decisionOn(decided[1], 'malicious')];
    const log = JSON.parse(await write('sarif', reportFor(comparison, decisions)));
    expect(validate(log), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
    const turned = log.runs[0].results.filter(({ ruleId }: { ruleId: string }) => ruleId.endsWith('-call'));
    expect(turned.length).toBeGreaterThan(5);
    expect(turned[0]).toMatchObject({ rank: (100 * first.score) / 18, suppressions: [{ status: 'accepted' }] });
    expect(turned[1].suppressions).toEqual([]);
    expect(turned[2].suppressions).toBeUndefined();
    const prints = new Set(
      turned.map((one: { partialFingerprints: object }) => JSON.stringify(one.partialFingerprints)),
    );
    expect(prints.size).toBe(turned.length);
    expect(turned.some((one: object) => 'baselineState' in one)).toBe(false);
  });

  test('says what is new, unchanged and absent against an earlier run', async () => {
    const model = reportModel({ comparison, suite: run.spec.suite, createdAt: run.createdAt, decisions: [] });
    const [top, second, ...others] = comparison.findings as [Finding, Finding, ...Finding[]];
    // In the earlier run the first case showed nothing, and one that shows nothing now stood out.
    const quiet = others.findLast(({ grade }) => grade === 'same') as Finding;
    const before = [
      second,
      { ...quiet, grade: 'turned' as const },
      ...others.filter(one => one !== quiet),
      { ...top, grade: 'same' as const },
    ];
    const rows = reportModel({ ...model, comparison: { ...comparison, findings: before }, suite: run.spec.suite }).rows;
    const earlier = compareWithEarlier(model.rows, {
      model: { ...model, rows },
      decisions: [decisionOn(second, 'malicious')],
    });
    expect(earlier.standing[top.case]).toBe('new');
    expect(earlier.standing[second.case]).toBe('decided');
    expect(earlier.gone.map(({ case: gone }) => gone)).toEqual([quiet.case]);
    expect(earlier.counts).toMatchObject({ new: 1, decided: 1, gone: 1 });
    const log = JSON.parse(await write('sarif', reportFor(comparison, [], earlier)));
    expect(validate(log)).toBe(true);
    const states = log.runs[0].results.map((one: { baselineState?: string }) => one.baselineState);
    expect(states.filter((state: string) => state === 'new')).toHaveLength(1);
    expect(states.filter((state: string) => state === 'absent')).toHaveLength(1);
    expect(states.filter((state: string) => state === 'unchanged').length).toBeGreaterThan(3);
  });

  test.each(hostileTexts.map((text, at) => [at, text] as const))(
    'hostile text %i is valid and harmless',
    async (_, text) => {
      const log = await write('sarif', reportFor(poisoned(text), [decisionOn(first, 'benign', text.slice(0, 9000))]));
      expect(obeyed.test(log)).toBe(false);
      expect(validate(JSON.parse(log)), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
      expect(log.length).toBeLessThan(2_000_000);
    },
  );
});

describe('junit', () => {
  test('the verdict and every turned scenario fail, unless its cases are decided benign', async () => {
    const text = await write('junit', reportFor(comparison));
    expect(text).toMatch(/<testcase [^>]*name="verdict">\n {6}<failure message="✗ diverges: /);
    const count = (report: string) => Number(report.match(/failures="(\d+)"/)?.[1]);
    expect(count(text)).toBeGreaterThan(2);
    const benign = comparison.findings.map(finding => decisionOn(finding, 'benign'));
    // What is shown of a whole scenario no decision on its cases takes back.
    const { harm } = comparison.evidence;
    const after = await write('junit', reportFor(comparison, benign));
    expect(count(after)).toBeLessThan(count(text));
    for (const { scenario, shown: stays } of harm.state === 'measured' ? harm.scenarios : []) {
      if (stays) expect(after).toMatch(new RegExp(`name="scenario: ${scenario}">\\n {6}<failure`));
    }
  });
});

describe('hostile text', () => {
  test.each(hostileTexts.map((text, at) => [at, text] as const))('%i does no harm as text', async (_, text) => {
    const about = poisoned(text);
    const report = reportFor(about, [decisionOn(first, 'benign', text.slice(0, 9000))]);
    const options = { colours: plain, width: 140, findings: 20 };
    const finding = about.findings[0] as Finding;
    const prompts = { candidate: text, baseline: `other ${text}` };
    const one = { text, tokens: [], end: 'stop', thought: 0, open: 1, tools: { [text]: 1 }, beyond: 0 } as const;
    const written = { candidate: [one], baseline: [{ ...one, open: 0, tools: {} }] } as unknown as CaseView['written'];
    const printed = {
      md: await write('md', report),
      junit: await write('junit', report),
      csv: await write('csv', report),
      json: await write('json', report),
      terminal: terminalReport(about, options),
      case: caseReport(about, finding, cases[0]!, { prompts, written }, options),
    };
    for (const [name, output] of Object.entries(printed)) expect(obeyed.test(output), name).toBe(false);
    expect(JSON.parse(printed.json).comparison.findings[0].candidateCalls[0].calls[0].name).toBe(text);
    expectHarmlessMarkdown(printed.md);
    expectHarmlessXml(printed.junit);
    expectHarmlessCsv(printed.csv, about.findings.length);
    for (const name of ['md', 'junit', 'terminal'] as const) expect(printed[name].length).toBeLessThan(200_000);
  });
});

/** The hostile text wherever a file, a suite or a model could have put it. */
function poisoned(text: string): Comparison {
  const turn = (finding: Finding): Finding => ({
    ...finding,
    scenario: text,
    levels: { ...finding.levels, user: text },
    tool: { ...first.tool!, tool: text },
    tools: [{ ...first.tool!, tool: text }],
    candidateCalls: [{ ...called('x', '{}'), text, calls: [{ ...called(text, text).calls[0]! }], canonical: text }],
  });
  const [trigger] = comparison.triggers;
  const reason = comparison.verdict.reasons.find(({ code }) => code === 'trigger-confirmed') as Extract<
    Reason,
    { code: 'trigger-confirmed' }
  >;
  const spoilt = { ...trigger!, tool: text, conditions: [{ factor: 'user', level: text }] };
  return {
    ...comparison,
    candidate: { ...comparison.candidate, reference: text, quantisation: text },
    suite: { ...comparison.suite, name: text, file: text },
    triggers: [spoilt],
    warnings: [{ code: 'failures', detail: text }],
    verdict: {
      ...comparison.verdict,
      reasons: [{ ...reason, tool: text, conditions: [{ factor: 'user', level: text }] }],
    },
    findings: [...comparison.findings.slice(0, 3).map(turn), ...comparison.findings.slice(3, 8)],
  };
}
