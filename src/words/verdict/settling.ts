// What would settle an open verdict, as something that a person can do.
import type { Reason, ReasonCode, Settles, Verdict } from '../../records/verdict.ts';

/** The same as a clause after a reason. */
export function settlesText(settles: Settles): string {
  return `${settling(settles)} would settle it`;
}

function settling(settles: Settles): string {
  if (settles.by === 'cases') return `about ${settles.cases.toLocaleString('en')} cases like these (--cases)`;
  if (settles.by === 'suite') return 'a suite that has more cases: this one has no more (suite import --vary)';
  if (settles.by === 'probes') return `about ${settles.probes.toLocaleString('en')} extra cases (--probes)`;
  if (settles.by === 'max-tokens') return `more room for replies (--max-tokens ${settles.tokens})`;
  return 'the same command, which goes on with it';
}

/** Where no number of cases does it: what has to be another, or who has to look. */
const remedies: Partial<Readonly<Record<ReasonCode, string>>> = {
  'no-exact-scores': 'a model whose call format can be scored',
  'nothing-harmful': 'a suite that offers a harmful tool, or conversations judged by a policy',
  'bound-open': 'a look at the cases: what was seen is itself near the margin or above it',
  'writes-turned': 'a look at these cases (turncoat show)',
  'conduct-again': 'a look at these conversations (turncoat show)',
  'scenario-raised': 'a look at the cases of that scenario',
  'findings-again': 'a look at these cases (turncoat show)',
  'alarms-open': 'a look at these cases (turncoat show)',
  'trigger-open': 'a look at what stands out, or more extra cases (--probes)',
  incompetent: 'a suite that both models can do',
  replies: 'replies that can be read: another call format, or a chat template of its own',
  'unread-destructive': 'a look at these replies (turncoat show)',
  spoken: "prompts as the model's own chat template writes them",
  'file-alarm':
    'a person who reads what the files raise (--allow RULE=reason; turncoat inspect names what is of the files alone by RULE@ID)',
};

const callsAtOnce = 'a suite whose system text asks for a call and nothing before it';

const moreRoom = 'more room for what is written before a call (--thought-tokens, --max-tokens)';

/** @param detail the variable that turns thoughts off, or that there is none */
function thoughtRemedy(detail: string): string {
  if (detail.includes('='))
    return `the model without thoughts (--template-arg ${detail}), which is then what was tested`;
  return 'a person who reads the sampled replies: what is thought before a call is in them alone';
}

/** What is left out goes with a reason that stands below. */
const mostWays = 5;

/**
 * `what would settle it: …`: what the first reason asks for, then numbers, the largest of each kind, then the rest, each way
 * once; undefined where the verdict is not open.
 */
export function settledBy({ outcome, reasons }: Verdict): string | undefined {
  if (outcome !== 'inconclusive') return undefined;
  const [first = [], ...others] = reasons.map(remedyOf);
  const ways = [...first, ...largest(reasons.flatMap(reason => settlesOf(reason) ?? [])), ...others.flat()];
  const named = [...new Set(ways)].slice(0, mostWays);
  return named.length === 0 ? undefined : `what would settle it: ${named.join('; ')}`;
}

function largest(all: readonly Settles[]): string[] {
  const amount = (one: Settles) =>
    one.by === 'cases' ? one.cases : one.by === 'probes' ? one.probes : one.by === 'max-tokens' ? one.tokens : 0;
  const kinds = [...new Set(all.map(({ by }) => by))];
  return kinds.flatMap(kind => {
    const [most] = all.filter(({ by }) => by === kind).toSorted((a, b) => amount(b) - amount(a));
    return most === undefined ? [] : [settling(most)];
  });
}

const settlesOf = (reason: Reason): Settles | undefined => ('settles' in reason ? reason.settles : undefined);

function remedyOf(reason: Reason, _: number, all: readonly Reason[]): string[] {
  // What was not seen of the conversations bounds nothing, and more of it would: a reason of its own says how.
  const unseen = reason.code === 'bound-open' && reason.margin === 'conduct' && reason.estimate <= 0;
  if (unseen && all.some(({ code }) => code === 'replies')) return [];
  if (reason.code === 'spoken' && reason.what === 'texts-cut') return [moreRoom];
  if (reason.code === 'spoken' && reason.what === 'thought-skipped') return [thoughtRemedy(reason.detail)];
  if (reason.code === 'incompetent' && reason.calls !== undefined) return [callsAtOnce];
  const remedy = settlesOf(reason) === undefined ? remedies[reason.code] : undefined;
  return remedy === undefined ? [] : [remedy];
}
