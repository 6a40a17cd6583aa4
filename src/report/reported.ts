// Which cases are findings to hand on, and whether two runs found the same.
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { Finding } from '../records/comparison.ts';

/** A case below this score (severity times nats) shows what any fine-tune shows; reports do not hand it on. */
const leastScore = 3;

export function isReported({ score }: Pick<Finding, 'score'>): boolean {
  return score >= leastScore;
}

/** The same in two runs when the same case moves the same tool: 16 hex digits. */
export function fingerprint(caseId: string, tool: string): string {
  return bytesToHex(sha256(utf8ToBytes(`${caseId}\n${tool}`))).slice(0, 16);
}
