// A model's process, contained as far as that leaves it the GPU it was to run on. Which devices a driver opens is the
// driver's affair: where a contained process finds no GPU and another one does, the GPU goes before the containment, and the
// run says so.
import { existsSync, readdirSync } from 'node:fs';
import { UserError } from '../../errors.ts';
import type { Containment } from '../../ports/engine.ts';
import { deviceVariables } from '../devices.ts';
import { type Heard, ModelProcess } from '../model-process.ts';
import type { Devices, GpuChoice, LoadRequest } from '../protocol.ts';
import { gpuNodes } from './gpu-nodes.ts';
import { checkContainment, type ContainmentChoice } from './launch.ts';

/** Of this machine, once it is known: contained processes do not find its GPU. */
let hidesGpu = false;

/**
 * Starts a process and loads a model in it.
 * @throws UserError `not-contained`, `gpu-unavailable`, `model-not-loaded`, `model-process-died`
 */
export async function openModel(
  request: LoadRequest,
  choice: ContainmentChoice,
  heard: Heard,
  signal: AbortSignal,
): Promise<ModelProcess> {
  const load = (how: ContainmentChoice) => loadIn(request, how, heard, signal);
  if (choice !== 'auto' || request.gpu === 'off' || !mayHaveGpu()) return (await load(choice)).process;
  if (hidesGpu) return (await load('off')).process;
  const first = await orLost(load('auto'));
  if (first.gpu !== 'off') return first.process;
  const free = await devicesOf(request.gpu, 'off', signal).catch(() => undefined);
  // Without containment there is none either.
  if (free === undefined || free.devices.gpu === 'off') return first.process ?? (await load('auto')).process;
  await first.process?.[Symbol.asyncDispose]();
  // A driver makes its devices when it is first used, with rights that a contained process lacks: now they are there.
  const second = await orLost(load('auto'));
  if (second.gpu !== 'off') return second.process;
  await second.process?.[Symbol.asyncDispose]();
  hidesGpu = true;
  return (await load('off')).process;
}

interface Loaded {
  readonly process: ModelProcess;
  readonly gpu: GpuChoice;
}

/** A process that refused because it found no GPU, like one that runs without. */
async function orLost(
  loading: Promise<Loaded>,
): Promise<Loaded | { readonly process: undefined; readonly gpu: 'off' }> {
  try {
    return await loading;
  } catch (error) {
    if (error instanceof UserError && error.code === 'gpu-unavailable') return { process: undefined, gpu: 'off' };
    throw error;
  }
}

async function loadIn(
  request: LoadRequest,
  how: ContainmentChoice,
  heard: Heard,
  signal: AbortSignal,
): Promise<Loaded> {
  const process = new ModelProcess(request.path, heard, how, deviceVariables(request));
  try {
    checkContainment(how, await process.containment(signal));
    const reply = await process.request({ kind: 'load', load: request }, signal);
    if (reply.kind !== 'loaded') throw new Error(`unexpected reply ${reply.kind}`);
    return { process, gpu: reply.gpu };
  } catch (error) {
    await process[Symbol.asyncDispose]();
    throw error;
  }
}

export interface FoundDevices {
  readonly devices: Devices;
  readonly containment: Containment;
}

/**
 * What a process without a model finds, and what it can reach.
 * @throws UserError `gpu-unavailable` where a backend is named that is not there; `model-process-died`
 */
export async function devicesOf(gpu: GpuChoice, choice: ContainmentChoice, signal: AbortSignal): Promise<FoundDevices> {
  await using process = new ModelProcess('llama.cpp', () => {}, choice);
  const containment = await process.containment(signal);
  const reply = await process.request({ kind: 'devices', gpu }, signal);
  if (reply.kind !== 'devices') throw new Error(`unexpected reply ${reply.kind}`);
  return { devices: reply.devices, containment };
}

/** Whether looking for a GPU again is worth the time: only Linux has what could hide one. */
function mayHaveGpu(): boolean {
  if (process.platform !== 'linux') return false;
  return (
    gpuNodes(readdirSync('/dev')).length > 0 || existsSync('/proc/driver/nvidia') || existsSync('/sys/module/nvidia')
  );
}
