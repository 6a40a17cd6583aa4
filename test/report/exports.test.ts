// What is handed to other programs is of the shape that they publish: Inspect's Sample, SARIF as code scanning takes it.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import type { Comparison, Finding } from '../../src/records/comparison.ts';
import type { Decision } from '../../src/records/decision.ts';
import type { Observation } from '../../src/records/observation.ts';
import { caseView } from '../../src/report/case-view.ts';
import { reportFormats } from '../../src/report/formats/index.ts';
import type { Report } from '../../src/report/formats/report.ts';
import { reportModel } from '../../src/report/model.ts';
import { timesOf } from '../../src/report/times.ts';
import { hostileTexts, obeyed } from '../review/hostile.ts';
import { called, scriptedRun } from '../review/run-file.ts';
import { outcomeComparisons } from './outcomes.ts';

const { run, comparison, cases } = scriptedRun();
const about = new Map(cases.map(one => [one.id, one]));

function reportFor(of: Comparison, more: Partial<Report> = {}): Report {
  const embedded = async () => ({
    model: reportModel({ comparison: of, suite: run.spec.suite, createdAt: run.createdAt, decisions: [] }),
    columns: [],
    cases: Object.fromEntries(
      of.findings.map(finding => [
        finding.case,
        caseView(run, finding, about.get(finding.case)!, [], { prompts: { candidate: 'P' } }),
      ]),
    ),
  });
  const page = () => '';
  return { comparison: of, decisions: new Map(), version: '0.1.0', page, embedded, ...more };
}

/** Draft 2020-12 and 04 alike: nothing of either that draft 07 has not. */
function validator(file: string) {
  const { $schema: _, id: __, ...schema } = JSON.parse(readFileSync(file, 'utf8').replace(/^\ufeff/, ''));
  const ajv = new Ajv({ strict: false, unicodeRegExp: false });
  (formats as unknown as (to: Ajv) => void)(ajv);
  return ajv.compile(schema);
}

describe('jsonl', () => {
  /** `Sample.model_json_schema()` of inspect_ai 0.3.285. */
  const validate = validator('test/report/golden/inspect-sample.schema.json');

  test('the schema refuses what is no sample', () => {
    expect(validate({ id: 'x', target: 'y' })).toBe(false);
    expect(validate({ input: [{ role: 'nobody', content: 'x' }] })).toBe(false);
  });

  test('every case of the run is a line that Inspect takes, with all that was shown and said', async () => {
    const lines = (await reportFormats.jsonl(reportFor(comparison))).trimEnd().split('\n');
    expect(lines).toHaveLength(comparison.findings.length);
    expect(lines).toHaveLength(529);
    for (const [at, text] of lines.entries()) {
      const sample = JSON.parse(text);
      const finding = comparison.findings[at] as Finding;
      const source = about.get(finding.case)!;
      expect(validate(sample), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
      expect(sample).toMatchObject({ id: finding.case, metadata: { rank: at + 1, of: 529, levels: finding.levels } });
      expect(sample.metadata.tools).toEqual(source.tools);
      expect(sample.metadata.prompts).toEqual({ candidate: 'P' });
      expect(sample.metadata.replies.candidate[0].text).toBe(finding.candidateCalls[0]!.text);
      expect(sample.input.at(-1).content).toBe(source.messages.at(-1)!.content);
      const [target] = [sample.target].flat();
      if (source.expect && 'call' in source.expect) expect(JSON.parse(target).name).toBe(source.expect.call);
    }
  });

  test.each(hostileTexts.map((text, at) => [at, text] as const))(
    'hostile text %i is data on one line',
    async (_, text) => {
      const [first, ...rest] = comparison.findings as [Finding, ...Finding[]];
      const poisoned = { ...first, candidateCalls: [{ ...called('x', '{}'), text }] };
      const report = await reportFormats.jsonl(reportFor({ ...comparison, findings: [poisoned, ...rest.slice(0, 2)] }));
      expect(obeyed.test(report)).toBe(false);
      const lines = report.trimEnd().split(/\r\n|[\n\r\u2028\u2029\u0085]/);
      expect(lines).toHaveLength(3);
      expect(JSON.parse(lines[0]!).metadata.replies.candidate[0].text).toBe(text);
    },
  );
});

interface Result {
  readonly ruleId: string;
  readonly level: string;
  readonly properties?: { readonly case?: string };
  readonly locations: readonly [{ readonly physicalLocation: { readonly region: { readonly startLine: number } } }];
  readonly partialFingerprints: { readonly primaryLocationLineHash: string };
}

describe('sarif for code scanning', () => {
  const validate = validator('test/report/golden/sarif-2.1.0-rtm.5.schema.json');
  const decision = (finding: Finding, verdict: Decision['verdict']): [string, Decision] => {
    const of = { run: run.id, candidateSha256: run.spec.candidate.sha256, scenario: finding.scenario };
    const at = '2026-01-01T00:00:00.000Z';
    return [finding.case, { case: finding.case, ...(verdict && { verdict }), note: '', by: 'ann', at, about: of }];
  };

  test('alerts are told apart, weighed, and stand at the lines of the suite', async () => {
    const scenarios = new Map(run.spec.suite.scenarios.map(({ id }, at) => [id, 10 + at]));
    const report = reportFor(comparison, { place: { uri: 'my%20suite.yaml', line: 3, scenarios } });
    const log = JSON.parse(await reportFormats['code-scanning'](report));
    expect(validate(log), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
    const [one] = log.runs;
    const rules = new Map<string, { 'security-severity': string; tags: string[] }>(
      one.tool.driver.rules.map((rule: { id: string; properties: object }) => [rule.id, rule.properties]),
    );
    for (const properties of rules.values()) {
      expect(properties['security-severity']).toMatch(/^(10\.0|\d\.\d)$/);
      expect(properties.tags).toContain('security');
    }
    const results: Result[] = one.results;
    expect(results.length).toBeGreaterThan(10);
    expect(new Set(results.map(one => one.partialFingerprints.primaryLocationLineHash)).size).toBe(results.length);
    for (const result of results) {
      expect(result.partialFingerprints.primaryLocationLineHash).toMatch(/^[0-9a-f]{16}:1$/);
      expect(rules.has(result.ruleId)).toBe(true);
    }
    const lines = results.map(({ locations }) => locations[0].physicalLocation.region.startLine);
    expect(lines[0]).toBe(3);
    const [first] = comparison.findings as [Finding];
    const own = results.findIndex(({ properties }) => properties?.case === first.case);
    expect(lines[own]).toBe(scenarios.get(first.scenario));
    expect(new Set(lines).size).toBeGreaterThan(3);
    expect(one.automationDetails.id).toMatch(/^turncoat\/[\w.:+-]+\/[\w.:+-]+\/\w+$/);
  });

  test('two candidates have two categories, whatever their names', async () => {
    const categories = ['a/b c.gguf', 'hf:you/b-GGUF:Q4', '../..//', ''].map(async reference => {
      const other = { ...comparison, candidate: { ...comparison.candidate, reference } };
      const { id } = JSON.parse(await reportFormats['code-scanning'](reportFor(other))).runs[0].automationDetails;
      expect(id.split('/')).toHaveLength(4);
      return id.split('/').slice(0, -1).join('/');
    });
    expect(new Set((await Promise.all(categories)).slice(0, 2)).size).toBe(2);
  });

  test('what passed, what is gone and what is benign raises no alert', async () => {
    const [first, second] = comparison.findings as [Finding, Finding];
    const decisions = new Map([decision(first, 'benign'), decision(second, 'malicious')]);
    const gone = { case: 'abcdef12', scenario: first.scenario, tool: 'x', score: 9, fingerprint: 'f'.repeat(16) };
    const counts = { new: 0, known: 0, decided: 0, gone: 1 };
    const earlier = { run: { id: 'a', createdAt: 'b', candidateSha256: 'c' }, standing: {}, counts, gone: [gone] };
    const report = reportFor(comparison, { decisions, earlier });
    const count = async (name: 'sarif' | 'code-scanning') =>
      JSON.parse(await reportFormats[name](report)).runs[0].results.length;
    expect(await count('code-scanning')).toBe((await count('sarif')) - 2);
    const { equivalent } = outcomeComparisons;
    expect(
      JSON.parse(await reportFormats['code-scanning'](reportFor({ ...equivalent!, findings: [] }))).runs[0].results,
    ).toEqual([]);
  });

  test.each(Object.entries(outcomeComparisons))('%s: a check fails where the command does', async (_, of) => {
    for (const accepted of [undefined, 'changed'] as const) {
      const log = JSON.parse(await reportFormats['code-scanning'](reportFor(of, { accepted })));
      const { clean, verdict } = log.runs[0].properties;
      const severity = new Map<string, number>(
        log.runs[0].tool.driver.rules.map((one: { id: string; properties: Record<string, string> }) => [
          one.id,
          Number(one.properties['security-severity']),
        ]),
      );
      const results: Result[] = log.runs[0].results;
      const gravest = Math.max(0, ...results.map(({ ruleId }) => severity.get(ruleId)!));
      if (clean) expect(gravest).toBeLessThan(4);
      if (verdict === 'diverges') expect(gravest).toBeGreaterThanOrEqual(7);
    }
  });

  test('a run of a hundred thousand findings is within the limits', async () => {
    const [first] = comparison.findings as [Finding];
    const long = hostileTexts.toSorted((a, b) => b.length - a.length)[0]!;
    const findings = Array.from({ length: 100_000 }, (_, at): Finding => {
      const id = at.toString(16).padStart(8, '0');
      return { ...first, rank: at + 1, case: id, candidateCalls: [called(`${long.slice(at, at + 2000)}${id}`, '{}')] };
    });
    const text = await reportFormats['code-scanning'](reportFor({ ...comparison, findings }));
    expect(JSON.parse(text).runs[0].results.length).toBeLessThanOrEqual(5000);
    expect(gzipSync(text).length).toBeLessThan(10 * 2 ** 20);
  });
});

describe('cyclonedx', () => {
  // Of the standard's own schema 1.6, without its prose; licences and signatures are not used.
  const validate = (() => {
    const {
      $schema: _,
      $id: __,
      ...schema
    } = JSON.parse(readFileSync('test/report/golden/bom-1.6.schema.json', 'utf8'));
    const ajv = new Ajv({ strict: false });
    (formats as unknown as (to: Ajv) => void)(ajv);
    for (const name of ['spdx', 'jsf-0.82']) {
      ajv.addSchema({ definitions: { signature: {} } }, `${name}.SNAPSHOT.schema.json`);
    }
    return ajv.compile(schema);
  })();

  test('the schema refuses what is no bill', () => {
    expect(validate({ bomFormat: 'CycloneDX', specVersion: '1.6', components: [{ type: 'model', name: 'x' }] })).toBe(
      false,
    );
  });

  test.each(Object.entries(outcomeComparisons))(
    '%s: both models, and what is bounded of the candidate',
    async (_, given) => {
      const of = { ...given, baseline: { ...given.baseline, sha256: 'f0'.repeat(32) } };
      const text = await reportFormats.cyclonedx(reportFor(of));
      const bill = JSON.parse(text);
      expect(validate(bill), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
      const [candidate, baseline] = bill.components;
      expect(candidate.hashes).toEqual([{ alg: 'SHA-256', content: of.candidate.sha256 }]);
      expect(baseline.hashes).toEqual([{ alg: 'SHA-256', content: of.baseline.sha256 }]);
      expect(candidate.properties).toContainEqual({
        name: `turncoat:verdict of run ${of.run.id}`,
        value: of.verdict.outcome,
      });
      expect(baseline.modelCard).not.toHaveProperty('quantitativeAnalysis');
      expect(await reportFormats.cyclonedx(reportFor(of))).toBe(text);
    },
  );

  test('a model with adapters is its files, by hash and address', async () => {
    const [rank, sizeBytes] = [4, 1];
    const one = { reference: 'hf:me/lora-GGUF:F16', path: 'l', sizeBytes, sha256: 'b'.repeat(64), scale: 0.5, rank };
    const candidate = {
      ...comparison.candidate,
      reference: 'hf:you/base-GGUF:Q8_0+hf:me/lora-GGUF:F16:0.5',
      adapters: [one],
    };
    const bill = JSON.parse(await reportFormats.cyclonedx(reportFor({ ...comparison, candidate })));
    expect(validate(bill), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
    const { components, hashes } = bill.components[0];
    expect(hashes).toBeUndefined();
    expect(components[1].externalReferences).toEqual([
      { type: 'distribution', url: 'https://huggingface.co/me/lora-GGUF' },
    ]);
  });

  test.each(hostileTexts.map((text, at) => [at, text] as const))('hostile text %i does no harm', async (_, text) => {
    const candidate = { ...comparison.candidate, reference: text, architecture: text, quantisation: text };
    const suite = { ...comparison.suite, name: text };
    const bill = await reportFormats.cyclonedx(reportFor({ ...comparison, candidate, suite }));
    expect(obeyed.test(bill)).toBe(false);
    expect(validate(JSON.parse(bill)), JSON.stringify(validate.errors?.slice(0, 3))).toBe(true);
    expect(bill.length).toBeLessThan(50_000);
  });
});

test('junit says how long the models worked, by scenario, and nothing where nobody knows', async () => {
  const observations = cases.map((one): Observation => {
    const cost = { promptTokens: 1, reusedTokens: 0, durationMs: 1500 };
    return { kind: 'score', role: 'candidate', caseId: one.id, logOpen: -1, tools: {}, ...cost };
  });
  const times = timesOf(run, cases, observations);
  const text = await reportFormats.junit(reportFor(comparison, { times: async () => times }));
  const whole = (1.5 * cases.length).toFixed(3);
  expect(text).toMatch(new RegExp(`<testsuites [^>]* time="${whole}">`));
  expect(text).toMatch(new RegExp(`<testsuite [^>]* time="${whole}" timestamp="\\d{4}-\\d\\d-\\d\\dT[\\d:]{8}">`));
  const took = [...text.matchAll(/<testcase [^>]*time="([\d.]+)" name="scenario: /g)].map(([, time]) => Number(time));
  expect(took.length).toBe(new Set(comparison.findings.map(({ scenario }) => scenario)).size);
  expect(took.every(time => time >= 1.5)).toBe(true);
  expect(await reportFormats.junit(reportFor(comparison))).not.toContain(' time=');
});
