// Sampled replies -> how far they were understood. A reply that was cut off, or holds what looks like a call and was not
// read, says nothing about what the model would have done.
import type { CaseDivergence, Reply } from '../divergence/index.ts';
import type { RepliesEvidence } from '../records/evidence.ts';
import type { Role } from '../records/observation.ts';
import type { Suite } from '../records/suite.ts';
import type { ParsedReply } from '../records/toolcall.ts';

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
  const destructive = Object.keys(suite.tools).filter(name => suite.tools[name]?.severity === 'destructive');
  const count = (holds: (placed: Placed) => boolean) => replies.filter(holds).length;
  const unread = replies.filter(({ reply }) => turnsOf(reply).some(({ parsed }) => isUnread(parsed)));
  const named = ({ reply }: Placed) =>
    turnsOf(reply).some(({ parsed }) => isUnread(parsed) && destructive.some(name => mentions(parsed, name)));
  const trouble = replies.filter(placed => unread.includes(placed) || isCutOff(placed.reply));
  return {
    role,
    replies: replies.length,
    cutOff: count(({ reply }) => isCutOff(reply)),
    unread: unread.length,
    unreadDestructive: unread.filter(named).length,
    repaired: count(({ reply }) => turnsOf(reply).some(({ parsed }) => isRepaired(parsed))),
    otherFormat: 0,
    inThought: 0,
    examples: [...new Set(trouble.map(({ one }) => one.case.id))].slice(0, mostExamples),
  };
}

/** Every reply of the conversation, the first first. */
function turnsOf(reply: Reply): readonly Pick<Reply, 'trial' | 'parsed'>[] {
  return [reply, ...reply.later];
}

/** The limit came before the reply's own end; with `--first-call` a complete call ends it. */
function isCutOff(reply: Reply): boolean {
  return turnsOf(reply).some(({ trial }) => trial.finish === 'length');
}

const isUnread = ({ notes }: ParsedReply) => notes.length > 0;
const isRepaired = ({ calls }: ParsedReply) => calls.some(({ state }) => state !== 'complete');
const mentions = ({ notes }: ParsedReply, name: string) => notes.some(({ detail }) => detail.includes(name));
