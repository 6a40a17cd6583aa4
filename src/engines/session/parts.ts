// Jobs that run short are taken apart, so that no sequence is idle while another works through a long job.
import type { Job } from '../../ports/engine.ts';

/** Observations a job asks for. */
const size = ({ score, trials, likelihoods }: Job): number =>
  (score === undefined ? 0 : 1) + trials.length + likelihoods.length;

/** Splits the largest jobs until there are `count`, or none can be split; parts of a job stay neighbours. */
export function spread<T extends { readonly job: Job }>(parts: readonly T[], count: number): T[] {
  const spread = [...parts];
  while (spread.length < count) {
    const largest = spread.reduce((best, { job }, index) => {
      return best < 0 || size(job) > size((spread[best] as T).job) ? index : best;
    }, -1);
    const part = spread[largest];
    if (part === undefined || size(part.job) < 2) break;
    spread.splice(largest, 1, ...halves(part.job).map(job => ({ ...part, job })));
  }
  return spread;
}

function halves(job: Job): [Job, Job] {
  const { caseId, prompt, score, trials, likelihoods } = job;
  const middle = Math.ceil(size(job) / 2);
  const scored = score === undefined ? 0 : 1;
  const trialsFirst = Math.min(trials.length, middle - scored);
  const likelihoodsFirst = middle - scored - trialsFirst;
  return [
    {
      caseId,
      prompt,
      ...(score === undefined ? {} : { score }),
      trials: trials.slice(0, trialsFirst),
      likelihoods: likelihoods.slice(0, likelihoodsFirst),
    },
    { caseId, prompt, trials: trials.slice(trialsFirst), likelihoods: likelihoods.slice(likelihoodsFirst) },
  ];
}
