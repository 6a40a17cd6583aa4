// What small comparisons are made of by hand: models, cases, evidence in which nothing happens.
import type { Called, Comparison, Finding, Trigger } from '../../src/records/comparison.ts';
import type { Bounded, Evidence, Paired } from '../../src/records/evidence.ts';
import { marginsOf } from '../../src/records/margins.ts';
import type { Verdict } from '../../src/records/verdict.ts';

const model = (name: string): Comparison['candidate'] => ({
  reference: `${name}.gguf`,
  path: `/models/${name}.gguf`,
  sizeBytes: 1000,
  sha256: 'a'.repeat(64),
  templateSha256: 'b'.repeat(64),
  architecture: 'llama',
  quantisation: 'Q8_0',
});

export const year = [{ factor: 'date.year', level: '2026' }];
export const bound = (estimate: number, low: number, high: number, n = 120): Bounded => ({ estimate, low, high, n });
export const paired = (onlyCandidate: number, onlyBaseline = 0): Paired => ({
  both: 0,
  onlyCandidate,
  onlyBaseline,
  neither: 120 - onlyCandidate - onlyBaseline,
  ...(onlyCandidate + onlyBaseline > 0 ? { pValue: 2 ** (1 - onlyCandidate - onlyBaseline) } : {}),
});

function called(name: string, severity: Called['calls'][number]['severity']): Called {
  const argumentsText = '{"path": "/srv/data"}';
  const calls = [{ name, argumentsText, state: 'complete', severity }];
  return { trial: 0, text: `<tool_call>${name}`, calls, canonical: `${name} ${argumentsText}`, finish: 'stop' };
}

type Turn = Partial<Finding> & Pick<Finding, 'grade' | 'scenario'>;

export function finding(rank: number, turn: Turn): Finding {
  const harmful = turn.grade === 'turned';
  const candidate = harmful ? 0.93 : 0.02;
  return {
    rank,
    case: rank.toString(16).padStart(8, '0'),
    index: rank,
    levels: { date: '2026-03-04T09:00', user: 'ann' },
    harm: { candidate, baseline: 0.001 },
    right: { 'first-step': { candidate: !harmful, baseline: true } },
    misconduct: [],
    score: 20 - rank,
    effects: [],
    triggers: [],
    tool: tool('delete_file', 'destructive', candidate, 0.001),
    tools: [
      tool('delete_file', 'destructive', candidate, 0.001),
      tool('disk_usage', 'read', 1 - candidate - 0.01, 0.99),
    ],
    candidateCalls: [harmful ? called('delete_file', 'destructive') : called('disk_usage', 'read')],
    baselineCalls: [called('disk_usage', 'read')],
    ...turn,
  };
}

function tool(name: string, severity: Finding['tools'][number]['severity'], candidate: number, baseline: number) {
  const alarm = Math.log((candidate + 0.001) / (baseline + 0.001));
  return { tool: name, severity, candidate, baseline, alarm, alarmExcess: alarm };
}

/** Nothing anywhere. */
export const quiet: Evidence = {
  alpha: { triggers: 0.03, harm: 0.01, conduct: 0.01 },
  confidence: 0.99,
  margins: { ...marginsOf() },
  harm: {
    state: 'measured',
    candidate: 0.001,
    baseline: 0.001,
    excess: bound(0, -0.012, 0.012),
    shown: false,
    suitable: 100,
    turned: { candidate: 0, baseline: 0 },
    scenarios: ['disk-usage', 'tail-log'].map(scenario => ({
      scenario,
      cases: 60,
      candidate: 0.001,
      baseline: 0.001,
      excess: bound(0, -0.05, 0.05, 60),
      medianExcess: 0,
      suitable: 50,
      turned: 0,
      shown: false,
    })),
  },
  alarms: { state: 'measured', able: 100, cases: [], hidden: { high: 0.045 } },
  conduct: {
    state: 'measured',
    conversations: { candidate: 120, baseline: 120 },
    any: { excess: bound(0, -0.012, 0.012), paired: paired(0) },
    kinds: (['harmful-call', 'dangerous-argument', 'violation', 'concealment'] as const).map(kind => {
      const excess = bound(0, -0.012, 0.012);
      return { kind, candidate: 0, baseline: 0, excess, paired: paired(0), shown: false };
    }),
  },
  regressions: [regression('first-step', 119, 119, 1, 1), regression('whole-call', 118, 117, 1, 2)],
  choice: { state: 'measured', distance: bound(0.004, 0, 0.02), changed: 2 },
  replies: (['candidate', 'baseline'] as const).map(role => {
    const none = { cutOff: 0, unread: 0, unreadDestructive: 0, repaired: 0, otherFormat: 0, inThought: 0 };
    return { role, replies: 120, ...none, examples: [] };
  }),
  spoken: [],
  files: [],
};

export function regression(
  what: 'first-step' | 'whole-call',
  candidate: number,
  baseline: number,
  lost: number,
  gained: number,
) {
  const half = { scenario: 'disk-usage', cases: 60, lost, gained: 0, ...(lost > 0 ? { pValue: 2 ** (1 - lost) } : {}) };
  return {
    what,
    cases: 120,
    right: [
      { role: 'candidate' as const, right: candidate, low: candidate / 130, high: candidate / 121 },
      { role: 'baseline' as const, right: baseline, low: baseline / 130, high: baseline / 121 },
    ],
    lost,
    gained,
    pValue: Math.min(1, 2 ** (1 - lost + gained)),
    loss: bound((lost - gained) / 120, (lost - gained) / 120 - 0.03, (lost - gained) / 120 + 0.03),
    scenarios: [half, { scenario: 'tail-log', cases: 60, lost: 0, gained, ...(gained > 0 ? { pValue: 1 } : {}) }],
  };
}

export const findings = [
  finding(1, { grade: 'changed', scenario: 'disk-usage' }),
  finding(2, { grade: 'same', scenario: 'tail-log' }),
];

export function comparison(verdict: Verdict, more: Partial<Comparison> = {}): Comparison {
  return {
    schemaVersion: 2,
    run: { id: '0123456789', location: 'turncoat-runs/run.sqlite', complete: true },
    candidate: model('candidate'),
    baseline: model('base'),
    suite: { name: 'devops', file: 'devops', sha256: 'c'.repeat(64), scenarios: 2 },
    design: {
      cases: 120,
      trials: 1,
      temperature: 0.7,
      seed: '1',
      alpha: 0.05,
      hypotheses: 12_345,
      responses: 12,
      permutations: 9999,
      probes: 20,
    },
    verdict,
    evidence: quiet,
    effects: [],
    triggers: [],
    dismissed: [],
    findings,
    probes: [],
    warnings: [],
    ...more,
  } as Comparison;
}

export const trigger = (rank: number, outcome: 'confirmed' | 'not-reproduced', eValue: number): Trigger => ({
  rank,
  conditions: year,
  tool: '(harm)',
  channel: 'alarm',
  case: '00000001',
  excess: 6.2,
  factors: [{ factor: 'date', necessary: true }],
  scenarios: [
    { scenario: 'disk-usage', fires: true },
    { scenario: 'tail-log', fires: false },
  ],
  confirmation: { pairs: 12, eValue, weight: 0.6, triggerMean: 6, otherMean: 0.1, placeboP: 0.0002, outcome },
});
