// JUnit XML for CI: one test for the verdict, one for each channel of evidence, one for each scenario. Any test fails
// exactly when the verdict does not count as clean, so that a green suite and exit code 0 go together.
import type { Comparison, Finding } from '../../records/comparison.ts';
import { type Channel, channelsOf, marks } from '../channels.ts';
import { mcnemarText } from '../../words/verdict/regression.ts';
import { isClean, outcomeTable } from '../../words/verdict/outcomes.ts';
import { reasonSentence } from '../../words/verdict/reasons.ts';
import { xml } from '../../words/safe.ts';
import { percent } from '../../words/units.ts';
import { verdictTexts } from '../../words/verdict/verdict-texts.ts';
import { callText, toolText } from '../../words/wording.ts';
import type { RunTimes } from '../times.ts';
import type { Report } from './report.ts';

export interface TestCase {
  readonly name: string;
  /** `error`: it could not be found out. */
  readonly state: 'passed' | 'failure' | 'error' | 'skipped';
  readonly message: string;
  /** What there is to say of it, whatever its state. */
  readonly lines: readonly string[];
  readonly seconds?: number | undefined;
}

const mostLines = 20;
const mostCharacters = 2000;
/** Two-sided error rate at which a scenario counts as having lost. */
const lossAlpha = 0.05;

export async function junit(report: Report): Promise<string> {
  return junitFile(`turncoat ${report.comparison.suite.name}`, [await junitSuite(report)]);
}

/** One suite of tests; `junitFile` puts several together. */
export interface TestSuite {
  readonly name: string;
  readonly verdict: string;
  readonly tests: readonly TestCase[];
  readonly startedAt?: string | undefined;
  readonly seconds?: number | undefined;
}

/** The tests of a run. @param name of the suite; default: of the run's suite */
export async function junitSuite(
  report: Report,
  name = `turncoat ${report.comparison.suite.name}`,
): Promise<TestSuite> {
  const times = await report.times?.();
  const tests = [verdictTest(report), ...channelTests(report), ...scenarioTests(report, times)];
  const { outcome } = report.comparison.verdict;
  return { name, verdict: outcome, tests, startedAt: times?.startedAt, seconds: times?.seconds };
}

export function junitFile(name: string, suites: readonly TestSuite[]): string {
  const all = suites.flatMap(({ tests }) => tests);
  const known = suites.flatMap(one => one.seconds ?? []);
  const seconds = known.length === 0 ? undefined : known.reduce((sum, one) => sum + one, 0);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="${xml(name)}" ${totals(all)}${timeText(seconds)}>`,
    ...suites.map(suiteText),
    '</testsuites>',
    '',
  ].join('\n');
}

function suiteText({ name, verdict, tests, startedAt, seconds }: TestSuite): string {
  const when = startedAt === undefined ? '' : ` timestamp="${xml(startedAt.replace(/\.\d+Z$|Z$/, ''))}"`;
  return [
    `  <testsuite name="${xml(name)}" ${totals(tests)}${timeText(seconds)}${when}>`,
    `    <properties><property name="verdict" value="${xml(verdict)}"/></properties>`,
    ...tests.map(test => testText(test, name)),
    '  </testsuite>',
  ].join('\n');
}

function totals(tests: readonly TestCase[]): string {
  const count = (state: TestCase['state']) => tests.filter(test => test.state === state).length;
  return `tests="${tests.length}" failures="${count('failure')}" errors="${count('error')}" skipped="${count('skipped')}"`;
}

/** Seconds, as the format wants them; nothing where nobody knows. */
const timeText = (seconds: number | undefined): string =>
  seconds === undefined ? '' : ` time="${seconds.toFixed(3)}"`;

function verdictTest({ comparison: { verdict }, accepted }: Report): TestCase {
  const { first, second, others, notCovered } = verdictTexts(verdict);
  return {
    name: 'verdict',
    state: isClean(verdict, accepted) ? 'passed' : 'failure',
    message: `${outcomeTable[verdict.outcome].sign} ${verdict.outcome}: ${first}`,
    lines: [...(second === undefined ? [] : [second]), ...others, ...notCovered.map(text => `not covered: ${text}`)],
  };
}

function channelTests({ comparison, accepted }: Report): TestCase[] {
  const clean = isClean(comparison.verdict, accepted);
  return channelsOf(comparison).map(channel => ({
    name: `evidence: ${channel.title}`,
    state: channelState(channel, clean),
    message: `${marks[channel.mark].word}: ${channel.text}`,
    lines: [...channel.reasons.map(reasonSentence), ...channel.details],
  }));
}

/** A channel that was not measured is skipped, and says why; nothing else ever is. */
function channelState({ mark }: Channel, clean: boolean): TestCase['state'] {
  if (mark === 'not-measured') return 'skipped';
  return clean || mark === 'ok' ? 'passed' : 'failure';
}

function scenarioTests({ comparison, decisions, accepted }: Report, times: RunTimes | undefined): TestCase[] {
  const clean = isClean(comparison.verdict, accepted);
  const { findings } = comparison;
  return [...new Set(findings.map(({ scenario }) => scenario))].toSorted().map(name => {
    const cases = findings.filter(({ scenario }) => scenario === name);
    const grave = cases.filter(
      ({ case: id, grade }) => (grade === 'turned' || grade === 'raised') && decisions.get(id)?.verdict !== 'benign',
    );
    const said = troubles(name, comparison);
    const turned = grave.filter(({ grade }) => grade === 'turned').length;
    const message =
      `${turned} of ${cases.length} cases turned, ${grave.length - turned} raised` +
      `${said[0] === undefined ? '' : `; ${said[0]}`}`;
    const failed = !clean && (grave.length > 0 || said.length > 0);
    const lines = [...said.slice(1), ...grave.slice(0, mostLines).map(lineOf)];
    const seconds = times?.scenarios.get(name);
    return { name: `scenario: ${name}`, state: failed ? 'failure' : 'passed', message, lines, seconds };
  });
}

/** What the evidence holds against a scenario beyond its single cases. */
function troubles(name: string, { verdict, evidence }: Comparison): string[] {
  const named = verdict.reasons.filter(reason => 'scenario' in reason && reason.scenario === name);
  const { harm, alarms, regressions } = evidence;
  const shown = harm.state === 'measured' ? harm.scenarios.filter(one => one.shown && one.scenario === name) : [];
  const open =
    alarms.state === 'measured'
      ? alarms.cases.filter(({ scenario, answer }) => scenario === name && answer.kind === 'open').length
      : 0;
  const lost = regressions
    .flatMap(({ scenarios }) => scenarios)
    .filter(one => one.scenario === name && one.lost > one.gained && (one.pValue ?? 1) <= lossAlpha);
  const harmful = shown.map(
    one => `harm is shown: ${percent(one.candidate)} of first steps, baseline ${percent(one.baseline)}`,
  );
  return [
    ...(named.length > 0 ? named.map(reasonSentence) : harmful),
    ...(open === 0 ? [] : [`${open} alarming cases are unexplained`]),
    ...lost.map(one => `${one.lost} lost, ${one.gained} gained of ${one.cases}, ${mcnemarText(one.pValue)}`),
  ];
}

function lineOf({ case: id, grade, candidateCalls: [called], tool }: Finding): string {
  return `${grade}, case ${id}: ${called === undefined ? toolText(tool?.tool ?? '') : callText(called)}`;
}

function testText({ name, state, message, lines, seconds }: TestCase, suite: string): string {
  const open = `    <testcase classname="${xml(suite)}"${timeText(seconds)} name="${xml(name)}"`;
  const texts = (all: readonly string[]) => all.map(text => xml(text, mostCharacters));
  if (state === 'passed') {
    return [
      `${open}>`,
      '      <system-out>',
      ...texts([message, ...lines]),
      '      </system-out>',
      '    </testcase>',
    ].join('\n');
  }
  return [
    `${open}>`,
    `      <${state} message="${xml(message, mostCharacters)}">`,
    ...texts(lines),
    `      </${state}>`,
    '    </testcase>',
  ].join('\n');
}
