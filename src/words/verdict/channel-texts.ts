// What each channel of evidence saw, in numbers: one line, and where it matters a few more below it.
import type { Comparison } from '../../records/comparison.ts';
import type { Answer, Bounded } from '../../records/evidence.ts';
import { isConfirmed, isRefuted } from '../../triggers/settled.ts';
import { inspectionSentence } from '../inspection.ts';
import type { Head } from '../../records/comparison.ts';
import { misconductWords, spokenWords } from './reasons.ts';
import { regressionText, toldOf, worstScenarios } from './regression.ts';
import { line } from '../safe.ts';
import { percent } from '../units.ts';
import { effectText, eText, toolText } from '../wording.ts';

/** Each channel once, in the order in which every format shows them. */
export const channelTitles = {
  triggers: 'triggers',
  harm: 'harm everywhere',
  alarms: 'alarming cases',
  conduct: 'conduct',
  competence: 'competence',
  choice: 'choice',
  replies: 'replies',
  spoken: 'how spoken to',
  files: 'files',
} as const;
export type ChannelName = keyof typeof channelTitles;
export const channelNames = Object.keys(channelTitles) as ChannelName[];

export interface ChannelText {
  /** One harmless line. */
  readonly text: string;
  /** Parts of it, the worst first. */
  readonly details: readonly string[];
}

/** Parts named in a channel; the page and JSON have all. */
const mostDetails = 3;

type Texts = { readonly [N in ChannelName]: (comparison: Head) => ChannelText };

export const channelTexts: Texts = {
  triggers: ({ triggers, dismissed, effects, design, evidence: { choice } }) => {
    if (choice.state === 'not-measured') return notMeasured(choice.why);
    const confirmed = triggers.filter(isConfirmed);
    const refuted = triggers.filter(isRefuted).length + dismissed.length;
    const open = triggers.length - confirmed.length - triggers.filter(isRefuted).length;
    const searched = `${design.hypotheses.toLocaleString('en')} hypotheses, ${design.probes} extra cases`;
    const details = confirmed.map(one => `${effectText(one)}: ${toolText(one.tool)}, ${evidenceOf(one)}`);
    return shown(
      `${confirmed.length} confirmed, ${open} open, ${refuted} looked into and no trigger; ${effects.length} nominated of ${searched}`,
      details.slice(0, mostDetails),
    );
  },
  harm: ({ evidence: { harm, margins } }) => {
    if (harm.state === 'not-measured') return notMeasured(harm.why);
    const { candidate, baseline, excess, turned, suitable, scenarios } = harm;
    const worst = scenarios
      .filter(one => one.shown || one.excess.high >= (margins.scenario ?? 1) || one.turned > 0)
      .toSorted((a, b) => Number(b.shown) - Number(a.shown) || b.excess.estimate - a.excess.estimate)
      .slice(0, mostDetails)
      .map(
        one =>
          `${one.scenario}: ${percent(one.candidate)}, baseline ${percent(one.baseline)}; ` +
          `leads in ${one.turned} of ${one.suitable} cases${one.shown ? '; shown' : ''}`,
      );
    return shown(
      `harmful tools get ${percent(candidate)} of first steps, baseline ${percent(baseline)}: ` +
        `${boundText(excess, margins.harm)}; they lead in ${turned.candidate} of ${suitable} cases that offer one, ` +
        `baseline ${turned.baseline}`,
      worst,
    );
  },
  alarms: ({ evidence: { alarms, margins } }) => {
    if (alarms.state === 'not-measured') return notMeasured(alarms.why);
    const { able, explored = 0, cases, hidden } = alarms;
    const tried = explored === 0 ? '' : `, ${explored} of them contexts tried with other tasks`;
    const count = (kind: Answer['kind']) => cases.filter(({ answer }) => answer.kind === kind).length;
    const parts = (['open', 'trigger', 'everywhere', 'isolated'] as const)
      .filter(kind => count(kind) > 0)
      .map(kind => `${count(kind)} ${answerWords[kind]}`);
    return shown(
      `harm became likely in ${cases.length} of ${able + explored} cases${tried}` +
        `${parts.length === 0 ? '' : ` (${parts.join(', ')})`}; a ` +
        `hidden condition may hold in at most ${percent(hidden.high)} of contexts that ask for a harmless call, margin ${percent(margins.hidden ?? 0)}`,
    );
  },
  conduct: ({ evidence: { conduct, margins } }) => {
    if (conduct.state === 'not-measured') return notMeasured(conduct.why);
    const { conversations, any, kinds, again = [] } = conduct;
    const details = kinds
      .filter(one => one.candidate + one.baseline > 0)
      .toSorted((a, b) => Number(b.shown) - Number(a.shown) || b.excess.estimate - a.excess.estimate)
      .map(
        one =>
          `${misconductWords[one.kind]}: ${one.candidate} of ${conversations.candidate}, ` +
          `baseline ${one.baseline} of ${conversations.baseline}${one.shown ? '; shown' : ''}`,
      );
    const { onlyCandidate, onlyBaseline, both } = any.paired;
    for (const { scenario, candidate, baseline, of } of again.slice(0, mostDetails)) {
      const seen = of === 0 ? 'not looked into' : `${candidate} of ${of} fresh conversations, baseline ${baseline}`;
      details.push(`again in ${line(scenario)}: ${seen}`);
    }
    if (again.length > mostDetails) details.push(`and in ${again.length - mostDetails} more scenarios`);
    return shown(
      `something wrong in ${both + onlyCandidate} cases, baseline ${both + onlyBaseline}: ${boundText(any.excess, margins.conduct)}`,
      details,
    );
  },
  competence: ({ evidence }) => {
    const { expectations } = evidence;
    const told = expectations && `${toldOf(expectations.with, expectations.of)} what is right`;
    const [first, ...rest] = evidence.regressions;
    if (first === undefined) return notMeasured(told ?? 'no case could be held against what it expects');
    const texts = [first, ...rest].map(one => regressionText(one, evidence));
    if (expectations?.state === 'too-few') return shown(`${told}: too few to bound a loss`, texts);
    const others = [...texts.slice(1), ...(told === undefined ? [] : [told])];
    return shown(texts[0] as string, [...others, ...worstScenarios(evidence).slice(0, mostDetails)]);
  },
  choice: ({ evidence: { choice, margins }, sampled }) => {
    if (choice.state === 'not-measured') return notMeasured(choice.why);
    const { distance, changed } = choice;
    return shown(
      `another likeliest first step in ${changed} of ${distance.n} cases; total variation ${percent(distance.estimate)}, ` +
        `at most ${percent(distance.high)}, margin ${percent(margins.choice ?? 0)}`,
      sampled === undefined ? [] : [sampledText(sampled)],
    );
  },
  replies: ({ evidence: { replies, margins } }) => {
    if (replies.length === 0) return notMeasured('no replies were sampled');
    const texts = replies.map(
      one =>
        `${one.role} ${one.replies}, of which ${one.cutOff} cut off, ${one.unread} not read, ${one.repaired} read in part`,
    );
    return shown(`${texts.join('; ')}; margin ${percent(margins.replies ?? 0)}`);
  },
  spoken: ({ evidence: { spoken } }) => {
    if (spoken.length === 0) return shown('both models as their own chat templates say');
    const texts = spoken.map(({ role, what, detail }) => `${role}: ${spokenWords[what]} (${detail})`);
    return shown(texts[0] as string, texts.slice(1));
  },
  files: ({ inspection, evidence: { files } }) => {
    const [first, ...rest] = files.map(inspectionSentence);
    if (inspection === undefined && first === undefined) return notMeasured('the files were not inspected');
    if (first !== undefined) return shown(first, rest.slice(0, mostDetails));
    const answered = (inspection?.findings ?? []).filter(({ gravity }) => gravity === 'alarm');
    const allowed = (inspection?.findings ?? []).filter(one => one.allowed !== undefined);
    const texts = [...answered, ...allowed].map(inspectionSentence);
    if (texts.length === 0) return shown('no alarm');
    const what = `${answered.length} answered by the cases that show it, ${allowed.length} allowed`;
    return shown(`no open alarm: ${what}`, texts.slice(0, mostDetails));
  },
};

function sampledText({ totalVariation, jensenShannon, replies }: NonNullable<Comparison['sampled']>): string {
  const nats = `Jensen-Shannon ${jensenShannon.toFixed(3)} nats`;
  return `sampled replies: total variation ${totalVariation.toFixed(3)}, ${nats}, over ${replies} replies`;
}

/** How an alarming case is accounted for, after a count. */
export const answerWords: Readonly<Record<Answer['kind'], string>> = {
  open: 'unexplained',
  trigger: 'by a confirmed trigger',
  everywhere: 'as everywhere',
  isolated: 'isolated',
};

const openWords = {
  'not-looked-into': 'not looked into',
  'happens-again': 'happens again on fresh cases, no trigger confirmed',
  words: 'goes with the words of the request, whatever the levels',
} as const;

/** The answer on one alarming case, in full. */
export function answerText(answer: Answer): string {
  if (answer.kind === 'trigger') return `confirmed trigger ${answer.trigger}`;
  if (answer.kind === 'open') return `unexplained: ${openWords[answer.why]}`;
  if (answer.kind === 'isolated') return line(`isolated: ${answer.reason.replaceAll('-', ' ')}`);
  return answer.scenario === undefined ? 'harm is shown everywhere' : 'harm is shown in all of its scenario';
}

/** `8.8% more, at least 5.1%, at most 12%, margin 2.0%`. */
function boundText({ estimate, low, high }: Bounded, margin = 0): string {
  const least = low > 0 ? `at least ${percent(low)}, ` : '';
  const more = estimate > 0 ? `${percent(estimate)} more` : 'no more';
  return `${more}, ${least}at most ${percent(high)}, margin ${percent(margin)}`;
}

function evidenceOf({ confirmation }: Comparison['triggers'][number]): string {
  if (confirmation === undefined) return 'not tried';
  const { eValue, showed, pairs } = confirmation;
  return `e-value ${eText(eValue)}${showed === undefined ? '' : `, in ${showed} of ${pairs} fresh contexts`}`;
}

const shown = (text: string, details: readonly string[] = []): ChannelText => ({
  text: line(text, 600),
  details: details.map(one => line(one, 400)),
});
const notMeasured = (why: string): ChannelText => shown(why);
