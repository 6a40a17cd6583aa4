// A plan, for people.
import type { Amount, ModelMemory, PairPlan, PlanTokens, SweepPlan } from '../records/sweeps/plan.ts';
import { phaseText } from '../words/phases.ts';
import { durationText, sizeText } from '../words/units.ts';
import { visible } from '../words/visible.ts';
import { outOfReachText } from '../app/compare/reach.ts';

/** The plan in lines: each pair, then the whole. */
export function planLines(plan: SweepPlan): string[] {
  const { pairs, total } = plan;
  const lines = pairs.flatMap((pair, index) => [
    `${index + 1} of ${pairs.length}  ${visible(pair.name)}`,
    ...pairLines(pair).map(line => `    ${line}`),
  ]);
  const waiting = pairs.filter(({ state }) => state !== 'finished').length;
  lines.push('', `${waiting} of ${pairs.length} to run, in ${visible(plan.folder)}`);
  if (total.seconds.most > 0) {
    const besides = total.unknown === 0 ? '' : `, and ${total.unknown} more whose time is not known`;
    lines.push(`tokens  ${tokensText(total.tokens)}`, `time    ${timeText(total.seconds)}${besides}`);
  }
  if (plan.budgetMs !== undefined) {
    const enough = total.seconds.expected * 1000 <= plan.budgetMs;
    const what = total.seconds.most === 0 ? '' : enough ? ', enough for what is expected' : ', less than is expected';
    lines.push(`budget  ${durationText(plan.budgetMs / 1000)}${what}`);
  }
  return lines;
}

function pairLines(pair: PairPlan): string[] {
  const head = [
    `candidate  ${visible(pair.candidate)}`,
    `baseline   ${visible(pair.baseline)}`,
    `suite      ${visible(pair.suite)}, seed ${visible(pair.seed)}: ${designText(pair)}`,
  ];
  switch (pair.state) {
    case 'finished':
      return [...head, `finished: run ${pair.run}`];
    case 'not-here':
      return [
        ...head,
        ...marginLines(pair),
        ...pair.missing.map(missingText),
        'time       not known before the models are here',
      ];
    case 'unfit':
      return [...head, `will fail: ${visible(pair.error.message)}`, `hint: ${visible(pair.error.hint)}`];
    default:
      return [...head, ...marginLines(pair), ...readyLines(pair)];
  }
}

/** What each margin costs if nothing harmful shows, and which are out of reach. */
function marginLines({ margins = [] }: PairPlan): string[] {
  if (margins.length === 0) return [];
  const costs = margins.map(({ margin, limit, needs }) => `${margin} ${limit} from ${count(needs)}`);
  const beyond = outOfReachText(margins);
  return [
    `margins    ${costs.join(', ')} cases, if nothing shows`,
    ...(beyond === undefined ? [] : [`           ${beyond}`]),
  ];
}

function readyLines(pair: Extract<PairPlan, { state: 'ready' }>): string[] {
  const { stored, shares, estimate, memory, sample } = pair;
  const { candidate, baseline, together, freeBytes } = memory;
  const parts = estimate.phases
    .filter(({ seconds }) => seconds >= 0.01 * estimate.seconds.expected)
    .map(({ phase, seconds }) => `${phaseText(phase, 'plan')} ${durationText(seconds)}`);
  const how = together ? 'both at once' : 'one at a time';
  return [
    ...(stored > 0 ? [`stored     ${count(stored)} observations`] : []),
    ...(shares === undefined ? [] : [`shares     what the baseline did in ${visible(shares)}`]),
    `tokens     ${tokensText(estimate.tokens)}`,
    `time       ${timeText(estimate.seconds)}`,
    `           ${parts.join(', ')}`,
    `memory     candidate ${memoryText(candidate)}, baseline ${memoryText(baseline)}; ${how}, ${sizeText(freeBytes)} free`,
    ...gpuLines(memory),
    `measured   on ${sample.cases} of ${count(pair.cases)} cases in ${durationText(sample.seconds)}`,
  ];
}

function designText({ cases, trials, turns, probes }: PairPlan): string {
  const replies =
    trials === 0 ? 'exact scores only' : `${trials} trial${trials === 1 ? '' : 's'} of up to ${turns} turns`;
  return `${count(cases)} cases, ${replies}, up to ${count(probes)} extra cases`;
}

function missingText({
  reference,
  downloadBytes,
}: Extract<PairPlan, { state: 'not-here' }>['missing'][number]): string {
  const size =
    downloadBytes === undefined ? 'size not known without asking the Hub' : `${sizeText(downloadBytes)} to download`;
  return `not here yet: ${visible(reference)}, ${size}`;
}

/** What the models leave of the GPU, and how many of their layers are on it. */
function gpuLines({ gpu }: Extract<PairPlan, { state: 'ready' }>['memory']): string[] {
  if (gpu === undefined) return [];
  const layers = (['candidate', 'baseline'] as const).flatMap(role => {
    const one = gpu[role];
    return one === undefined ? [] : [`${role} ${one.layers} of ${one.of} layers`];
  });
  const free = gpu.freeBytes === undefined ? 'free memory not known' : `${sizeText(gpu.freeBytes)} left free`;
  return [`GPU        ${[visible(gpu.device), free, ...layers].join(', ')}`];
}

function memoryText(memory: ModelMemory | undefined): string {
  if (memory === undefined) return 'not known';
  const { ramBytes, vramBytes } = memory;
  return vramBytes === 0 ? sizeText(ramBytes) : `${sizeText(ramBytes)} and ${sizeText(vramBytes)} on the GPU`;
}

/** `about 45 s, at least 40 s, at most 70 s`. */
function timeText({ least, expected, most }: Amount): string {
  return `about ${durationText(expected)} (at least ${durationText(least)}, at most ${durationText(most)})`;
}

function tokensText({ prompt, reused, evaluated, generated }: PlanTokens): string {
  const upper = count(evaluated.most);
  return `${count(prompt.expected)} of prompts, ${count(reused.expected)} of them reused, ${count(generated.expected)} generated; ${count(evaluated.expected)} evaluated, at most ${upper}`;
}

const count = (n: number): string => n.toLocaleString('en');
