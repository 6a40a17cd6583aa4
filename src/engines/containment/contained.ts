// Starts a program of ours with as little as it needs: takes rights away from itself, each as far as this machine can, and
// becomes that program. What a thread gives up holds for what it becomes, which threads that run already would not share:
// hence a program of its own. `contained.js PROGRAM [ARGUMENT…]`; IPC goes on to the program.
import { readdirSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { gpuNodes } from './gpu-nodes.ts';
import { restrictWriting } from './landlock.ts';
import { type Libc, openLibc } from './libc.ts';
import type { Layer } from './measure.ts';
import { filterBytes, filterFor } from './seccomp.ts';

/** From linux/prctl.h and asm/resource.h. */
const PR_SET_PDEATHSIG = 1;
const PR_SET_NO_NEW_PRIVS = 38;
const SIGKILL = 9;
const RLIMIT_FSIZE = 1;
const RLIMIT_CORE = 4;

const plainDevices = ['null', 'zero', 'full', 'random', 'urandom'].map(name => `/dev/${name}`);

/** Takes away what can be taken away. @returns what holds now */
function restrict(libc: Libc): Layer[] {
  const layers: Layer[] = [];
  // Ends with the parent's end, also while native code runs and hears nothing.
  if (libc.prctl(PR_SET_PDEATHSIG, SIGKILL)) layers.push('ends-with-parent');
  // Memory may hold prompts.
  if (libc.setLimit(RLIMIT_CORE, 0)) layers.push('no-core-files');
  // Both of the following ask for it.
  if (!libc.prctl(PR_SET_NO_NEW_PRIVS, 1)) return layers;
  const nodes = gpuNodes(readdirSync('/dev'));
  // Drivers of GPUs share memory with their own processes there.
  const folders = nodes.length > 0 ? ['/dev/shm'] : [];
  const version = restrictWriting(libc, { devices: [...plainDevices, ...nodes], folders });
  if (version !== undefined) layers.push(version >= 6 ? 'landlock-signals' : 'landlock');
  // Without Landlock it is less than nothing can be written: what is mapped into memory still can.
  else if (nodes.length === 0 && libc.setLimit(RLIMIT_FSIZE, 0)) layers.push('no-file-growth');
  const filter = filterFor(process.arch);
  if (filter !== undefined && libc.setFilter(filter.length, filterBytes(filter))) layers.push('seccomp');
  return layers;
}

/** The program, in a process of the same number that has given up its rights. Returns only where that can't be. */
function become(libc: Libc, args: readonly string[]): void {
  const layers = restrict(libc);
  const channel = (process.channel as { fd?: number } | undefined)?.fd;
  for (const descriptor of [0, 1, 2, ...(channel === undefined ? [] : [channel])]) libc.keep(descriptor);
  const environment = {
    ...process.env,
    // Node takes these away from what it starts once it has read them.
    ...(channel !== undefined && { NODE_CHANNEL_FD: String(channel), NODE_CHANNEL_SERIALIZATION_MODE: 'advanced' }),
    TURNCOAT_CONTAINED: layers.join(','),
  };
  const written = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
  libc.become(process.execPath, [process.execPath, ...process.execArgv, ...args], written);
}

const args = process.argv.slice(2);
try {
  if (process.platform === 'linux') become(openLibc(), args);
} catch {
  // Nothing can be taken away here; what the program can do it finds out itself, and says it.
}
// Whoever started turncoat may have set it: nothing was taken away.
delete process.env.TURNCOAT_CONTAINED;
process.argv.splice(1, 1);
await import(pathToFileURL(args[0] as string).href);
