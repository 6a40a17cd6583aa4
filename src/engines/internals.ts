// Which versions of node-llama-cpp may be reached into: ./fork.ts, ./forced-pass.ts and ./native-template.ts do, where no
// public call serves.
import { getModuleVersion } from 'node-llama-cpp';

/** Versions whose internals were read and tested; others get public calls only. */
const testedVersions = /^3\.22\./;

export async function internalsAreTested(): Promise<boolean> {
  return testedVersions.test(await getModuleVersion());
}
