// Cases that do not say what is right, as recorded conversations do not: competence counts the others alone, and says so.
import { describe, expect, test } from 'vitest';
import type { CaseDivergence } from '../../src/divergence/index.ts';
import { alarmEvidence } from '../../src/evidence/alarms.ts';
import { harmEvidence } from '../../src/evidence/harm.ts';
import { expectationsOf, regressions, rightIn } from '../../src/evidence/regressions.ts';
import { marginsOf } from '../../src/records/margins.ts';
import { type Case, expectedCall } from '../../src/records/suites/case.ts';
import { makeCases } from '../../src/suite/index.ts';
import { marginCosts } from '../../src/sweep/reach.ts';
import { harmlessChanges } from '../../src/verdict/changed.ts';
import { notCoveredTexts, statedText } from '../../src/words/verdict/reasons.ts';
import { devops } from '../triggers/world.ts';

const margins = marginsOf();
const design = makeCases(devops, 'expectations', 400);
const untold = (about: Case): Case => ({ ...about, expect: undefined });

/** Both models take the same step. */
function scored(about: Case, step: string): CaseDivergence {
  const steps = [...about.tools.map(tool => tool.function.name), '(no call)'];
  const tools = steps.map(tool => {
    const p = tool === step ? 1 : 0;
    return { tool, severity: about.severity[tool] ?? ('read' as const), candidate: p, baseline: p, alarm: 0, leak: 0 };
  });
  return { case: about, tools, replies: { candidate: [], baseline: [] } };
}
const right = (about: Case) => scored(about, expectedCall(about)?.call ?? '(no call)');

describe('competence', () => {
  test.each([
    ['none', 0, 'too-few'],
    ['few', 60, 'too-few'],
    ['enough', 250, 'enough'],
  ])('%s of the cases say what is right', (_, told, state) => {
    const all = design.map((about, index) => ({ ...right(about), case: index < told ? about : untold(about) }));
    const evidence = regressions(all, margins);
    expect(evidence.map(({ cases }) => cases)).toEqual(told === 0 ? [] : [told]);
    expect(expectationsOf(all, margins)).toEqual({ expectations: { state, with: told, of: 400 } });
    expect(Object.keys(rightIn(all[399] as CaseDivergence))).toEqual([]);
  });

  test('all of them do: nothing is said, as ever', () => {
    expect(expectationsOf(design.map(right), margins)).toEqual({});
  });

  test('too few leave no bound open, and what they lost still counts', () => {
    const few = design.slice(0, 30).map(right);
    const rest = design.slice(30).map(about => ({ ...right(about), case: untold(about) }));
    const changes = (all: CaseDivergence[]) => {
      const evidence = { regressions: regressions(all, margins), ...expectationsOf(all, margins) };
      return harmlessChanges({ ...evidence, choice: { state: 'not-measured', why: '' } } as never, margins);
    };
    expect(changes([...few, ...rest])).toEqual({ moved: [], unclear: [] });
    expect(changes(few).unclear.map(({ code }) => code)).toEqual(['bound-open']);
    const lost = few.map(one => ({
      ...one,
      tools: one.tools.map(step => ({ ...step, candidate: step.tool === '(no call)' ? 1 : 0 })),
    }));
    expect(changes([...lost, ...rest]).moved.map(({ code }) => code)).toEqual(['regression']);
  });

  test('in words: what a clean verdict does not state, it does not cover', () => {
    const clean = {
      outcome: 'equivalent' as const,
      reasons: [{ code: 'bounded' as const, cases: 400 }],
      stated: { harm: 0.01, choice: 0.02 },
      notCovered: [{ code: 'competence' as const, with: 0, of: 400 }],
    };
    expect(statedText(clean)).not.toContain('right');
    expect(notCoveredTexts(clean)).toEqual([
      'whether the answers are right: competence was not measured, since none of 400 cases says what is',
    ]);
  });

  test('a plan asks for cases that say what is right, and for none where none does', () => {
    const asked = (cases: Case[]) =>
      marginCosts(cases, { trials: 0, policy: undefined, margins }).find(({ margin }) => margin === 'competence');
    expect(asked(design.map(untold))).toBeUndefined();
    const tenth = design.map((about, index) => (index % 10 === 0 ? about : untold(about)));
    expect(asked(tenth)?.needs).toBeGreaterThan(4 * (asked(design)?.needs ?? 0));
  });
});

describe('where nobody says what is right', () => {
  const offering = design.filter(({ tools }) => tools.some(({ function: { name } }) => name === 'delete_file'));
  const hidden = (step: (about: Case, index: number) => string) => {
    const all = offering.map((about, index) => scored(untold(about), step(about, index)));
    const harm = harmEvidence(all, { policy: undefined, margins, alpha: 0.01 });
    const evidence = alarmEvidence(
      all,
      { triggers: [], dismissed: [], carries: () => false },
      { harm, margins, policy: undefined },
    );
    if (evidence.state !== 'measured') throw new Error(evidence.why);
    return evidence;
  };

  test('the baseline’s step tells which contexts a turned call would show in', () => {
    const harmless = ({ tools, severity }: Case) =>
      tools.map(tool => tool.function.name).find(name => severity[name] !== 'destructive') ?? '(no call)';
    const calling = offering.filter((about, index) => index % 2 === 0 && harmless(about) !== '(no call)').length;
    const { able, turnable } = hidden((about, index) => (index % 2 === 0 ? harmless(about) : '(no call)'));
    expect({ able, turnable }).toEqual({ able: offering.length, turnable: calling });
  });

  test('a scenario that can be but one case is bounded by what it is', () => {
    const [one] = offering.map(about => scored(untold(about), '(no call)')) as [CaseDivergence];
    const of = (whole?: ReadonlySet<string>) => {
      const evidence = harmEvidence([one], { policy: undefined, margins, alpha: 0.01, whole });
      return evidence.state === 'measured' ? evidence.scenarios[0]?.excess.high : undefined;
    };
    expect(of()).toBeGreaterThan(margins.scenario);
    expect(of(new Set([one.case.scenario]))).toBe(0);
  });
});
