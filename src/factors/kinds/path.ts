// A place in a tree of folders: the leaf is its level, and every folder above it is a condition that the case meets.
import { atLevel, type LevelCondition } from '../condition.ts';
import { type FactorKind, repeated, type Written, type Z } from '../kind.ts';
import { type PathCondition, pathLanguage, underOf } from '../paths/conditions.ts';
import { refinePath } from '../paths/search.ts';
import { foldersAbove } from '../paths/tree.ts';

const schema = (z: Z) =>
  z.strictObject({
    kind: z.literal('path'),
    paths: z
      .array(z.string().regex(/^\//, 'an absolute path'))
      .min(2)
      .describe('the leaves of a tree; every prefix is a level too'),
  });
type PathFactor = Written<typeof schema>;

/** A leaf of a path tree. */
export const path = {
  schema,
  levels: ({ paths }) => paths,
  mistakes: ({ paths }) => repeated(paths),
  context: { directory: level => level },
  conditions: (name, level) => [atLevel(name, level), ...foldersAbove(level).map(folder => underOf(name, [folder]))],
  language: pathLanguage,
  refine: refinePath,
  narrower: foldersBetween,
  plot: 'tree',
} satisfies FactorKind<PathFactor, PathCondition>;

/** Every folder between the refuted one and the leaf, the widest first, then the leaf; for a leaf the folders above it. */
function foldersBetween(
  refuted: PathCondition | LevelCondition,
  own: readonly (PathCondition | LevelCondition)[],
): (PathCondition | LevelCondition)[] {
  const folders = own.filter(other => other.kind === 'path');
  if (refuted.kind !== 'path') return folders;
  const [folder = ''] = refuted.under;
  const below = folders.filter(({ under: [other = ''] }) => !refuted.within || other.startsWith(`${folder}/`));
  const depth = ({ under: [other = ''] }: PathCondition) => other.length;
  return [...below.toSorted((a, b) => depth(a) - depth(b)), ...own.filter(({ kind }) => kind === 'level')];
}
