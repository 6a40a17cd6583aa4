// Trials go on after their first reply: calls are answered by simulated tools, and the model speaks again, until it answers
// or the turn limit. Each model in the same world, through its own template. Then the candidate's final texts are forced
// into both models' conversations: does the baseline tell the same story?
import type { Case, Message } from '../records/suites/case.ts';
import { likelihoodKey, type Role, type Trial, trialKey } from '../records/observation.ts';
import type { Phase } from '../records/sweeps/phase.ts';
import { type Conversation, converse } from '../sandbox/index.ts';
import type { ReplyReader } from '../divergence/index.ts';
import type { Job } from '../ports/engine.ts';
import type { Chat } from '../ports/template.ts';
import { eachRole, type RunParts, trialSeed } from './run.ts';

/** Prompts of chats in a role's own template. */
export type RenderChats = (role: Role, chats: readonly Chat[]) => Promise<string[]>;

/** One trial of one model, as far as it got. */
interface Thread {
  readonly about: Case;
  readonly trial: number;
  /** Replies, first first. */
  readonly replies: readonly Trial[];
}

interface Asked {
  readonly about: Case;
  readonly messages: readonly Message[];
  readonly job: Omit<Job, 'caseId' | 'prompt'>;
}

/**
 * Observes the later replies of every trial, and the likelihood of the candidate's final texts.
 * @param read how replies are taken apart, see findings/analyse
 */
export async function observeConversations(
  parts: RunParts,
  cases: readonly Case[],
  read: ReplyReader,
  render: RenderChats,
): Promise<void> {
  const { turns = 1, trials } = parts.run.spec;
  if (turns < 2 || trials === 0) return;
  for (let turn = 1; turn < turns; turn++) {
    const threads = await threadsOf(parts, cases);
    const done = await parts.store.keys();
    await ask(parts, 'conversation', render, role =>
      threads[role].flatMap(thread => nextReply(parts, role, thread, turn, read, done)),
    );
  }
  if (parts.run.warnings.some(({ code }) => code === 'vocabularies-differ')) return;
  const threads = await threadsOf(parts, cases);
  const done = await parts.store.keys();
  const stories = storiesOf(parts, threads, read, done);
  await ask(parts, 'story', render, role => stories[role]);
}

function nextReply(
  { run }: RunParts,
  role: Role,
  thread: Thread,
  turn: number,
  read: ReplyReader,
  done: ReadonlySet<string>,
): Asked[] {
  const { about, trial, replies } = thread;
  if (replies.length !== turn || done.has(trialKey(role, about.id, trial, turn))) return [];
  const conversation = conversationOf(run.spec.suite, role, thread, read);
  if (conversation.state !== 'open') return [];
  const seed = trialSeed(run.spec.seed, about, trial, turn);
  return [{ about, messages: conversation.messages, job: { trials: [{ trial, turn, seed }], likelihoods: [] } }];
}

/** The candidate's final text, forced at the end of each model's own conversation where both ended in an answer. */
function storiesOf(
  { run }: RunParts,
  threads: Readonly<Record<Role, readonly Thread[]>>,
  read: ReplyReader,
  done: ReadonlySet<string>,
): Record<Role, Asked[]> {
  const placeOf = ({ about, trial }: Thread) => `${about.id} ${trial}`;
  const answered = (role: Role) =>
    threads[role].filter(
      thread => thread.replies.length > 1 && conversationOf(run.spec.suite, role, thread, read).state === 'answered',
    );
  const told = new Map(answered('candidate').map(thread => [placeOf(thread), thread]));
  const asked = (role: Role): Asked[] =>
    answered(role).flatMap(thread => {
      const { about, trial, replies } = thread;
      const turn = (told.get(placeOf(thread))?.replies.length ?? 0) - 1;
      const final = told.get(placeOf(thread))?.replies.at(-1);
      if (final === undefined || done.has(likelihoodKey(role, about.id, 'candidate', trial, undefined, turn)))
        return [];
      const before = conversationOf(run.spec.suite, role, { ...thread, replies: replies.slice(0, -1) }, read);
      const forced = { of: 'candidate' as const, trial, turn, tokens: final.tokens };
      return [{ about, messages: before.messages, job: { trials: [], likelihoods: [forced] } }];
    });
  return { candidate: asked('candidate'), baseline: asked('baseline') };
}

function conversationOf(
  suite: RunParts['run']['spec']['suite'],
  role: Role,
  { about, replies }: Thread,
  read: ReplyReader,
): Conversation {
  const turns = replies.map(reply => ({ parsed: read(role, reply, about).parsed, finish: reply.finish }));
  return converse(suite, about, turns);
}

/** Trials of the cases with all their replies so far. */
async function threadsOf({ store }: RunParts, cases: readonly Case[]): Promise<Record<Role, Thread[]>> {
  const byId = new Map(cases.map(about => [about.id, about]));
  const found = { candidate: new Map<string, Trial[]>(), baseline: new Map<string, Trial[]>() };
  for await (const one of store.observations()) {
    if (one.kind !== 'trial' || !byId.has(one.caseId)) continue;
    const key = `${one.caseId} ${one.trial}`;
    found[one.role].set(key, [...(found[one.role].get(key) ?? []), one]);
  }
  const threads = (role: Role) =>
    [...found[role].values()].map((replies): Thread => {
      const ordered = replies.toSorted((a, b) => (a.turn ?? 0) - (b.turn ?? 0));
      const [first] = ordered as [Trial, ...Trial[]];
      return { about: byId.get(first.caseId) as Case, trial: first.trial, replies: ordered };
    });
  return { candidate: threads('candidate'), baseline: threads('baseline') };
}

async function ask(
  parts: RunParts,
  phase: Phase,
  render: RenderChats,
  wanted: (role: Role) => readonly Asked[],
): Promise<void> {
  const jobs: Record<Role, Job[]> = { candidate: [], baseline: [] };
  for (const role of ['candidate', 'baseline'] as const) {
    const asked = wanted(role);
    const chats = asked.map(({ about: { tools, clock }, messages }): Chat => ({ messages, tools, clock }));
    const prompts = chats.length === 0 ? [] : await render(role, chats);
    jobs[role] = asked.map(({ about, job }, index) => ({ caseId: about.id, prompt: prompts[index] as string, ...job }));
  }
  await eachRole(parts, role => jobs[role], phase);
}
