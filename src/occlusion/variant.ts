// A case with other messages: a case of its own, that no design knows.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Case, Message } from '../records/suites/case.ts';

/** @returns the case itself where nothing is otherwise */
export function variant(about: Case, messages: readonly Message[]): Case {
  const text = JSON.stringify(messages);
  if (text === JSON.stringify(about.messages)) return about;
  const id = bytesToHex(sha256(utf8ToBytes(`${about.id} ${text}`))).slice(0, 12);
  return { ...about, id, messages: [...messages] };
}
