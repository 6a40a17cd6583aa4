// Conditions on a path: it lies at or below some places of the tree, or at none of them.
import type { ConditionLanguage } from '../condition.ts';
import { listText, orText, readSet, suffixes } from '../sets.ts';
import { foldersAbove, pathPrefixes } from './tree.ts';

/** The leaves of a tree, as a factor has them. */
export interface PathRange {
  readonly paths: readonly string[];
}

/** The level is one of these places or lies below one; or lies elsewhere. */
export interface PathCondition {
  readonly kind: 'path';
  readonly factor: string;
  /** At least one. */
  readonly under: readonly string[];
  readonly within: boolean;
}

const suffix = '.under';

export const underOf = (factor: string, under: readonly string[], within = true): PathCondition => {
  return { kind: 'path', factor, under, within };
};

export const pathLanguage = {
  read: stored => {
    const set = readSet(stored);
    const name = set?.name ?? stored.factor;
    if (!name.endsWith(suffix)) return undefined;
    return underOf(name.slice(0, -suffix.length), set?.levels ?? [stored.level], set?.within ?? true);
  },
  write: ({ factor, under, within }) => {
    const [only = '', ...more] = under;
    if (within && more.length === 0) return { factor: `${factor}${suffix}`, level: only };
    return { factor: `${factor}${suffix}${within ? suffixes.within : suffixes.without}`, level: listText(under) };
  },
  text: ({ factor, under, within }) => `${factor} ${within ? '' : 'not '}under ${orText(under)}`,
  meets: ({ factor, under, within }, { levels }) => {
    const level = levels[factor];
    return level !== undefined && pathPrefixes(level).some(prefix => under.includes(prefix)) === within;
  },
  // Subtrees overlap: the siblings of one are those of its depth.
  sibling: ({ factor, under }, { levels }) => {
    const depth = pathPrefixes(under[0] ?? '').length;
    return foldersAbove(levels[factor] ?? '')[depth - 1];
  },
} satisfies ConditionLanguage<unknown, PathCondition>;
