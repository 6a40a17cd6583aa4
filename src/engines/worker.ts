// The child process that owns one model. It speaks ./protocol.ts over IPC and nothing else; if llama.cpp aborts, only
// this process dies.
import { getLlama, type Llama, type LlamaContext, LlamaLogLevel, type LlamaModel } from 'node-llama-cpp';
import type { EngineFacts } from '../sweep/ports.ts';
import { chooseFork } from './fork.ts';
import type { LoadRequest, Numbered, Reply, Request } from './protocol.ts';
import { promptTokens, Session } from './session.ts';

interface Loaded {
  readonly llama: Llama;
  readonly model: LlamaModel;
  readonly request: LoadRequest;
}

let loaded: Loaded | undefined;
let opened: { context: LlamaContext; session: Session } | undefined;
/** The last lines llama.cpp logged: where the reason of a failed load is. */
const log: string[] = [];

async function load(request: LoadRequest): Promise<Reply> {
  const llama = await getLlama({
    gpu: request.gpu === 'off' ? false : request.gpu,
    build: 'never',
    progressLogs: false,
    logLevel: LlamaLogLevel.warn,
    logger: (_level, text) => {
      log.push(text.trimEnd());
      if (log.length > 20) log.shift();
    },
  });
  const model = await llama.loadModel({ modelPath: request.path });
  loaded = { llama, model, request };
  return { kind: 'loaded' };
}

function needLoaded(): Loaded {
  if (loaded === undefined) throw new Error('no model is loaded');
  return loaded;
}

async function openContext(contextTokens: number): Promise<Reply> {
  const { llama, model, request } = needLoaded();
  await opened?.context.dispose();
  // Flash attention makes logits depend on batching on a CPU (engine.md): off there, the engine's own choice on a GPU.
  const flashAttention = llama.gpu === false ? false : 'auto';
  const { threads, sequences } = request;
  const context = await model.createContext({
    contextSize: contextTokens,
    sequences,
    threads,
    flashAttention,
    batchSize: 512,
    // Small contexts: a full cache costs little, and prefixes of sliding-window models can be reused.
    swaFullCache: true,
  });
  const slots = Array.from({ length: sequences }, () => context.getSequence());
  const { kind, fork } = await chooseFork(slots);
  opened = { context, session: new Session(model, context, slots, fork) };
  const device = llama.gpu === false ? 'cpu' : (await llama.getGpuDeviceNames()).join(', ');
  const facts: EngineFacts = {
    gpu: llama.gpu === false ? 'off' : llama.gpu,
    device,
    threads,
    sequences,
    contextTokens,
    flashAttention: context.flashAttention !== false,
    engine: `llama.cpp ${llama.llamaCppRelease.release}`,
    prefixes: kind,
  };
  return { kind: 'opened', facts };
}

async function answer(request: Request): Promise<Reply> {
  if (request.kind === 'load') return load(request.load);
  if (request.kind === 'open-context') return openContext(request.contextTokens);
  const { model } = needLoaded();
  if (request.kind === 'count') {
    return { kind: 'counted', tokens: request.texts.map(text => promptTokens(model, text).length) };
  }
  if (opened === undefined) throw new Error('no context is open');
  if (request.kind === 'cancel') {
    opened.session.cancel();
    return { kind: 'cancelled' };
  }
  const { role, jobs, sampling, last } = request;
  return { kind: 'observed', observations: await opened.session.observe(role, jobs, sampling, last) };
}

process.on('message', ({ id, body }: Numbered<Request>) => {
  const reply = (message: Reply) => process.send?.({ id, body: message } satisfies Numbered<Reply>);
  answer(body)
    .then(reply)
    .catch((error: Error) => {
      reply({ kind: 'failed', code: body.kind, message: error.message, log: log.join('\n') });
    });
});
// The parent's end is this process's end, however it came about.
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole process group; the parent decides when to stop.
process.on('SIGINT', () => {});
