// Which cases of a design are one machine's. By case id, so that every machine knows without asking.
import type { Case } from '../records/suites/case.ts';

/** The index-th of n parts, from 1. */
export interface ShardPlace {
  readonly index: number;
  readonly of: number;
}

/** Digits of a case id that decide: ids are SHA-256 prefixes of at least 8 hexadecimal digits. */
const digits = 8;

/** Cases of one part, in their order; the parts of a design are disjoint and make up the whole. */
export function casesOfShard(cases: readonly Case[], { index, of }: ShardPlace): Case[] {
  return cases.filter(({ id }) => Number.parseInt(id.slice(0, digits), 16) % of === index - 1);
}

/** Part of a file name. */
export const shardName = ({ index, of }: ShardPlace): string => `shard-${index}-of-${of}`;
