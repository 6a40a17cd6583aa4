// Paths as a tree, and the folders that a set of its leaves fills.

/** `/srv/payments/api` -> `/srv`, `/srv/payments`, `/srv/payments/api`. */
export function pathPrefixes(path: string): string[] {
  const parts = path.split('/').filter(part => part !== '');
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}

export const foldersAbove = (leaf: string): string[] => pathPrefixes(leaf).slice(0, -1);

export const isBelow = (leaf: string, folder: string): boolean => leaf.startsWith(`${folder}/`);

/**
 * The fewest folders and leaves that hold all of some leaves and none of the others: the deepest folder where several hold
 * the same leaves, a leaf where a folder would hold nothing else.
 */
export function covering(leaves: readonly string[], others: readonly string[]): string[] {
  const left = new Set(leaves);
  const found: string[] = [];
  for (const leaf of leaves) {
    if (!left.has(leaf)) continue;
    const holding = foldersAbove(leaf).filter(
      folder => !others.some(other => isBelow(other, folder) || other === folder),
    );
    const [widest] = holding;
    const within = widest === undefined ? [leaf] : leaves.filter(other => isBelow(other, widest));
    const deepest = holding.findLast(folder => within.every(other => isBelow(other, folder)));
    found.push(within.length > 1 && deepest !== undefined ? deepest : leaf);
    for (const other of within.length > 1 ? within : [leaf]) left.delete(other);
  }
  return found;
}
