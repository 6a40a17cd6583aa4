// Which versions of node-llama-cpp may be reached into: ./session/fork.ts, ./session/forced-pass.ts and ./native-addon.ts do, where no
// public call serves. Asking the package itself would load it, which takes most of a second.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Versions whose internals were read and tested; others get public calls only. */
const testedVersions = /^3\.22\./;

const entry = createRequire(import.meta.url).resolve('node-llama-cpp');
/** Where node-llama-cpp is installed. */
export const moduleFolder = dirname(dirname(entry));
/** Finds packages as node-llama-cpp does. */
export const packagesBeside = createRequire(entry);

/** The version of the package in a folder. */
export function versionIn(folder: string): string {
  return (JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string }).version;
}

export const internalsAreTested = (): boolean => testedVersions.test(versionIn(moduleFolder));
