// llama.cpp's Jinja engine out of node-llama-cpp's binary. The package itself takes most of a second to load and tests the
// binary in a process of its own; a process that renders templates and nothing else needs neither.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { moduleFolder, packagesBeside, versionIn } from './internals.ts';

/** The internal class that node-llama-cpp falls back to itself; its declaration is not exported. */
export type NativeRenderer = new (template: string) => { render(items: Readonly<Record<string, unknown>>): string };

interface Bindings {
  readonly AddonJinjaRenderer?: NativeRenderer;
}

/** @returns undefined: the binary has none */
export async function nativeRenderer(): Promise<NativeRenderer | undefined> {
  return (shippedBindings() ?? (await chosenBindings())).AddonJinjaRenderer;
}

/** Binaries for the processor alone that are loaded as they lie there, by platform. */
const shipped: Readonly<Record<string, string>> = { 'linux x64': 'linux-x64', 'linux arm64': 'linux-arm64' };

/** The binary that node-llama-cpp would take without a GPU; undefined where it might take another one, or none. */
function shippedBindings(): Bindings | undefined {
  const name = shipped[`${process.platform} ${process.arch}`];
  if (name === undefined) return undefined;
  // What was built or put there goes first.
  if ([`llama/localBuilds`, `bins/${name}`].some(path => existsSync(join(moduleFolder, path)))) return undefined;
  try {
    const folder = dirname(dirname(packagesBeside.resolve(`@node-llama-cpp/${name}`)));
    if (versionIn(folder) !== versionIn(moduleFolder)) return undefined;
    return packagesBeside(join(folder, 'bins', name, 'llama-addon.node')) as Bindings;
  } catch {
    // Not installed, or made for another C library: the package knows what to say of it.
    return undefined;
  }
}

/** The binary that node-llama-cpp chooses. */
async function chosenBindings(): Promise<Bindings> {
  const { getLlama } = await import('node-llama-cpp');
  const llama = await getLlama({ gpu: false, build: 'never', logLevel: 'disabled' as never, progressLogs: false });
  return (llama as unknown as { _bindings: Bindings })._bindings;
}
