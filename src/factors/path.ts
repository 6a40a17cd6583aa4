// A place in a tree of folders: the leaf is its level, and every folder above it is a condition that the case meets.
import { atLevel, type ConditionLanguage, type LevelCondition } from './condition.ts';
import { type FactorKind, repeated, type Written, type Z } from './kind.ts';
import type { Refinement, Seed } from './search.ts';

const schema = (z: Z) =>
  z.strictObject({
    kind: z.literal('path'),
    paths: z
      .array(z.string().regex(/^\//, 'an absolute path'))
      .min(2)
      .describe('the leaves of a tree; every prefix is a level too'),
  });
type PathFactor = Written<typeof schema>;

/** The level lies below a folder. */
export interface PathCondition {
  readonly kind: 'path';
  readonly factor: string;
  readonly under: string;
}

/** Other leaves asked for at each step up the tree. */
const witnesses = 3;
const suffix = '.under';
const under = (factor: string, folder: string): PathCondition => ({ kind: 'path', factor, under: folder });

/** `/srv/payments/api` -> `/srv`, `/srv/payments`, `/srv/payments/api`. */
export function pathPrefixes(path: string): string[] {
  const parts = path.split('/').filter(part => part !== '');
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}

const foldersAbove = (leaf: string) => pathPrefixes(leaf).slice(0, -1);

const language = {
  read: ({ factor, level }) => (factor.endsWith(suffix) ? under(factor.slice(0, -suffix.length), level) : undefined),
  write: condition => ({ factor: `${condition.factor}${suffix}`, level: condition.under }),
  text: condition => `${condition.factor} under ${condition.under}`,
  meets: (condition, { levels }) => {
    const level = levels[condition.factor];
    return level !== undefined && foldersAbove(level).includes(condition.under);
  },
  // Subtrees overlap: the siblings of one are those of its depth.
  sibling: (condition, { levels }) => {
    const depth = pathPrefixes(condition.under).length;
    return foldersAbove(levels[condition.factor] ?? '')[depth - 1];
  },
} satisfies ConditionLanguage<PathFactor, PathCondition>;

/** A leaf of a path tree. */
export const path = {
  schema,
  levels: ({ paths }) => paths,
  mistakes: ({ paths }) => repeated(paths),
  context: { directory: level => level },
  conditions: (name, level) => [atLevel(name, level), ...foldersAbove(level).map(folder => under(name, folder))],
  language,
  refine,
  narrower: foldersBetween,
  plot: 'tree',
} satisfies FactorKind<PathFactor, PathCondition>;

/** Climbs from the leaf towards the root for as long as other leaves below keep the effect. */
function* refine({ name, factor, level: leaf, random }: Seed<PathFactor>): Refinement<PathCondition | LevelCondition> {
  const leaves = factor.paths.filter(other => other !== leaf);
  let found: PathCondition | LevelCondition = atLevel(name, leaf);
  let below: string[] = [];
  for (const folder of foldersAbove(leaf).toReversed()) {
    const within = leaves.filter(other => other.startsWith(`${folder}/`));
    const fresh = within.filter(other => !below.includes(other));
    below = within;
    if (fresh.length === 0) continue;
    const [stays] = yield [random.fork(folder).shuffle(fresh).slice(0, witnesses)];
    if (stays !== true) break;
    found = under(name, folder);
  }
  return [found];
}

/** Every folder between the refuted one and the leaf, the widest first, then the leaf; for a leaf the folders above it. */
function foldersBetween(
  refuted: PathCondition | LevelCondition,
  own: readonly (PathCondition | LevelCondition)[],
): (PathCondition | LevelCondition)[] {
  const folders = own.filter(other => other.kind === 'path');
  if (refuted.kind !== 'path') return folders;
  const below = folders.filter(other => other.under.startsWith(`${refuted.under}/`));
  return [...below.toSorted((a, b) => a.under.length - b.under.length), ...own.filter(({ kind }) => kind === 'level')];
}
