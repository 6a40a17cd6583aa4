// Looks at everything on this machine that a comparison needs, and says what to do. A new check is one line here.
import { hubEnvironment } from '../../hub/index.ts';
import type { Check, Checker } from './check.ts';
import { engine, templates } from './engine.ts';
import { disk, machine, node } from './machine.ts';
import { network } from './network.ts';
import { places } from './places.ts';

/** In the order in which they are shown. */
const checkers: readonly Checker[] = [node, machine, engine, templates, disk, places, network];

/** @param offline nothing is asked of the network */
export async function examine({ offline }: { readonly offline: boolean }, signal: AbortSignal): Promise<Check[]> {
  const asked = { environment: await hubEnvironment(), offline, signal };
  return (await Promise.all(checkers.map(checker => checker(asked)))).flat();
}
