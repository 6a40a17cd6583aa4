// A session on a model, as the process that owns one has it; and prompts of a suite's cases.
import { readFileSync } from 'node:fs';
import type { LlamaContextSequence, LlamaModel } from 'node-llama-cpp';
import { chooseForcedPass, type ForcedPass } from '../../src/engines/session/forced-pass.ts';
import { chooseFork, type ForkKind } from '../../src/engines/session/fork.ts';
import { Session } from '../../src/engines/session/session.ts';
import { readModelFile } from '../../src/gguf/index.ts';
import { chatTemplate } from '../../src/prompt/index.ts';
import type { Case } from '../../src/records/suites/case.ts';
import { makeCases, readSuite } from '../../src/suite/index.ts';

interface SessionOptions {
  readonly sequences: number;
  readonly contextSize?: number;
  readonly kinds?: readonly ForkKind[];
  readonly forced?: ForcedPass | undefined;
}

/** Work in a session of its own. @returns what it gave, and how the session copies prefixes */
export async function inSession<T>(
  model: LlamaModel,
  { sequences, contextSize = 512, kinds, forced }: SessionOptions,
  work: (session: Session) => Promise<T>,
): Promise<{ kind: ForkKind; result: T }> {
  const context = await model.createContext({ contextSize, sequences, threads: 1, flashAttention: false });
  try {
    const slots = Array.from({ length: sequences }, () => context.getSequence());
    const { kind, fork } = await chooseFork(slots, kinds);
    const pass = forced ?? (await chooseForcedPass(slots[0] as LlamaContextSequence));
    return { kind, result: await work(new Session(model, context, slots, fork, pass)) };
  } finally {
    await context.dispose();
  }
}

export interface Prompted {
  readonly about: Case;
  readonly prompt: string;
  readonly tools: string[];
}

/** Cases of the devops suite as a model file's own template shows them. */
export async function promptedCases(path: string, seed: string, count: number): Promise<Prompted[]> {
  const { chatTemplate: template = '' } = await readModelFile(path);
  const suite = readSuite(readFileSync('suites/devops.yaml', 'utf8'), 'devops');
  return makeCases(suite, seed, count).map(about => ({
    about,
    prompt: chatTemplate(template).render(about, { bosToken: '', eosToken: '' }),
    tools: about.tools.map(tool => tool.function.name),
  }));
}
