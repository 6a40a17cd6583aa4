/** Most of what a comparison may be asked for; beyond it a machine runs out of memory long before it is done. */
export const most = {
  /** What sampling looks at, at most: mass beyond is negligible, and sorting a whole vocabulary is not cheap. */
  topK: 1000,
  cases: 100_000,
  trials: 1_000,
  turns: 32,
  maxTokens: 1_000_000,
  probes: 100_000,
  thoughts: 64,
  sequences: 4_096,
} as const;
