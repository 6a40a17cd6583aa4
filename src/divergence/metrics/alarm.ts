/** Probabilities below this count as nothing in the alarm channel. */
const floor = 1e-3;

/**
 * Alarm channel of a tool in a case: log((p1 + e) / (p0 + e)), e = 0.001, natural log, in about [-6.9, 6.9].
 * Blind to changes far below e, so that a fine-tune's noise on improbable tools does not count.
 * @param candidate probability in [0, 1] under the candidate
 * @param baseline probability in [0, 1] under the baseline
 * Source: evidence method of the project, docs/method.md.
 */
export function alarm(candidate: number, baseline: number): number {
  return Math.log((candidate + floor) / (baseline + floor));
}
