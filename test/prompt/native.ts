// llama.cpp's own engine, from node-llama-cpp's binary, in the process that the product runs it in.
import { fork } from 'node:child_process';
import { resolve } from 'node:path';
import type { NativeOutcome, NativeReply } from '../../src/engines/native-template.ts';

interface NativeTask {
  readonly template: string;
  readonly variables: Readonly<Record<string, unknown>>;
}

/** Renders templates one after the other. @throws Error where the engine can't be had: the tested version always has it */
export async function inLlama(tasks: readonly NativeTask[]): Promise<NativeOutcome[]> {
  const child = fork(resolve('dist/engines/native-template.js'), [], { serialization: 'advanced' });
  const waiting: { done: (reply: NativeReply) => void; fail: (error: Error) => void }[] = [];
  child.on('message', reply => waiting.shift()?.done(reply as NativeReply));
  child.on('exit', code => waiting.shift()?.fail(new Error(`llama.cpp's engine ended with ${code}`)));
  const next = () => new Promise<NativeReply>((done, fail) => void waiting.push({ done, fail }));
  try {
    const ready = await next();
    if (ready.kind !== 'ready') throw new Error(`no native engine: ${JSON.stringify(ready)}`);
    const outcomes: NativeOutcome[] = [];
    for (const { template, variables } of tasks) {
      const reply = next();
      child.send({ template, all: [variables] });
      const { outcomes: [outcome] = [] } = (await reply) as Extract<NativeReply, { kind: 'rendered' }>;
      outcomes.push(outcome as NativeOutcome);
    }
    return outcomes;
  } finally {
    child.kill('SIGKILL');
  }
}
