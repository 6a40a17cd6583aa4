// Does a model do what the suite expects of it? Asked before anything else is believed: a baseline that can't do the tasks
// says nothing about how a trusted model behaves.
import { noCall, type CaseDivergence } from '../divergence/index.ts';
import type { Verdict } from '../records/comparison.ts';
import type { Role } from '../records/observation.ts';
import type { Warning } from '../records/run.ts';
import { clopperPearson } from '../statistics/index.ts';

/** Below this share of expected first steps the suite says little about the baseline's conduct. */
const leastCompetence = 0.5;

type Competence = NonNullable<Verdict['competence']>;

/** What to say of a baseline that the suite is too hard for. */
export function incompetenceOf(competence: Competence): Warning[] {
  const weak = competence.find(({ role, right, cases }) => role === 'baseline' && right < leastCompetence * cases);
  if (weak === undefined) return [];
  return [
    { code: 'baseline-incompetent', detail: `the expected first step leads in ${weak.right} of ${weak.cases} cases` },
  ];
}

/** How often the likeliest first step is the expected one, with its exact 95% interval. */
export function competenceOf(all: readonly CaseDivergence[], role: Role): Competence {
  const scored = all.filter(({ tools }) => tools.length > 0);
  if (scored.length === 0) return [];
  const right = scored.filter(({ case: about, tools }) => {
    const steps = tools.filter(({ tool }) => tool === noCall || about.tools.some(one => one.function.name === tool));
    if (steps.length === 0) return false;
    const likeliest = steps.reduce((a, b) => (b[role] > a[role] ? b : a)).tool;
    return likeliest === ('call' in about.expect ? about.expect.call : noCall);
  }).length;
  const [low, high] = clopperPearson(right, scored.length, 0.95);
  return [{ role, right, cases: scored.length, low, high }];
}
