// A stored run -> the comparison. Pure: `turncoat analyze` recomputes every number of a verdict without a model. What
// stage 1 nominates is looked into by a generator of questions: a sweep answers them by observing, `analyse` from what
// is stored.
import {
  type CaseDivergence,
  chooseTransplants,
  divergences,
  type DriftedScore,
  sampledDivergence,
  type Transplant,
  usualDrift,
  withoutDrift,
  withOwnCalls,
  withTransplants,
} from '../divergence/index.ts';
import type { Case } from '../records/suites/case.ts';
import type { Comparison } from '../records/comparison.ts';
import type { Cost } from '../records/cost.ts';
import type { Observation } from '../records/observation.ts';
import type { RunRecord } from '../records/run.ts';
import { gatherEvidence, type Judged, levelsOf, misbehaves, weighedFindings } from '../evidence/index.ts';
import { marginsOf } from '../records/margins.ts';
import { isOneCase, knowingTools } from '../suite/index.ts';
import { verdictOf } from '../verdict/index.ts';
import { replyReader } from './reply-reader.ts';
import {
  allMet,
  type Asking,
  carries,
  type Investigation,
  investigate,
  type LevelTest,
  levelTest,
  Prober,
  turnsToTask,
} from '../triggers/index.ts';
import { againCases } from './again.ts';
import { costOf } from './cost.ts';
import { conductSummary, judgedCases, judgeOf } from './conduct.ts';
import { withEarlier } from './earlier.ts';
import { probedCases, rankFindings } from './rank.ts';
import { runWarnings } from './run-warnings.ts';
import { samplingOf } from './sampling.ts';

export { replyReader } from './reply-reader.ts';

/** Random relabellings of the level test; the smallest p-value is 1 / (this + 1), before counting responses. */
export const defaultPermutations = 9999;

/** The design's cases as observed, and what stage 1 makes of them. */
export interface Nomination {
  readonly run: RunRecord;
  readonly designed: readonly CaseDivergence[];
  readonly scores: readonly (readonly DriftedScore[])[];
  readonly test: LevelTest;
  /** The candidate's most surprising calls, forced into every case. */
  readonly transplants: readonly Transplant[];
  /** Findings of an earlier run that were run again, observed or not; nothing is bounded by them. */
  readonly again: readonly CaseDivergence[];
  /** Everything observed, the design and beyond, by case id. */
  readonly observed: ReadonlyMap<string, CaseDivergence>;
  readonly failures: number;
  readonly permutations: number;
}

/** What a run with fewer cases asked for beyond its design may be stored here too, at places that are this design's. */
function isDesigned({ cases }: RunRecord['spec']): (one: CaseDivergence) => boolean {
  return ({ case: { index, probe } }) => index < cases && probe === undefined;
}

/** Of a run that has any: neither of the design nor asked for by its investigation. */
function isAgain({ cases }: RunRecord['spec']): (one: CaseDivergence) => boolean {
  return ({ case: { index, probe } }) => index >= cases && probe === undefined;
}

/** Stage 1: reads the observations and tests every level, pair, window and subtree. */
export function nominate(
  run: RunRecord,
  cases: readonly Case[],
  observations: Iterable<Observation>,
  permutations = defaultPermutations,
): Nomination {
  const { spec } = run;
  const read = divergences(
    cases.map(one => knowingTools(spec.suite, one)),
    observations,
    replyReader(run),
  );
  const transplants = transplantsOf(run, read);
  const all = withOwnCalls(withTransplants(read, observations, transplants));
  const designed = all.filter(isDesigned(spec));
  const again = spec.onlyFindingsOf === undefined ? [] : all.filter(isAgain(spec));
  const scores = withoutDrift(designed);
  const test = levelTest(spec.suite, designed, scores, {
    alpha: levelsOf(spec.alpha).triggers,
    permutations,
    seed: `${spec.seed}/level-test`,
  });
  const observed = new Map(all.filter(({ tools }) => tools.length > 0).map(one => [one.case.id, one]));
  const failures = [...observations].filter(({ kind }) => kind === 'failure').length;
  return { run, designed, scores, test, transplants, again, observed, failures, permutations };
}

/** Stages 2 and 3: asks for the cases that recover and confirm triggers. */
export function* lookInto({ run, designed, scores, test }: Nomination): Asking<Investigation> {
  const known = new Map(designed.filter(({ tools }) => tools.length > 0).map(one => [one.case.id, one]));
  // Confirming spends the search's share of alpha, as nominating did.
  const spec = { ...run.spec, alpha: levelsOf(run.spec.alpha).triggers };
  const prober = new Prober(spec, usualDrift(designed), known);
  return yield* investigate(prober, designed, scores, test.effects);
}

/** Which calls are worth transplanting, from what was observed of the design. Empty where token ids mean other texts. */
export function transplantsOf({ spec, warnings }: RunRecord, all: readonly CaseDivergence[]): Transplant[] {
  if (warnings.some(({ code }) => code === 'vocabularies-differ')) return [];
  return chooseTransplants(all.filter(isDesigned(spec)));
}

/** What was observed of cases beyond the design, ready to answer {@link lookInto}. */
export function answersOf(
  { run, transplants }: Pick<Nomination, 'run' | 'transplants'>,
  cases: readonly Case[],
  observations: readonly Observation[],
): Map<string, CaseDivergence> {
  const read = divergences(
    cases.map(one => knowingTools(run.spec.suite, one)),
    observations,
    replyReader(run),
  );
  const all = withOwnCalls(withTransplants(read, observations, transplants));
  return new Map(all.map(one => [one.case.id, one]));
}

/**
 * Compares two models from what is stored.
 * @param location where the run is stored, for the record
 */
export function analyse(
  run: RunRecord,
  location: string,
  cases: readonly Case[],
  observations: readonly Observation[],
): Comparison {
  const nomination = nominate(run, cases, observations);
  return conclude(nomination, location, answeredFrom(nomination), costOf(observations));
}

/** Goes through the investigation with what is stored; undefined when something it asks for is not there. */
export function answeredFrom(nomination: Nomination): Investigation | undefined {
  return answered(nomination, cases => {
    const known = cases.flatMap(({ id }) => nomination.observed.get(id) ?? []);
    return known.length < cases.length ? undefined : new Map(known.map(one => [one.case.id, one]));
  });
}

/** Goes through the investigation with answers that are there at once; undefined as soon as one is missing. */
export function answered(
  nomination: Nomination,
  answer: (cases: readonly Case[]) => ReadonlyMap<string, CaseDivergence> | undefined,
): Investigation | undefined {
  const asking = lookInto(nomination);
  let step = asking.next();
  while (!step.done) {
    const answers = answer(step.value);
    if (answers === undefined) return undefined;
    step = asking.next(answers);
  }
  return step.value;
}

/** The inspection with what the user's claim makes of it; it says which of its alarms the user allows. */
function weighedInspection(run: RunRecord): RunRecord['inspection'] {
  return run.inspection && { ...run.inspection, findings: weighedFindings(run) };
}

/**
 * The comparison.
 * @param investigation undefined when it was cut short
 * @param cost what all observations took, probes included
 */
export function conclude(
  { run, designed, observed, scores, test, again, failures, permutations }: Nomination,
  location: string,
  investigation: Investigation | undefined,
  cost?: Cost,
): Comparison {
  const { spec } = run;
  const inspection = weighedInspection(run);
  const { dismissed = [], asked = [], explored } = investigation ?? {};
  const complete = run.finishedAt !== undefined && investigation !== undefined;
  const sampled = sampledDivergence(designed);
  const judged = judgedCases(run, designed);
  const repeats = askedAgain(run, judged, investigation);
  const fresh = repeats.flatMap(({ id }) => observed.get(id) ?? []);
  const triggers = (investigation?.triggers ?? []).map(trigger => {
    const carriers = judged.filter(({ one }) => carries(one, trigger));
    const cases = carriers.map(({ one }) => one);
    const toTask = !carriers.some(misbehaves) && turnsToTask(trigger, spec, cases);
    return toTask ? { ...trigger, toTask: true as const } : trigger;
  });
  const talked = { designed: judged, fresh: judgedCases(run, fresh) };
  const evidence = gatherEvidence(run, designed, talked, { triggers, dismissed, explored: explored?.cases, carries });
  const found = { effects: test.effects, triggers, carries };
  const drifted = [...scores, ...withoutDrift(again, usualDrift(designed))];
  const ranked = rankFindings([...designed, ...again], drifted, found, spec, judgeOf(run));
  const { findings, earlier } = withEarlier(ranked, again, spec);
  const verdict = verdictOf({
    evidence,
    margins: marginsOf(spec.margins),
    state: {
      finished: complete,
      cases: spec.cases,
      scored: scores.filter(list => list.length > 0).length,
      trials: spec.trials,
      maxTokens: spec.maxTokens,
      probes: spec.probes ?? 0,
      alpha: levelsOf(spec.alpha).triggers,
      suite: spec.suite,
      exhausted: spec.suite.scenarios.every(scenario => isOneCase(spec.suite, scenario)),
      judged: spec.policy !== undefined || (spec.suite.world?.critical ?? []).length > 0,
      effects: test.effects,
      search: investigation && { ...investigation, triggers },
      ...(earlier && { earlier }),
    },
    coverage: {
      spec,
      texts: run.texts?.count,
      inspection,
      identical: isIdentical(scores),
      unmet: explored?.unmet ?? allMet,
      tried: new Set(designed.filter(({ tools }) => tools.length > 0).map(one => one.case.scenario)),
    },
  });
  // What shows harm needs no second look at conversations.
  const whole = complete && (verdict.outcome === 'diverges' || fresh.length === repeats.length);
  return {
    schemaVersion: 2,
    run: { id: run.id, location, complete: whole, ...(cost && { cost }) },
    candidate: spec.candidate,
    baseline: spec.baseline,
    suite: {
      name: spec.suite.name,
      file: spec.suiteFile,
      sha256: spec.suiteSha256,
      scenarios: spec.suite.scenarios.length,
    },
    design: {
      cases: designed.length,
      trials: spec.trials,
      temperature: spec.temperature,
      ...samplingOf(spec),
      seed: spec.seed,
      alpha: spec.alpha,
      hypotheses: test.hypotheses,
      responses: test.responses,
      permutations,
      probes: asked.length,
      ...(run.texts && { texts: { count: run.texts.count, roles: run.texts.roles } }),
      ...(earlier && { earlier: { run: earlier.run, cases: earlier.of, still: earlier.still.length } }),
    },
    ...(inspection && { inspection }),
    verdict,
    evidence,
    ...(sampled === undefined ? {} : { sampled }),
    effects: test.effects,
    triggers,
    dismissed,
    findings,
    ...conductSummary(findings.filter(one => one.again === undefined)),
    probes: probedCases(asked, withoutDrift(asked, usualDrift(designed)), found),
    warnings: runWarnings(run, failures),
  };
}

/** Fresh cases of tasks whose conversations did something wrong, out of what the search has left of the extra cases. */
function askedAgain(run: RunRecord, judged: readonly Judged[], investigation: Investigation | undefined): Case[] {
  const spent = investigation?.asked.length ?? 0;
  return run.spec.trials === 0 ? [] : againCases(run, judged, (run.spec.probes ?? 0) - spent);
}

/** Cases whose conversations are worth observing before a verdict that is not `diverges`, whatever of them is stored already. */
export function casesToTalkThrough({ run, designed }: Nomination, investigation: Investigation): Case[] {
  return askedAgain(run, judgedCases(run, designed), investigation);
}

function isIdentical(scores: readonly (readonly DriftedScore[])[]): boolean {
  return scores.every(list => list.every(({ candidate, baseline }) => candidate === baseline));
}
