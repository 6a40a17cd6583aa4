// The child process that owns one model, and a context of it for each lane. It speaks ./protocol.ts over IPC and nothing else; if llama.cpp aborts, only
// this process dies.
import {
  getLlama,
  InsufficientMemoryError,
  type Llama,
  type LlamaContext,
  type LlamaContextOptions,
  type LlamaContextSequence,
  LlamaLogLevel,
  type LlamaModel,
  NoBinaryFoundError,
} from 'node-llama-cpp';
import type { EngineFacts } from '../ports/engine.ts';
import { measureContainment } from './containment/measure.ts';
import { checkGpu, NoGpu, noBackend } from './devices.ts';
import { calibrate, type Tuning, usualTuning } from './session/calibrate.ts';
import { chooseForcedPass } from './session/forced-pass.ts';
import { chooseFork } from './session/fork.ts';
import {
  type Devices,
  type GpuChoice,
  type LoadRequest,
  type Numbered,
  type Pulse,
  type Reply,
  type Request,
  type Started,
  unasked,
} from './protocol.ts';
import { promptTokens, Session } from './session/session.ts';

const pulseMs = 1000;

type OpenRequest = Extract<Request, { kind: 'open-context' }>;

interface Loaded {
  readonly llama: Llama;
  readonly model: LlamaModel;
  readonly request: LoadRequest;
}

/** Before anything of a model is read. */
const containment = await measureContainment();

let loaded: Loaded | undefined;
/** Of the model, in [0, 1]. */
let loadedShare: number | undefined;
/** Once per model: it does not depend on the size of the context. */
let calibrated: Awaited<ReturnType<typeof calibrate>> | undefined;
/** By lane. */
const opened = new Map<number, { readonly context: LlamaContext; readonly session: Session }>();
/** The last lines llama.cpp logged: where the reason of a failed load is. */
const log: string[] = [];

/** llama.cpp on the backend that was asked for; where that is not there, it says so instead of loading on another. */
async function start(request: Pick<LoadRequest, 'gpu' | 'gpuDevice' | 'gpuLayers'>): Promise<Llama> {
  const { gpu } = request;
  const llama = await getLlama({
    gpu: gpu === 'off' ? false : gpu,
    build: 'never',
    progressLogs: false,
    logLevel: LlamaLogLevel.warn,
    logger: (_level, text) => {
      log.push(text.trimEnd());
      if (log.length > 20) log.shift();
    },
  }).catch(error => {
    const named = gpu === 'off' || gpu === 'auto' ? undefined : gpu;
    throw error instanceof NoBinaryFoundError && named !== undefined ? noBackend(named) : error;
  });
  checkGpu(request, gpuOf(llama), await llama.getGpuDeviceNames().catch(() => []));
  return llama;
}

async function load(request: LoadRequest): Promise<Reply> {
  const llama = await start(request);
  // As many layers as fit beside a context of the size that is expected.
  const { contextTokens, sequences } = request;
  const fitContext = { contextSize: contextTokens * sequences };
  const model = await llama.loadModel({
    modelPath: request.path,
    onLoadProgress: share => (loadedShare = share),
    ...(llama.gpu !== false && contextTokens > 0 && { gpuLayers: request.gpuLayers ?? { fitContext } }),
  });
  loaded = { llama, model, request };
  return { kind: 'loaded', gpu: gpuOf(llama) };
}

const gpuOf = ({ gpu }: Llama): Devices['gpu'] => (gpu === false ? 'off' : gpu);

async function devices(gpu: GpuChoice): Promise<Devices> {
  const llama = await start({ gpu });
  const state = llama.gpu === false ? undefined : await llama.getVramState().catch(() => undefined);
  return {
    gpu: gpuOf(llama),
    names: llama.gpu === false ? [] : await llama.getGpuDeviceNames().catch(() => []),
    ...(state && { memory: { totalBytes: state.total, freeBytes: state.free } }),
    engine: `llama.cpp ${llama.llamaCppRelease.release}`,
  };
}

function needLoaded(): Loaded {
  if (loaded === undefined) throw new Error('no model is loaded');
  return loaded;
}

async function openContext({ lane, contextTokens, adapters }: OpenRequest): Promise<Reply> {
  const { llama, model, request } = needLoaded();
  await opened.get(lane)?.context.dispose();
  opened.delete(lane);
  const gpu = llama.gpu !== false;
  const { threads, sequences } = request;
  const machine = { gpu, threads, sequences };
  calibrated ??= request.calibrate ? await calibrate(model, machine) : { tuning: usualTuning(machine), probes: [] };
  const { tuning, probes } = calibrated;
  const lora = { adapters: adapters.map(({ path, scale }) => ({ filePath: path, scale })) };
  const context = await roomyContext(model, { ...tuning, contextSize: contextTokens, sequences, lora });
  const slots = Array.from({ length: context.totalSequences }, () => context.getSequence());
  const { kind, fork } = await chooseFork(slots);
  const pass = await chooseForcedPass(slots[0] as LlamaContextSequence);
  // What is loaded once is counted once.
  const first = opened.size === 0;
  opened.set(lane, { context, session: new Session(model, context, slots, fork, pass) });
  const memory = await memoryOf(llama, model, context, first).catch(() => undefined);
  const facts: EngineFacts = {
    gpu: gpuOf(llama),
    device: gpu ? (await llama.getGpuDeviceNames()).join(', ') : 'cpu',
    ...(gpu && { gpuLayers: model.gpuLayers, modelLayers: model.fileInsights.totalLayers }),
    threads: tuning.threads,
    sequences: slots.length,
    contextTokens,
    batchTokens: context.batchSize,
    flashAttention: context.flashAttention !== false,
    cacheType: 'f16',
    engine: `llama.cpp ${llama.llamaCppRelease.release}`,
    prefixes: kind,
    ...(memory && { memory }),
    ...(probes.length > 0 && { calibration: probes }),
    containment,
  };
  return { kind: 'opened', facts };
}

/** What the weights (where they count here) and the context take, and what is left on a GPU; llama.cpp lays both out without allocating them. */
async function memoryOf(
  llama: Llama,
  model: LlamaModel,
  context: LlamaContext,
  withWeights: boolean,
): Promise<NonNullable<EngineFacts['memory']>> {
  const { fileInsights, gpuLayers } = model;
  const weights = await fileInsights.estimateModelResourceRequirementsV2({ gpuLayers, useMmap: model.useMmap });
  const working = await fileInsights.estimateContextResourceRequirementsV2({
    contextSize: context.contextSize,
    sequences: context.totalSequences,
    batchSize: context.batchSize,
    flashAttention: context.flashAttention,
    modelGpuLayers: gpuLayers,
    swaFullCache: true,
  });
  return {
    ramBytes: Math.ceil((withWeights ? weights.cpuRam : 0) + working.cpuRam),
    vramBytes: Math.ceil((withWeights ? weights.gpuVram : 0) + working.gpuVram),
    ...(llama.gpu !== false && { vramFreeBytes: (await llama.getVramState()).free }),
  };
}

/** A context with all sequences asked for, or half as many, until it fits in memory. */
async function roomyContext(
  model: LlamaModel,
  options: Tuning & { contextSize: number; sequences: number; lora: NonNullable<LlamaContextOptions['lora']> },
): Promise<LlamaContext> {
  try {
    // Small contexts: a full cache costs little, and prefixes of sliding-window models can be reused.
    return await model.createContext({ ...options, swaFullCache: true });
  } catch (error) {
    if (options.sequences === 1 || !(error instanceof InsufficientMemoryError)) throw error;
    return roomyContext(model, { ...options, sequences: options.sequences >> 1 });
  }
}

async function answer(request: Request): Promise<Reply> {
  if (request.kind === 'hello') return { kind: 'hello' };
  if (request.kind === 'devices') return { kind: 'devices', devices: await devices(request.gpu) };
  if (request.kind === 'load') return load(request.load);
  if (request.kind === 'open-context') return openContext(request);
  const { model } = needLoaded();
  if (request.kind === 'count') {
    const tokens = request.texts.map(text => promptTokens(model, text).length);
    return { kind: 'counted', tokens, trained: model.trainContextSize };
  }
  const session = opened.get(request.lane)?.session;
  if (session === undefined) throw new Error('no context is open');
  if (request.kind === 'cancel') {
    session.cancel();
    return { kind: 'cancelled' };
  }
  const { role, jobs, sampling, last } = request;
  return { kind: 'observed', observations: await session.observe(role, jobs, sampling, last) };
}

process.on('message', ({ id, body }: Numbered<Request>) => {
  const reply = (message: Reply) => process.send?.({ id, body: message } satisfies Numbered<Reply>);
  answer(body)
    .then(reply)
    .catch((error: Error) => {
      const known = error instanceof NoGpu ? { code: error.code, hint: error.hint } : { code: body.kind };
      reply({ kind: 'failed', ...known, message: error.message, log: log.join('\n') });
    });
});
/** Says what this process uses, again and again; a GPU that can't be asked is left out. */
async function pulse(): Promise<void> {
  const llama = loaded?.llama;
  const vram =
    llama === undefined || llama.gpu === false ? undefined : await llama.getVramState().catch(() => undefined);
  const use = {
    pid: process.pid,
    memoryBytes: process.memoryUsage.rss(),
    ...(loadedShare !== undefined && { loadedShare }),
    caseId: [...opened.values()].flatMap(({ session }) => session.caseUnderWay ?? [])[0],
    ...(vram && { vram: { usedBytes: vram.used, totalBytes: vram.total } }),
  };
  if (process.connected) process.send?.({ id: unasked, body: { kind: 'pulse', use } } satisfies Numbered<Pulse>);
  setTimeout(pulse, pulseMs).unref();
}
process.send?.({ id: unasked, body: { kind: 'started', containment } } satisfies Numbered<Started>);
void pulse();
// The parent's end is this process's end, however it came about.
process.on('disconnect', () => process.exit(0));
// Ctrl-C reaches the whole process group; the parent decides when to stop.
process.on('SIGINT', () => {});
