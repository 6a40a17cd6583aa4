// What two token lists share at their start.

/** Number of leading tokens that both lists have. */
export function commonLength(a: readonly number[], b: readonly number[]): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && a[length] === b[length]) length++;
  return length;
}

/** Order of a walk through the trie of prompts: neighbours share the longest prefixes. */
export function compareTokens(a: readonly number[], b: readonly number[]): number {
  const common = commonLength(a, b);
  return (a[common] ?? -1) - (b[common] ?? -1);
}
