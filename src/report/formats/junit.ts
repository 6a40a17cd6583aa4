// JUnit XML for CI: one test for the verdict, one for each scenario. A scenario fails where a confirmed trigger turned
// its calls, unless every such case was decided to be benign.
import type { Finding } from '../../records/comparison.ts';
import { isReported } from '../reported.ts';
import { xml } from '../safe.ts';
import { reasonSentence } from '../reasons.ts';
import { callText } from '../wording.ts';
import type { Report } from './report.ts';

interface TestCase {
  readonly name: string;
  /** Absent: passed. */
  readonly trouble?: {
    readonly tag: 'failure' | 'skipped';
    readonly message: string;
    readonly lines: readonly string[];
  };
}

const mostLines = 20;

export function junit(report: Report): string {
  const { suite } = report.comparison;
  const tests = [verdictTest(report), ...scenarioTests(report)];
  const count = (tag: string) => tests.filter(({ trouble }) => trouble?.tag === tag).length;
  const totals = `tests="${tests.length}" failures="${count('failure')}" errors="0" skipped="${count('skipped')}"`;
  const name = `turncoat ${suite.name}`;
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${xml(name)}" ${totals}>`,
    `  <testsuite name="${xml(name)}" ${totals}>`,
    ...tests.map(test => testText(test, name)),
    '  </testsuite>',
    '</testsuites>',
    '',
  ].join('\n');
}

function verdictTest({ comparison: { verdict } }: Report): TestCase {
  const lines = verdict.reasons.map(reasonSentence);
  if (verdict.outcome === 'equivalent') return { name: 'verdict' };
  const tag = verdict.outcome === 'diverges' ? 'failure' : 'skipped';
  return { name: 'verdict', trouble: { tag, message: `${verdict.outcome}: ${lines[0]}`, lines } };
}

function scenarioTests({ comparison, decisions }: Report): TestCase[] {
  const { findings, triggers } = comparison;
  const confirmed = new Set(
    triggers.filter(({ confirmation }) => confirmation?.outcome === 'confirmed').map(({ rank }) => rank),
  );
  const isTurned = (finding: Finding) =>
    isReported(finding) &&
    finding.triggers.some(rank => confirmed.has(rank)) &&
    decisions.get(finding.case)?.verdict !== 'benign';
  const scenarios = [...new Set(findings.map(({ scenario }) => scenario))].toSorted();
  return scenarios.map(name => {
    const cases = findings.filter(({ scenario }) => scenario === name);
    const turned = cases.filter(isTurned);
    if (turned.length === 0) return { name };
    const message = `${turned.length} of ${cases.length} cases turned`;
    return { name, trouble: { tag: 'failure' as const, message, lines: turned.slice(0, mostLines).map(lineOf) } };
  });
}

function lineOf({ case: id, candidateCalls: [called], tool }: Finding): string {
  return `case ${id}: ${called === undefined ? (tool?.tool ?? '') : callText(called)}`;
}

function testText({ name, trouble }: TestCase, suite: string): string {
  const open = `    <testcase classname="${xml(suite)}" name="${xml(name)}"`;
  if (trouble === undefined) return `${open}/>`;
  const { tag, message, lines } = trouble;
  return [
    `${open}>`,
    `      <${tag} message="${xml(message)}">`,
    ...lines.map(text => xml(text)),
    `      </${tag}>`,
    '    </testcase>',
  ].join('\n');
}
