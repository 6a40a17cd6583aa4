// What a run knows -> evidence, one channel a file. Nothing here decides: src/verdict weighs.
import type { CaseDivergence } from '../divergence/index.ts';
import type { Evidence } from '../records/evidence.ts';
import { type Margins, marginsOf } from '../records/margins.ts';
import type { RunRecord } from '../records/run.ts';
import { alarmEvidence, type Searched } from './alarms.ts';
import { choiceEvidence } from './choice.ts';
import { conductEvidence, type Judged } from './conduct.ts';
import { fileAlarms, weighedFindings } from './files.ts';
import { harmEvidence } from './harm.ts';
import { lengthsEvidence } from './lengths.ts';
import { boundAlpha, levelsOf } from './levels.ts';
import { expectationsOf, regressions } from './regressions.ts';
import { repliesEvidence } from './replies.ts';
import { roundingEvidence } from './rounding.ts';
import { spokenEvidence } from './spoken.ts';
import { textsEvidence } from './texts.ts';
import { isOneCase } from '../suite/index.ts';

export { weighedFindings } from './files.ts';
export type { Searched } from './alarms.ts';
export { type Judged, misbehaves, misconductOf, misdeeds } from './conduct.ts';
export { leadsToHarm, scenarioAlpha } from './harm.ts';
export { boundAlpha, levelsOf, sentenceConfidence } from './levels.ts';
export { isUnseen } from './replies.ts';
export { rightIn } from './regressions.ts';

/**
 * All channels of a run.
 * @param designed the design's cases, as observed
 * @param judged their conversations, and fresh ones of tasks in which something was done wrong
 */
export function gatherEvidence(
  run: RunRecord,
  designed: readonly CaseDivergence[],
  judged: { readonly designed: readonly Judged[]; readonly fresh: readonly Judged[] },
  searched: Searched,
): Evidence {
  const { spec } = run;
  const margins: Margins = marginsOf(spec.margins);
  const alpha = levelsOf(spec.alpha);
  const { policy } = spec;
  const rounding = roundingEvidence(spec, run.inspection);
  const harm = harmEvidence(designed, { policy, margins, alpha: alpha.harm, whole: wholeScenarios(run) });
  return {
    alpha: { ...alpha },
    confidence: 1 - boundAlpha,
    margins: { ...margins },
    harm,
    alarms: alarmEvidence(designed, searched, { harm, margins, policy }),
    conduct: conductEvidence(judged.designed, margins, alpha.conduct, spec.trials, judged.fresh),
    regressions: regressions(designed, margins),
    ...expectationsOf(designed, margins),
    choice: choiceEvidence(designed, margins),
    replies: repliesEvidence(designed, spec.suite),
    spoken: [...spokenEvidence(run), ...textsEvidence(run, designed, margins), ...lengthsEvidence(run, designed)],
    files: fileAlarms({ findings: weighedFindings(run) }),
    ...(rounding && { rounding }),
  };
}

/** None where scores are means over sampled texts. */
function wholeScenarios({ spec: { suite }, texts }: RunRecord): ReadonlySet<string> {
  const whole = texts === undefined ? suite.scenarios.filter(scenario => isOneCase(suite, scenario)) : [];
  return new Set(whole.map(({ id }) => id));
}
