// A process that renders templates with llama.cpp's own engine, from node-llama-cpp's binary. Native code can't be
// stopped from within: the parent ends it when it takes too long, and a thread beside it when it takes too much memory.
import { Worker } from 'node:worker_threads';
import { internalsAreTested } from './internals.ts';
import { nativeRenderer } from './native-addon.ts';

export interface NativeRequest {
  readonly template: string;
  readonly all: readonly Readonly<Record<string, unknown>>[];
}

export type NativeOutcome = { readonly text: string } | { readonly error: string };

export type NativeReply =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unavailable'; readonly why: string }
  | { readonly kind: 'rendered'; readonly outcomes: readonly NativeOutcome[] };

/** What the engine may take beyond what the process has at its start. */
const memoryMb = 512;

const guard = `
const { workerData } = require('node:worker_threads');
const most = process.memoryUsage.rss() + workerData * 1e6;
setInterval(() => { if (process.memoryUsage.rss() > most) process.kill(process.pid, 'SIGKILL'); }, 20);
`;

async function start(): Promise<void> {
  const send = (reply: NativeReply) => process.send?.(reply);
  if (!internalsAreTested()) return void send({ kind: 'unavailable', why: 'this node-llama-cpp is not tested' });
  const Renderer = await nativeRenderer();
  if (Renderer === undefined) return void send({ kind: 'unavailable', why: 'this node-llama-cpp has no Jinja engine' });
  new Worker(guard, { eval: true, workerData: memoryMb }).unref();
  process.on('message', ({ template, all }: NativeRequest) => {
    const outcomes = all.map((variables): NativeOutcome => {
      try {
        return { text: new Renderer(template).render(variables) };
      } catch (error) {
        return { error: (error as Error).message };
      }
    });
    send({ kind: 'rendered', outcomes });
  });
  process.on('disconnect', () => process.exit(0));
  send({ kind: 'ready' });
}

start().catch((error: unknown) => {
  process.send?.({ kind: 'unavailable', why: (error as Error).message } satisfies NativeReply, () => process.exit(1));
});
