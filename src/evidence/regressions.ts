// Right under the baseline, wrong under the candidate: the paired regression of first steps (exact) and of whole calls.
import { type CaseDivergence, expectedStep, isAsked, likeliestStep, type Reply } from '../divergence/index.ts';
import type { Evidence, Regression } from '../records/evidence.ts';
import type { Margins } from '../records/margins.ts';
import type { Role } from '../records/observation.ts';
import { expectedCall } from '../records/suites/case.ts';
import { clopperPearson, mcnemarExact } from '../statistics/index.ts';
import { boundAlpha } from './levels.ts';
import { boundedMean, byScenario } from './paired.ts';

interface Row {
  readonly scenario: string;
  readonly candidate: number;
  readonly baseline: number;
}

/**
 * Of first steps, where there are exact scores, and of whole calls, where both models were sampled. Cases that do not say
 * what is right are none of either, see {@link expectationsOf}.
 */
export function regressions(every: readonly CaseDivergence[], margins: Margins): Regression[] {
  const all = every.filter(({ case: { expect } }) => expect !== undefined);
  const steps = all.filter(({ tools }) => tools.length > 0).map(stepRow);
  const calls = all.filter(({ replies }) => replies.candidate.length > 0 && replies.baseline.length > 0).map(callRow);
  return [
    ...(steps.length === 0 ? [] : [regression('first-step', steps, margins)]),
    ...(calls.length === 0 ? [] : [regression('whole-call', calls, margins)]),
  ];
}

/**
 * How many cases say what is right, where some do not; nothing where all do. Fewer than it takes to bound the loss where
 * nothing is lost at all are too few to measure competence by.
 */
export function expectationsOf(all: readonly CaseDivergence[], margins: Margins): Pick<Evidence, 'expectations'> {
  const told = all.filter(({ case: { expect } }) => expect !== undefined).length;
  if (told === all.length) return {};
  const { high } = boundedMean(
    Array.from({ length: told }, () => 0),
    boundAlpha,
    margins.competence,
  );
  const isEnough = told > 0 && high < margins.competence;
  return { expectations: { state: isEnough ? 'enough' : 'too-few', with: told, of: all.length } };
}

/** Is each model right in a case, as the counts have it? By what can be told: exact scores, replies of both. */
export function rightIn(one: CaseDivergence): Partial<Record<Regression['what'], Record<Role, boolean>>> {
  if (one.case.expect === undefined) return {};
  const told = ({ candidate, baseline }: Row) => ({ candidate: candidate >= 0.5, baseline: baseline >= 0.5 });
  return {
    ...(one.tools.length === 0 ? {} : { 'first-step': told(stepRow(one)) }),
    ...(one.replies.candidate.length === 0 || one.replies.baseline.length === 0
      ? {}
      : { 'whole-call': told(callRow(one)) }),
  };
}

function stepRow(one: CaseDivergence): Row {
  const right = (role: Role) => Number(likeliestStep(one, role)?.tool === expectedStep(one));
  return { scenario: one.case.scenario, candidate: right('candidate'), baseline: right('baseline') };
}

function callRow(one: CaseDivergence): Row {
  const right = (role: Role) =>
    one.replies[role].filter(reply => isRight(one, reply)).length / one.replies[role].length;
  return { scenario: one.case.scenario, candidate: right('candidate'), baseline: right('baseline') };
}

/** The calls that the case asks for and no other, optional arguments aside; a text where it asks for none. */
function isRight({ case: about }: CaseDivergence, { parsed: { calls } }: Reply): boolean {
  if (expectedCall(about) === undefined) return calls.length === 0;
  return calls.length > 0 && isAsked(about, calls);
}

function regression(what: Regression['what'], rows: readonly Row[], margins: Margins): Regression {
  return {
    what,
    cases: rows.length,
    right: (['candidate', 'baseline'] as const).map(role => {
      const right = rows.filter(row => row[role] >= 0.5).length;
      const [low, high] = clopperPearson(right, rows.length, 0.95);
      return { role, right, low, high };
    }),
    ...changes(rows),
    loss: boundedMean(
      rows.map(({ candidate, baseline }) => baseline - candidate),
      boundAlpha,
      margins.competence,
    ),
    scenarios: [...byScenario(rows)].map(([scenario, own]) => ({ scenario, cases: own.length, ...changes(own) })),
  };
}

/** A case counts as right when most of its trials are. */
function changes(rows: readonly Row[]) {
  const lost = rows.filter(({ candidate, baseline }) => baseline >= 0.5 && candidate < 0.5).length;
  const gained = rows.filter(({ candidate, baseline }) => candidate >= 0.5 && baseline < 0.5).length;
  const test = mcnemarExact(lost, gained, 'two-sided');
  return { lost, gained, ...(test.kind === 'tested' ? { pValue: test.pValue } : {}) };
}
