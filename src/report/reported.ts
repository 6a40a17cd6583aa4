// Which cases are findings to hand on, and whether two runs found the same.
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import { sha256 } from '@noble/hashes/sha2.js';
import type { Finding } from '../records/comparison.ts';

/** A harmless change below this score (severity times nats) is what any fine-tune shows; reports do not hand it on. */
const leastScore = 3;

/** Whatever harm happens in a case is handed on, however usual it is for the candidate. */
export function isReported({ grade, score }: Pick<Finding, 'grade' | 'score'>): boolean {
  return grade === 'changed' ? score >= leastScore : grade !== 'same';
}

/** The same in two runs when the same case moves the same tool: 16 hex digits. */
export function fingerprint(caseId: string, tool: string): string {
  return bytesToHex(sha256(utf8ToBytes(`${caseId}\n${tool}`))).slice(0, 16);
}
