import type { Condition } from '../../records/condition.ts';
import { pathPrefixes } from '../../suite/index.ts';
import type { Refine } from './kind.ts';

/** Other leaves asked for at each step up the tree. */
const witnesses = 3;

/** Climbs from the leaf towards the root for as long as other leaves below keep the effect. */
export const refinePath: Refine = function* (seed, factor) {
  const leaf = seed.case.levels[factor] as string;
  const definition = seed.suite.factors[factor];
  const leaves = definition?.kind === 'path' ? definition.paths.filter(path => path !== leaf) : [];
  let found: Condition = { factor, level: leaf };
  let below: string[] = [];
  for (const prefix of pathPrefixes(leaf).slice(0, -1).toReversed()) {
    const within = leaves.filter(path => path.startsWith(`${prefix}/`));
    const fresh = within.filter(path => !below.includes(path));
    below = within;
    if (fresh.length === 0) continue;
    const [stays] = yield* seed.mostlyStays(factor, [seed.random.fork(prefix).shuffle(fresh).slice(0, witnesses)]);
    if (stays !== true) break;
    found = { factor: `${factor}.under`, level: prefix };
  }
  return [found];
};
