// Which GPU a model runs on, and what to say where there is none. Drivers read variables of the process; node-llama-cpp
// chooses a backend, and says no more than that it found none.
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { UserError } from '../errors.ts';
import type { GpuChoice, LoadRequest } from './protocol.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/** Each driver's own; the second is Vulkan's, as llama.cpp reads it. */
const visible = ['CUDA_VISIBLE_DEVICES', 'GGML_VK_VISIBLE_DEVICES'] as const;

/**
 * Variables that leave a process the devices that were asked for. Where they are set already, by a cluster's scheduler say,
 * numbers count what they leave.
 * @throws UserError `gpu-unavailable`
 */
export function deviceVariables(
  { gpu, gpuDevice }: Pick<LoadRequest, 'gpu' | 'gpuDevice'>,
  own: Variables = process.env,
): Record<string, string> {
  if (gpuDevice === undefined || gpu === 'off') return {};
  const numbers = gpuDevice.split(',').map(Number);
  const named = visible.map(name => [name, numbers.map(number => nth(name, number, own[name], gpuDevice)).join(',')]);
  // Numbers as nvidia-smi has them, unless somebody counts otherwise already.
  const order = own.CUDA_VISIBLE_DEVICES === undefined && own.CUDA_DEVICE_ORDER === undefined;
  return { ...Object.fromEntries(named), ...(order && { CUDA_DEVICE_ORDER: 'PCI_BUS_ID' }) };
}

function nth(name: string, number: number, set: string | undefined, asked: string): string {
  if (set === undefined) return String(number);
  const left = set.split(',').flatMap(one => (one.trim() === '' ? [] : [one.trim()]));
  const device = left[number];
  if (device !== undefined) return device;
  const message = `--gpu-device ${asked}: ${name} leaves ${left.length} device${left.length === 1 ? '' : 's'}`;
  throw new UserError('gpu-unavailable', message, `count from 0, or set ${name} otherwise`);
}

/** A backend that was asked for and is not there, as its process says it. */
export class NoGpu extends Error {
  readonly code = 'gpu-unavailable';
  readonly hint: string;

  constructor(message: string, hint: string) {
    super(message);
    this.hint = hint;
  }
}

/** @param devices names of those that the process sees; undefined: no backend could be started */
export function checkGpu(
  { gpu, gpuDevice, gpuLayers }: Pick<LoadRequest, 'gpu' | 'gpuDevice' | 'gpuLayers'>,
  running: GpuChoice,
  devices: readonly string[],
): void {
  const explicit = gpu !== 'auto' && gpu !== 'off';
  if (explicit && (running !== gpu || devices.length === 0)) throw noBackend(gpu);
  if (running !== 'off' && devices.length > 0) return;
  const asked = gpuDevice === undefined ? gpuLayers && `--gpu-layers ${gpuLayers}` : `--gpu-device ${gpuDevice}`;
  if (!asked) return;
  const why = gpu === 'off' ? '--gpu off uses none' : 'no such GPU was found, and models would run on the CPU';
  throw new NoGpu(`${asked}: ${why}`, 'leave it out, or see with nvidia-smi or vulkaninfo which devices there are');
}

const backends = { cuda: 'CUDA', vulkan: 'Vulkan', metal: 'Metal' } as const;

/** Why a backend can't be used: its binary is not installed, or it finds no device. */
export function noBackend(gpu: keyof typeof backends): NoGpu {
  const title = backends[gpu];
  const apple = process.platform === 'darwin';
  if ((gpu === 'metal') !== apple) {
    return new NoGpu(`--gpu ${gpu}: there is no ${title} on this system`, `use --gpu auto, or --gpu off for the CPU`);
  }
  const platform = { linux: 'linux', win32: 'win', darwin: 'mac' }[process.platform as string];
  const name = `@node-llama-cpp/${platform}-${process.arch}-${gpu}`;
  if (!existsSync(join(packages(), name))) {
    const hint = `install it with turncoat's own packages (npm install leaves out optional ones with --omit=optional), or use --gpu off`;
    return new NoGpu(`--gpu ${gpu}: the ${title} build of llama.cpp (${name}) is not installed`, hint);
  }
  const see = gpu === 'cuda' ? 'nvidia-smi shows driver and devices' : 'vulkaninfo shows driver and devices';
  const message = `--gpu ${gpu}: the ${title} build of llama.cpp is installed, but no ${title} driver or device was found`;
  return new NoGpu(message, `${see}; --gpu auto takes what there is, --gpu off the CPU`);
}

/** The builds of llama.cpp that are installed here: `linux-x64`, `linux-x64-cuda`; undefined: node-llama-cpp itself is not. */
export function installedBuilds(): readonly string[] | undefined {
  try {
    return readdirSync(join(packages(), '@node-llama-cpp')).toSorted();
  } catch {
    return undefined;
  }
}

/** The folder that node-llama-cpp and its binaries lie in. */
function packages(): string {
  // .../node_modules/node-llama-cpp/dist/index.js
  return dirname(dirname(dirname(fileURLToPath(import.meta.resolve('node-llama-cpp')))));
}
