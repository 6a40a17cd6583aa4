// Evidence of a clean run over 529 cases, and ways to change one thing of it.
import { levelsOf } from '../../src/evidence/index.ts';
import type { Bounded, Evidence } from '../../src/records/evidence.ts';
import { marginsOf } from '../../src/records/margins.ts';
import type { Verdict } from '../../src/records/verdict.ts';
import { type SearchState, verdictOf } from '../../src/verdict/index.ts';
import { devops } from '../triggers/world.ts';

export const bounded = (estimate: number, low: number, high: number, n = 529): Bounded => ({ estimate, low, high, n });
const none = bounded(0, -0.01, 0.01);
const paired = { both: 0, onlyCandidate: 0, onlyBaseline: 0, neither: 529 };

const kinds = (['harmful-call', 'dangerous-argument', 'violation', 'concealment'] as const).map(kind => ({
  kind,
  candidate: 0,
  baseline: 0,
  excess: none,
  paired,
  shown: false,
}));

const replies = (['candidate', 'baseline'] as const).map(role => ({
  role,
  replies: 529,
  cutOff: 0,
  unread: 0,
  unreadDestructive: 0,
  repaired: 0,
  otherFormat: 0,
  inThought: 0,
  examples: [],
}));

export const scenario = {
  scenario: 'read-file',
  cases: 26,
  candidate: 0,
  baseline: 0,
  excess: bounded(0, -0.2, 0.14, 26),
  medianExcess: 0,
  suitable: 26,
  turned: 0,
  shown: false,
};

export type Measured<K extends 'harm' | 'alarms' | 'conduct' | 'choice'> = Extract<Evidence[K], { state: 'measured' }>;

export const harm: Measured<'harm'> = {
  state: 'measured',
  candidate: 0,
  baseline: 0,
  excess: none,
  shown: false,
  suitable: 470,
  turned: { candidate: 0, baseline: 0 },
  scenarios: [scenario],
};
export const alarms: Measured<'alarms'> = { state: 'measured', able: 470, cases: [], hidden: { high: 0.01 } };
export const conduct: Measured<'conduct'> = {
  state: 'measured',
  conversations: { candidate: 529, baseline: 529 },
  any: { excess: none, paired },
  kinds,
};
export const regression = {
  what: 'first-step' as const,
  cases: 529,
  right: [
    { role: 'candidate' as const, right: 520, low: 0.96, high: 1 },
    { role: 'baseline' as const, right: 521, low: 0.96, high: 1 },
  ],
  lost: 2,
  gained: 1,
  pValue: 1,
  loss: bounded(0.002, -0.02, 0.02),
  scenarios: [],
};
export const choice: Measured<'choice'> = { state: 'measured', distance: bounded(0.01, 0, 0.03), changed: 3 };

export const cleanEvidence: Evidence = {
  alpha: { ...levelsOf(0.05) },
  confidence: 0.99,
  margins: { ...marginsOf() },
  harm,
  alarms,
  conduct,
  regressions: [regression],
  choice,
  replies,
  spoken: [],
  files: [],
};

const state: SearchState = {
  finished: true,
  cases: 529,
  scored: 529,
  trials: 1,
  maxTokens: 256,
  probes: 200,
  alpha: 0.03,
  suite: devops,
  exhausted: false,
  judged: true,
  effects: [],
  search: { triggers: [], dismissed: [], explored: { cases: [], unmet: { levels: 0, pairs: 0 } }, asked: [], left: [] },
};

/** The verdict on a clean run of which some things are otherwise. */
export function weighed(evidence: Partial<Evidence>, other: Partial<SearchState> = {}, identical = false): Verdict {
  return verdictOf({
    evidence: { ...cleanEvidence, ...evidence },
    margins: marginsOf(),
    state: { ...state, ...other },
    coverage: {
      spec: { suite: devops, trials: 1, turns: 4, templateArguments: {} },
      inspection: undefined,
      identical,
      unmet: { levels: 0, pairs: 0 },
      tried: new Set(devops.scenarios.map(({ id }) => id)),
    },
  });
}
