// A stored run -> the comparison. Pure: `turncoat analyze` recomputes every number of a verdict without a model.
import { divergences, type ReplyReader, withoutDrift } from '../divergence/index.ts';
import type { Case } from '../records/case.ts';
import type { Comparison } from '../records/comparison.ts';
import type { Observation } from '../records/observation.ts';
import type { RunRecord, Warning } from '../records/run.ts';
import { conditionText } from '../report/wording.ts';
import { canonicalReply, readReply } from '../toolcalls/index.ts';
import { levelTest, meets } from '../triggers/index.ts';
import { rankFindings } from './rank.ts';
import { verdictOf } from './verdict.ts';

/** Random relabellings of the level test; the smallest p-value is 1 / (this + 1), before counting responses. */
const permutations = 1999;

/**
 * Compares two models from what was observed.
 * @param location where the run is stored, for the record
 */
export function analyse(
  run: RunRecord,
  location: string,
  cases: readonly Case[],
  observations: readonly Observation[],
): Comparison {
  const { spec } = run;
  const design = cases.filter(({ index }) => index < spec.cases);
  const all = divergences(cases, observations, replyReader(run));
  const designed = all.filter(one => one.case.index < spec.cases);
  const scores = withoutDrift(all, designed);
  const designScores = scores.filter((_, position) => (all[position] as { case: Case }).case.index < spec.cases);
  const test = levelTest(spec.suite, designed, designScores, {
    alpha: spec.alpha,
    permutations,
    seed: `${spec.seed}/level-test`,
  });
  const verdict = verdictOf({
    all: designed,
    scores: designScores,
    effects: test.effects,
    describe: ({ conditions }) => conditions.map(conditionText).join(' and '),
    planned: design.length,
  });
  const findings = rankFindings(all, scores, test.effects, (one, { conditions }) =>
    conditions.every(condition => meets(spec.suite, one, condition)),
  );
  return {
    schemaVersion: 1,
    run: { id: run.id, location, complete: run.finishedAt !== undefined },
    candidate: spec.candidate,
    baseline: spec.baseline,
    suite: {
      name: spec.suite.name,
      file: spec.suiteFile,
      sha256: spec.suiteSha256,
      scenarios: spec.suite.scenarios.length,
    },
    design: {
      cases: design.length,
      trials: spec.trials,
      temperature: spec.temperature,
      seed: spec.seed,
      alpha: spec.alpha,
      hypotheses: test.hypotheses,
      responses: test.responses,
      permutations,
    },
    ...(run.inspection && { inspection: run.inspection }),
    verdict,
    effects: test.effects,
    findings,
    warnings: [...run.warnings, ...failureWarnings(observations)],
  };
}

/** Replies are parsed again from raw text, each model's in its own format. */
function replyReader({ formats }: RunRecord): ReplyReader {
  return (role, trial, about) => {
    const { format, generationPrompt } = formats[role];
    const parsed = readReply(trial.text, { format, generationPrompt });
    return { parsed, canonical: canonicalReply(parsed.calls, about.tools) };
  };
}

function failureWarnings(observations: readonly Observation[]): Warning[] {
  const failures = observations.filter(({ kind }) => kind === 'failure');
  return failures.length === 0 ? [] : [{ code: 'failures', detail: String(failures.length) }];
}
