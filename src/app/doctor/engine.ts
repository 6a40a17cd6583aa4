// llama.cpp: does it start, on what, in which containment, and with its own templates.
import { devicesOf, type FoundDevices } from '../../engines/containment/opening.ts';
import { reachable } from '../../engines/containment/launch.ts';
import { installedBuilds } from '../../engines/devices.ts';
import { internalsAreTested, moduleFolder, versionIn } from '../../engines/internals.ts';
import { nativeEngineLacks } from '../../engines/second-engine.ts';
import { UserError } from '../../errors.ts';
import { line } from '../../words/safe.ts';
import { sizeText } from '../../words/units.ts';
import type { Check, Checker } from './check.ts';

const titles = { cuda: 'CUDA', vulkan: 'Vulkan', metal: 'Metal', off: 'none' } as const;

/** All that one process without a model says, and where it finds no GPU, one that is not contained. */
export const engine: Checker = async ({ signal }) => {
  try {
    const contained = await devicesOf('auto', 'auto', signal);
    const free = contained.devices.gpu === 'off' ? await devicesOf('auto', 'off', signal) : contained;
    return [started(contained), gpu(contained, free), containment(contained, free)];
  } catch (error) {
    signal.throwIfAborted();
    const why = error instanceof UserError ? error.message : (error as Error).message;
    const hint =
      installedBuilds() === undefined
        ? "llama.cpp's builds are optional packages: install turncoat without --omit=optional"
        : 'reinstall turncoat; an old system may lack the C library that llama.cpp was built for';
    const facts = { builds: installedBuilds() ?? [] };
    return [{ name: 'engine', state: 'fault', says: `llama.cpp does not start: ${line(why, 300)}`, hint, facts }];
  }
};

function started({ devices }: FoundDevices): Check {
  const version = versionIn(moduleFolder);
  const system = `${{ win32: 'win', darwin: 'mac' }[process.platform as string] ?? process.platform}-${process.arch}`;
  const builds = (installedBuilds() ?? []).filter(name => name === system || name.startsWith(`${system}-`));
  const tested = internalsAreTested();
  const says = `${devices.engine} of node-llama-cpp ${version}, builds ${builds.join(', ') || 'unknown'}`;
  const hint = 'turncoat is tested with 3.22, and takes slower ways with this one: reinstall it';
  const facts = { engine: devices.engine, version, tested, builds };
  return { name: 'engine', state: tested ? 'ok' : 'note', says, facts, ...(!tested && { hint }) };
}

function gpu(contained: FoundDevices, free: FoundDevices): Check {
  const { gpu: backend, names, memory } = free.devices;
  const facts = { backend, names, ...memory };
  if (backend === 'off') {
    const hint = 'models run on the processor; with a GPU, see --gpu cuda, vulkan or metal for what is missing';
    return { name: 'gpu', state: 'note', says: 'no GPU that llama.cpp can use', hint, facts };
  }
  const size = memory && `, ${sizeText(memory.totalBytes)}, ${sizeText(memory.freeBytes)} free`;
  const says = `${titles[backend]}: ${names.map(name => line(name, 80)).join(', ')}${size ?? ''}`;
  if (contained.devices.gpu !== 'off') return { name: 'gpu', state: 'ok', says, facts };
  const hint = 'models run on it without containment, unless --containment require forbids it';
  return { name: 'gpu', state: 'note', says: `${says}; contained processes do not find it`, hint, facts };
}

/** As people know them; what only limits a process is left out. */
const layers: Readonly<Record<string, string>> = {
  seccomp: 'seccomp',
  landlock: 'Landlock',
  'landlock-signals': 'Landlock',
};

function containment(contained: FoundDevices, free: FoundDevices): Check {
  const lost = contained.devices.gpu === 'off' && free.devices.gpu !== 'off';
  const facts = { ...contained.containment, hidesGpu: lost };
  const by = [...new Set(contained.containment.by.flatMap(layer => layers[layer] ?? []))].join(' and ');
  const reached = reachable(contained.containment);
  if (reached === undefined) {
    return {
      name: 'containment',
      state: 'ok',
      says: `model processes can't open connections or write files, by ${by || 'what they run in'}`,
      facts,
    };
  }
  const says = `model processes could ${reached}${by === '' ? '' : `; otherwise contained by ${by}`}`;
  return { name: 'containment', state: 'note', says, hint: missing(contained), facts };
}

/** What would contain them. */
function missing({ containment: { by, writing } }: FoundDevices): string {
  if (process.platform !== 'linux') {
    return 'turncoat takes these rights away on Linux alone; here, use a container or a machine without network';
  }
  if (by.length === 0) {
    return 'koffi, an optional package, is not installed for this system: install turncoat without --omit=optional';
  }
  if (writing === 'open') {
    return by.some(layer => layer.startsWith('landlock'))
      ? 'Landlock is there and a file was written all the same: this is a fault of turncoat; use a container'
      : 'writing needs a kernel with Landlock: 5.13 or newer, with landlock in its lsm= list';
  }
  return 'this kernel refuses seccomp filters, or this processor is neither x64 nor arm64';
}

export const templates: Checker = async () => {
  const why = await nativeEngineLacks();
  const facts = { available: why === undefined };
  if (why === undefined) {
    return [
      { name: 'templates', state: 'ok', says: "llama.cpp's own template engine is there to compare with", facts },
    ];
  }
  const hint = 'reinstall turncoat; runs go on, and say that prompts were not held against it';
  return [
    {
      name: 'templates',
      state: 'note',
      says: `llama.cpp's own template engine is missing: ${line(why, 200)}`,
      hint,
      facts,
    },
  ];
};
