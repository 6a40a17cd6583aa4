// A leaf at which the effect shows -> the places that share it: every other leaf is read, or where there are very many, the
// tree is climbed from the leaf.
import { atLevel, type LevelCondition } from '../condition.ts';
import { mostRead, reading, type Refinement, type Seed } from '../search.ts';
import { type SetCondition, setOf } from '../sets.ts';
import { type PathCondition, type PathRange, underOf } from './conditions.ts';
import { covering, foldersAbove, isBelow } from './tree.ts';

type Found = PathCondition | LevelCondition | SetCondition;

/** Other leaves asked for at each step up the tree. */
const witnesses = 3;

export function* refinePath(seed: Seed<PathRange, PathCondition | LevelCondition>): Refinement<Found> {
  const { name, factor, level } = seed;
  if (factor.paths.length > mostRead) return [yield* climb(seed)];
  const { inside, outside } = yield* reading(factor.paths.filter(other => other !== level));
  if (outside.length === 0) return [];
  return [placesOf(name, [level, ...inside], outside)];
}

/** Leaves in the fewest words: places that hold them, or places that hold all others. */
export function placesOf(name: string, inside: readonly string[], outside: readonly string[]): Found {
  const [places, elsewhere] = [covering(inside, outside), covering(outside, inside)];
  const [only] = places;
  if (only !== undefined && places.length === 1)
    return inside.includes(only) ? atLevel(name, only) : underOf(name, places);
  const within = places.length <= elsewhere.length;
  const said = within ? places : elsewhere;
  const [own, others] = within ? [inside, outside] : [outside, inside];
  // A leaf that is a folder of others, too, can't be said by places.
  const isExact = said.every(place => !own.includes(place) || !others.some(other => isBelow(other, place)));
  return (isExact ? underOf(name, said, within) : setOf(name, inside, outside)) ?? atLevel(name, inside[0] as string);
}

/** Climbs from the leaf towards the root for as long as other leaves below keep the effect. */
function* climb({
  name,
  factor,
  level: leaf,
  random,
}: Seed<PathRange, PathCondition | LevelCondition>): Generator<readonly string[], Found, boolean[]> {
  const leaves = factor.paths.filter(other => other !== leaf);
  let found: Found = atLevel(name, leaf);
  let below: string[] = [];
  for (const folder of foldersAbove(leaf).toReversed()) {
    const within = leaves.filter(other => isBelow(other, folder));
    const fresh = within.filter(other => !below.includes(other));
    below = within;
    if (fresh.length === 0) continue;
    const asked = random.fork(folder).shuffle(fresh).slice(0, witnesses);
    const { inside } = yield* reading(asked);
    if (inside.length <= asked.length / 2) break;
    found = underOf(name, [folder]);
  }
  return found;
}
