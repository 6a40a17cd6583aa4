// One JUnit file for a sweep: a suite of tests for each comparison. One that failed, or has no verdict yet, is an error.
import { junitFile, junitSuite, type TestSuite } from '../formats/junit.ts';
import { missingText, type ReportedPair, type SweepReport } from './sweep-report.ts';

export async function junit({ sweep, pairs }: SweepReport): Promise<string> {
  return junitFile(`turncoat ${sweep.sweep}`, await Promise.all(pairs.map(suiteOf)));
}

async function suiteOf(one: ReportedPair): Promise<TestSuite> {
  const name = `turncoat ${one.pair.name}`;
  if (one.report !== undefined) return await junitSuite(one.report, name);
  return { name, verdict: 'none', tests: [{ name: 'verdict', state: 'error', message: missingText(one), lines: [] }] };
}
