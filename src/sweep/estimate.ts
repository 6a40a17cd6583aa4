// What a sample of a comparison took, and how much is left to do -> tokens and seconds of the rest. Arithmetic only.
import type { RoleCost } from '../records/cost.ts';
import type { Observation, Role } from '../records/observation.ts';
import { type Phase, type WorkPhase, workPhases } from '../records/sweeps/phase.ts';
import type { Amount, Estimate, PlanTokens } from '../records/sweeps/plan.ts';

/** What observing some units took, both models together. */
export interface Measured {
  /** Cases; of `transplant`: calls forced into a case. */
  readonly units: number;
  readonly ms: number;
  readonly tokens: Readonly<Record<Role, RoleCost>>;
  /** How often models were asked, one after the other where they are not loaded together. */
  readonly rounds: number;
}

/** A comparison, taken apart. */
export interface Measurement {
  readonly work: Readonly<Partial<Record<WorkPhase, Measured>>>;
  /** Units that are left, in the same units. */
  readonly left: Readonly<Partial<Record<WorkPhase, Amount>>>;
  /** Mean prompt of the whole design over that of the sample. */
  readonly lengths: Readonly<Record<Role, number>>;
  /** What is not shared with the prompt before, per case, of the whole design over that of the sample. */
  readonly fresh: Readonly<Record<Role, number>>;
  /** Time that does not depend on how much is observed. */
  readonly fixedMs: {
    /** Files, templates, prompts: in every pass. */
    readonly reading: number;
    /** The inspection, once. */
    readonly inspecting: number;
    /** Both models. */
    readonly loading: number;
    /** In every pass; longer where something stands out. */
    readonly analysing: Amount;
  };
  /** How often models and files are opened: a sweep with a budget comes back to a pair. */
  readonly passes: Amount;
  readonly together: boolean;
}

/** Which part of a comparison an observation belongs to. */
export function phaseOf(observation: Observation, isDesigned: (caseId: string) => boolean): WorkPhase | undefined {
  if (observation.kind === 'failure') return undefined;
  if (!isDesigned(observation.caseId)) return 'probe';
  if (observation.kind === 'score') return 'observe';
  if (observation.kind === 'trial') return observation.turn === undefined ? 'observe' : 'conversation';
  if (observation.turn !== undefined) return 'story';
  return observation.from === undefined ? 'likelihood' : 'transplant';
}

export const amount = (of: (bound: keyof Amount) => number): Amount => ({
  least: of('least'),
  expected: of('expected'),
  most: of('most'),
});

const once = amount(() => 1);

export const noTokens = (): PlanTokens => {
  const none = amount(() => 0);
  return { prompt: none, reused: none, evaluated: none, generated: none };
};

export const sumOf = (all: readonly Amount[]): Amount => amount(bound => all.reduce((sum, one) => sum + one[bound], 0));

export function sumTokens(all: readonly PlanTokens[]): PlanTokens {
  const of = (kind: keyof PlanTokens) => sumOf(all.map(tokens => tokens[kind]));
  return { prompt: of('prompt'), reused: of('reused'), evaluated: of('evaluated'), generated: of('generated') };
}

/** Each part takes as long per unit as its sample did; what is loaded and read is counted as often as it happens. */
export function estimate(measurement: Measurement): Estimate {
  const { fixedMs, passes } = measurement;
  const phases: { phase: Phase; amount: Amount }[] = workPhases.map(phase => {
    return { phase, amount: workSeconds(measurement, phase) };
  });
  const times = (ms: number, count: Amount) => amount(bound => (ms / 1000) * count[bound]);
  phases.unshift(
    { phase: 'read', amount: times(fixedMs.reading, passes) },
    { phase: 'inspect', amount: times(fixedMs.inspecting, once) },
    { phase: 'load', amount: times(fixedMs.loading, loadsOf(measurement)) },
  );
  const analysing = amount(bound => (fixedMs.analysing[bound] * passes[bound]) / 1000);
  phases.push({ phase: 'analyse', amount: analysing });
  return {
    tokens: roundedTokens(sumTokens(workPhases.map(phase => workTokens(measurement, phase)))),
    seconds: sumOf(phases.map(phase => phase.amount)),
    phases: phases.flatMap(({ phase, amount: { expected } }) => (expected === 0 ? [] : [{ phase, seconds: expected }])),
  };
}

/** Multiples of the sample that are left. */
function multiples({ work, left }: Measurement, phase: WorkPhase): Amount {
  const { units } = work[phase] ?? { units: 0 };
  return amount(bound => (units === 0 ? 0 : (left[phase]?.[bound] ?? 0) / units));
}

function workSeconds(measurement: Measurement, phase: WorkPhase): Amount {
  const seconds = (measurement.work[phase]?.ms ?? 0) / 1000;
  const times = multiples(measurement, phase);
  return amount(bound => seconds * times[bound]);
}

function workTokens(measurement: Measurement, phase: WorkPhase): PlanTokens {
  const { work, lengths, fresh } = measurement;
  const measured = work[phase];
  if (measured === undefined) return noTokens();
  const times = multiples(measurement, phase);
  const of = (count: (cost: RoleCost, role: Role) => number) => {
    const { candidate, baseline } = measured.tokens;
    const sum = count(candidate, 'candidate') + count(baseline, 'baseline');
    return amount(bound => times[bound] * sum);
  };
  const isNew = ({ promptTokens, reusedTokens }: RoleCost) => promptTokens - reusedTokens;
  return {
    prompt: of((cost, role) => cost.promptTokens * lengths[role]),
    reused: of((cost, role) => Math.max(0, cost.promptTokens * lengths[role] - isNew(cost) * fresh[role])),
    evaluated: of((cost, role) => cost.evaluatedTokens + isNew(cost) * (fresh[role] - 1)),
    generated: of(cost => cost.generatedTokens),
  };
}

/** Loads of both models: once a pass, or in every round where only one fits. */
function loadsOf(measurement: Measurement): Amount {
  const { work, left, passes, together } = measurement;
  if (together) return passes;
  const rounds = workPhases.map(phase => {
    const measured = work[phase];
    return amount(bound => {
      const units = left[phase]?.[bound] ?? 0;
      if (measured === undefined || units === 0) return 0;
      // Probes are asked for in small batches, all else at once.
      return phase === 'probe' ? Math.ceil((measured.rounds * units) / measured.units) : measured.rounds;
    });
  });
  return sumOf(rounds);
}

function roundedTokens({ prompt, reused, evaluated, generated }: PlanTokens): PlanTokens {
  const whole = (of: Amount) => amount(bound => Math.round(of[bound]));
  return { prompt: whole(prompt), reused: whole(reused), evaluated: whole(evaluated), generated: whole(generated) };
}
