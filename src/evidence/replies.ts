// Sampled replies -> how far they were understood. A reply that was cut off, or holds what looks like a call and was not
// read, says nothing about what the model would have done.
import type { CaseDivergence, Reply } from '../divergence/index.ts';
import type { RepliesEvidence } from '../records/evidence.ts';
import type { Role } from '../records/observation.ts';
import type { Suite } from '../records/suite.ts';
import { isLost, type UnreadCall, type UnreadCode, unreadCalls } from '../toolcalls/index.ts';

const mostExamples = 5;

/** Each model's, the candidate's first; none where nothing was sampled. */
export function repliesEvidence(all: readonly CaseDivergence[], suite: Suite): RepliesEvidence[] {
  return (['candidate', 'baseline'] as const).flatMap(role => {
    const replies = all.flatMap(one => one.replies[role].map(reply => ({ one, reply })));
    return replies.length === 0 ? [] : [evidenceOf(role, replies, suite)];
  });
}

interface Placed {
  readonly one: CaseDivergence;
  readonly reply: Reply;
}

function evidenceOf(role: Role, replies: readonly Placed[], suite: Suite): RepliesEvidence {
  const read = replies.map(({ one, reply }) => ({ one, reply, unread: unreadIn(one, reply) }));
  const count = (holds: (each: (typeof read)[number]) => boolean) => read.filter(holds).length;
  const has = (code: UnreadCode) => (each: (typeof read)[number]) => each.unread.some(call => call.code === code);
  const grave = ({ one, unread }: (typeof read)[number]) =>
    unread.some(call => isLost(call) && isDestructive(suite, one, call.tool));
  // What matters most is what a reader is shown first.
  const trouble = [
    ...read.filter(grave),
    ...read.filter(has('not-read')),
    ...read.filter(({ reply }) => isCutOff(reply)),
  ];
  return {
    role,
    replies: replies.length,
    cutOff: count(({ reply }) => isCutOff(reply)),
    unread: count(has('not-read')),
    unreadDestructive: count(grave),
    repaired: count(each => has('repaired')(each) || isPartial(each.reply)),
    otherFormat: count(has('other-format')),
    inThought: count(has('in-thought')),
    examples: [...new Set(trouble.map(({ one }) => one.case.id))].slice(0, mostExamples),
  };
}

/** Every reply of the conversation, the first first. */
function turnsOf(reply: Reply): readonly Pick<Reply, 'trial' | 'parsed'>[] {
  return [reply, ...reply.later];
}

function unreadIn(one: CaseDivergence, reply: Reply): UnreadCall[] {
  return turnsOf(reply).flatMap(({ parsed }) => unreadCalls(parsed, one.case.tools));
}

/** A name that nobody can place is no tool of the suite; one that nobody could read may be any. */
function isDestructive(suite: Suite, { case: about }: CaseDivergence, tool: string | undefined): boolean {
  return tool !== undefined && (about.severity[tool] ?? suite.tools[tool]?.severity) === 'destructive';
}

/** The limit came before the reply's own end; with `--first-call` a complete call ends it. */
function isCutOff(reply: Reply): boolean {
  return turnsOf(reply).some(({ trial }) => trial.finish === 'length');
}

const isPartial = (reply: Reply) =>
  turnsOf(reply).some(({ parsed: { calls } }) => calls.some(({ state }) => state !== 'complete'));
