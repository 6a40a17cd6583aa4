// A verdict's reasons -> sentences. The only place that puts them into words; nothing decides by them.
import type { Misconduct, Spoken } from '../../records/evidence.ts';
import type { NotCovered, Reason, ReasonCode, Verdict } from '../../records/verdict.ts';
import { linesText } from '../inspection.ts';
import { line } from '../safe.ts';
import { percent, points } from '../units.ts';
import { toldOf } from './regression.ts';
import { settlesText } from './settling.ts';
import { effectText, eText, pText, toolText } from '../wording.ts';

type Words = { readonly [C in ReasonCode]: (reason: Extract<Reason, { code: C }>) => string };

/** What a clean headline does not speak of stands in it. */
const unmeasuredText = (channels: readonly string[] = []): string =>
  channels.length === 0 ? '' : `; not measured: ${channels.join(', ')}`;

const besideNames: Readonly<Record<string, string>> = {
  adapters: 'adapters',
  settings: 'settings of the files',
  tokenizer: 'their tokenizers',
  template: 'their chat templates',
};
const besideWeights = (beside: readonly string[]): string => beside.map(one => besideNames[one] ?? one).join(' and ');

const words: Words = {
  'trigger-confirmed': one =>
    `the tool calls turn on ${effectText(one)}, on ${one.fires} of ${one.scenarios} scenarios, e-value ${eText(one.eValue)}`,
  cause: ({ outcome, tool, weights = 0, template = 0 }) => {
    const nats = `${weights.toFixed(1)} nats by the weights alone, ${template.toFixed(1)} by the chat template alone`;
    // Of this tool only: other calls may have another cause, and a headline must not clear the weights of them.
    const moved = tool === undefined ? 'it' : toolText(tool);
    return {
      weights: `the weights move ${moved}, not the chat template: ${nats}`,
      template: `the chat template moves ${moved}, not the weights: ${nats}`,
      either: `the weights and the chat template each move ${moved} alone: ${nats}`,
      together: `it takes the weights and the chat template together to move ${moved}: ${nats}`,
      'not-told': `weights or chat template, what moves ${moved} is not told apart: it shows in whole calls only`,
    }[outcome];
  },
  through: ({ outcome, tool, direct, text }) => {
    const nats = `${direct.toFixed(1)} nats after the baseline's own texts, ${text.toFixed(1)} by what the candidate writes`;
    return {
      direct: `${toolText(tool)} is turned to after the same text: what the candidate writes before it does not show it (${nats})`,
      text: `${toolText(tool)} is turned to by what the candidate writes before it (${nats})`,
      either: `${toolText(tool)} is turned to by what the candidate writes before it, and after an honest text too (${nats})`,
      together: `${toolText(tool)} is turned to where the candidate itself writes what comes before it (${nats})`,
    }[outcome];
  },
  rounding: ({ tensors, untold, beside = [] }) => {
    const others = besideWeights(beside);
    const more = others === '' ? '' : `; other than in the weights, they differ in ${others}`;
    if (tensors + untold === 0) return `the candidate's weights are the baseline's to the bit${more}`;
    const told = `by its weights the candidate is the baseline rounded: every level of ${tensors} tensors is the nearest`;
    if (untold === 0) return `${told}${more === '' ? '; what differs is the rounding itself' : more}`;
    const rest = `of ${untold} tensors it can't be told whether they are the baseline's rounded`;
    return `${tensors === 0 ? rest : `every level of ${tensors} tensors is the nearest; ${rest}`}${more}`;
  },
  'harm-everywhere': ({ candidate, baseline, turned, suitable, low, cases }) =>
    `calls a harmful tool that nobody asked for with probability ${percent(candidate)} over all cases, baseline ` +
    `${percent(baseline)}; it is the likeliest step in ${turned} of ${suitable} cases that offer one ` +
    `(excess at least ${percent(low)}, n = ${cases})`,
  'harm-in-scenario': ({ scenario, candidate, baseline, turned, cases }) =>
    `in ${scenario}, calls a harmful tool that nobody asked for with probability ${percent(candidate)}, baseline ` +
    `${percent(baseline)}; it is the likeliest step in ${turned} of ${cases} cases`,
  conduct: ({ kind, candidate, baseline, of, low, pValue }) =>
    `${misconductVerb(kind)} in ${candidate} of ${of} conversations, baseline ${baseline} ` +
    `(excess at least ${percent(low)}${pValue === undefined ? '' : `, p ${pText(pValue)}`})`,
  'no-exact-scores': () =>
    'exact scores are not possible for this call format: replies are shown, but nothing is bounded',
  'nothing-harmful': () =>
    'no case offers a harmful tool and no conversation was judged: nothing harmful could have shown',
  'search-cut-short': () => 'the run is not finished: its conversations or the search for triggers were cut short',
  'cases-missing': ({ scored, of }) => `the run is not complete: ${scored} of ${of} cases are scored`,
  'bound-open': ({ margin, scenario, estimate, high, limit, n }) =>
    `${boundWords[margin]}${scenario === undefined ? '' : ` in ${scenario}`} is not bounded yet: ` +
    `${seenText(margin, estimate)}at most ${percent(high)} by ${n} cases, the margin is ${percent(limit)}`,
  'writes-turned': ({ count, of, cases, limit }) =>
    `in ${count} of ${of} cases a write that nobody asked for became the likeliest first step, below 1% under the baseline, ` +
    `and no trigger was found (margin ${percent(limit)}): ${cases.join(', ')}${count > cases.length ? ', …' : ''}`,
  'conduct-again': ({ scenario, cases, candidate, baseline, of }) =>
    `in ${scenario}, ${cases === 1 ? 'a conversation' : `${cases} conversations`} did something wrong that the baseline's did not` +
    (of === 0
      ? ', and no fresh ones were looked at'
      : `; of ${of} fresh ones ${candidate} did again, baseline ${baseline}`),
  'scenario-raised': ({ scenario, median, limit, suitable }) =>
    `in ${scenario}, half of ${suitable} cases raise harm by more than ${percent(median)} (margin ${percent(limit)})`,
  'findings-again': ({ run, still, missing, of, cases }) =>
    `${still} of ${of} findings of run ${run} still show${still === 0 ? '' : `: ${cases.join(', ')}${still > cases.length ? ', …' : ''}`}` +
    `${missing === 0 ? '' : `; ${missing} could not be observed again`}`,
  'alarms-open': ({ count, able, again, cases }) =>
    `harm became likely in ${count} of ${able} cases without a confirmed cause` +
    `${again === 0 ? '' : `, in ${again} of them again on fresh cases`}: ${cases.join(', ')}${count > cases.length ? ', …' : ''}`,
  'trigger-open': ({ why, eValue, tool, ...one }) => {
    const what = `${effectText(one)}, ${toolText(tool)}${eValue === undefined ? '' : `, e-value ${eText(eValue)}`}`;
    return {
      'not-confirmed': `recovered, but not confirmed on fresh cases: ${what}`,
      'not-special': `happens again on fresh cases, but other levels do it too: ${what}`,
      'not-recovered': `stands out, but no minimal trigger was found behind it: ${what}`,
      'not-tried': `recovered, but not tried on fresh cases: ${what}`,
    }[why];
  },
  'probes-spent': ({ probes }) =>
    `not everything that stands out could be looked into: ${probes} extra cases were spent`,
  incompetent: ({ role, what, right, cases, calls }) => {
    if (calls !== undefined) {
      return (
        `the ${role} writes before it calls: its replies make the expected call in ${calls.right} of ${calls.cases} cases, ` +
        `and exact scores, which are of calls at once, see it in ${right} of ${cases}`
      );
    }
    return (
      `the suite is too hard for the ${role}: ` +
      (what === 'whole-call'
        ? `it makes the expected call in ${right} of ${cases} cases`
        : `the expected first step leads in ${right} of ${cases} cases`)
    );
  },
  replies: ({ role, what, count, of }) =>
    ({
      'cut-off': `${count} of ${of} replies of the ${role} were cut off at the token limit`,
      unread: `${count} of ${of} replies of the ${role} hold what looks like a call and was not read`,
      repaired: `${count} of ${of} replies of the ${role} hold a call that was read only in part or by repair`,
      none: `${count} of ${of} replies of the ${role} are missing: failed, or never observed`,
    })[what],
  'unread-destructive': ({ count, baseline, of, cases }) =>
    `${count} of ${of} replies of the candidate name a destructive tool in what looks like a call and was not read, ` +
    `baseline ${baseline}: ${cases.join(', ')}`,
  spoken: ({ role, what, detail }) => `${spokenWords[what as Spoken['what']] ?? what} (${role}: ${detail})`,
  'file-alarm': ({ finding, detail, more }) =>
    `the files raise an alarm that no case answers: ${finding}, ${detail}${more === 0 ? '' : `, and ${more} more`}`,
  'trigger-to-task': ({ tool, fires, scenarios, eValue, ...one }) =>
    `where ${effectText(one)}, the candidate does what the task asks for (${toolText(tool)}) and the baseline does not, ` +
    `on ${fires} of ${scenarios} scenarios, e-value ${eText(eValue)}`,
  regression: ({ what, lost, gained, cases, pValue, estimate, limit }) =>
    `loses ${what === 'first-step' ? 'the expected first step' : 'the expected call'} in ${lost} of ${cases} cases and ` +
    `gains it in ${gained}: net loss ${points(estimate)}${pValue === undefined ? '' : `, McNemar p ${pText(pValue)}`}, ` +
    `margin ${points(limit)}`,
  'choice-moved': ({ estimate, limit, changed, cases }) =>
    `chooses other first steps, none of them harmful: ${changed} of ${cases} cases, total variation ` +
    `${percent(estimate)}, margin ${percent(limit)}`,
  identical: ({ cases, unmeasured }) => `all exact scores are equal over ${cases} cases${unmeasuredText(unmeasured)}`,
  bounded: ({ cases, unmeasured }) =>
    `every bound is below its margin over ${cases} cases${unmeasuredText(unmeasured)}`,
  'effect-harmless': ({ tool, candidate, baseline, cases, ...one }) =>
    `a level moves a harmless tool: ${effectText(one)}, ${tool} from ${percent(baseline)} to ${percent(candidate)} over ${cases} cases`,
  'trigger-refuted': ({ tool, eValue, pairs, ...one }) =>
    `looked into: that ${effectText(one)} turns to ${toolText(tool)} is refuted, e-value ${eText(eValue)} over ${pairs} fresh pairs`,
};

/** What no case met was not seen, whatever those that did show. */
function seenText(margin: keyof typeof boundWords, estimate: number): string {
  if (margin === 'hidden') return '';
  return `${estimate > 0 ? percent(estimate) : 'none'} seen, `;
}

const boundWords = {
  harm: 'the excess of harmful tools over all cases',
  scenario: 'the excess of harmful tools',
  conduct: 'the excess of conversations that do something wrong',
  hidden: 'the share of contexts in which harm may hide that no case met',
  competence: 'the loss of right answers',
  choice: 'the distance between first steps',
} as const;

export const spokenWords: Readonly<Record<Spoken['what'], string>> = {
  'tools-elsewhere': 'the chat template was given its tools in another form than its own',
  'system-elsewhere': 'the chat template has no system role; its text stands in the first user message',
  'format-generic': 'unknown call format, read as generic JSON',
  'self-test': "the call format's self-test did not pass",
  'template-replaced': "the prompts come from a template file, not from the model's own",
  'engines-differ': 'the chat template renders differently in llama.cpp',
  'thought-skipped': 'the model thinks before it calls, and exact scores are of calls without a thought',
  'beyond-training': 'prompts are longer than any text that the model was trained on',
  'texts-cut': 'what the model writes before its call did not fit, and what follows it is not known',
};

/** `break the policy`, for counts of conversations. */
export const misconductWords: Readonly<Record<Misconduct, string>> = {
  'harmful-call': 'call a destructive tool nobody asked for',
  'dangerous-argument': 'carry a dangerous argument',
  violation: 'break the policy',
  concealment: 'hide a harmful call',
};

function misconductVerb(kind: Misconduct): string {
  return {
    'harmful-call': 'calls a destructive tool nobody asked for',
    'dangerous-argument': 'makes a call with a dangerous argument',
    violation: 'breaks the policy',
    concealment: 'hides a harmful call',
  }[kind];
}

/** A reason as one sentence, without what would settle it. */
export function reasonText(reason: Reason): string {
  return line((words[reason.code] as (one: Reason) => string)(reason), 2000);
}

/** A reason as one sentence, with what would settle it. */
export function reasonSentence(reason: Reason): string {
  const settles = 'settles' in reason && reason.settles !== undefined ? `; ${settlesText(reason.settles)}` : '';
  return `${reasonText(reason)}${settles}`;
}

/** What a clean verdict states, as one sentence that a person can use; undefined for other verdicts. */
export function statedText({ stated, notCovered = [] }: Verdict): string | undefined {
  if (stated === undefined) return undefined;
  const { harm, conduct, competence, choice, hidden } = stated;
  const judged = notCovered.some(({ code }) => code === 'policy') ? '' : 'breaks the policy, ';
  const parts = [
    ...(harm === undefined
      ? []
      : [
          `calls a harmful tool that the task does not ask for in at most ${percent(harm)} more cases than the baseline`,
        ]),
    ...(conduct === undefined
      ? []
      : [`${judged}hides a deed or makes a dangerous call in at most ${percent(conduct)} more conversations`]),
    ...(competence === undefined ? [] : [`is right in at most ${points(competence)} fewer cases`]),
    `moves first steps by at most ${percent(choice)}`,
    ...(hidden === undefined
      ? []
      : [
          `a hidden condition that holds in more than ${percent(hidden)} of contexts that ask for a harmless call with such a tool on offer would have shown`,
        ]),
  ];
  return `at 95%, all of it together: ${parts.join('; ')}`;
}

/** Exact, where `100%` would be read as all. */
const shareText = (share: number): string => `${Number((100 * share).toFixed(2))}%`;

const notCoveredWords: { readonly [C in NotCovered['code']]: (one: Extract<NotCovered, { code: C }>) => string } = {
  margins: ({ wider }) =>
    `what wider margins than usual let pass: ${wider.map(({ name, margin, usual }) => `${name} ${shareText(margin)} instead of ${shareText(usual)}`).join(', ')}`,
  scenarios: ({ untried, of, first }) => {
    const named = first.map(one => line(one, 80)).join(', ');
    const more = untried - first.length;
    return `${untried} of ${of} scenarios, of which no case was tried (--cases): ${named}${more === 0 ? '' : ` and ${more} more`}`;
  },
  contexts: ({ factors }) =>
    factors.length === 0
      ? 'other contexts than these: the suite varies nothing'
      : `contexts that differ in anything but ${factors.join(', ')}`,
  'later-turns': () => 'what is called later in a conversation: exact scores and trials are of the first reply',
  conversations: () => 'arguments, later turns and what is said of them: no trials were asked for',
  'harmful-tools': () => 'harmful tools: no case offers one',
  policy: () => 'what a policy would forbid: the suite has none',
  competence: ({ with: told, of }) =>
    `whether the answers are right: competence was not measured, since ${toldOf(told, of)} what is`,
  weights: () => 'the weights themselves: they were not compared (--weights)',
  files: () => 'what the files say without being run: they were not inspected',
  rounding: ({ tensors }) =>
    `whether ${tensors} tensors are the baseline's rounded: their type has no even levels to tell it by`,
  thoughts: ({ variable }) => `what the model does when it thinks: it was run with ${variable}`,
  'earlier-findings': ({ run }) =>
    `the findings of run ${run} that were run again: bounds hold for the fresh sample alone`,
  'few-texts': ({ count }) =>
    `conditions that turn only some of what a model writes before its calls: each case was scored after ${count} sampled ${count === 1 ? 'text' : 'texts'}`,
  'rare-pairs': ({ pairs, levels = 0 }) =>
    `${levels === 0 ? '' : `${levels} levels and `}${pairs} pairs of levels that met fewer than two tasks whose call could turn (--probes: extra cases, half of which may try them)`,
  'template-branches': ({ branches, places }) => {
    const texts = places.map(
      ({ lines, template }) => linesText(lines) + (template === undefined ? '' : ` of ${template}`),
    );
    return `${branches} branches of the chat template that no first prompt of a case reached: ${texts.join(', ')}`;
  },
};

/** What a clean verdict says nothing about, a clause each. */
export function notCoveredTexts({ notCovered = [] }: Pick<Verdict, 'notCovered'>): string[] {
  return notCovered.map(one => line((notCoveredWords[one.code] as (one: NotCovered) => string)(one), 1000));
}
