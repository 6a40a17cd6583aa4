import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';

/** A stream of random numbers: same seed, same numbers, on every machine. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Uniform whole number, 0 <= result < n. Throws RangeError when n < 1. */
  integer(n: number): number;
  /** A new array in random order (Fisher-Yates). */
  shuffle<T>(items: readonly T[]): T[];
  /** One of the items. Throws RangeError when there is none. */
  pick<T>(items: readonly T[]): T;
  /**
   * An independent stream named by a label; does not depend on how much this stream was used. Labels join with `/`:
   * fork('a').fork('b') is fork('a/b'). Names are hashed to 32 bits, so 10,000 forks share a stream with chance 1%.
   */
  fork(label: string): Random;
}

/** 32-bit FNV-1a with a final avalanche (murmur3's), over UTF-16 code units. */
function hash32(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) | 0;
}

/**
 * A stream for a seed (7 and '7' are the same).
 * Source: xoroshiro128+, Blackman & Vigna (2021), ACM TOMS 47:36, by pure-rand; seeded by 32 bits of the seed's hash.
 */
export function createRandom(seed: number | string): Random {
  const name = String(seed);
  const generator = xoroshiro128plus(hash32(name));
  const integer = (n: number) => {
    if (!Number.isInteger(n) || n < 1) throw new RangeError(`integer(n) needs a whole n >= 1, got ${n}`);
    return uniformInt(generator, 0, n - 1);
  };
  return {
    next: () => uniformFloat64(generator),
    integer,
    shuffle: items => {
      const out = [...items];
      for (let last = out.length - 1; last > 0; last--) {
        const other = integer(last + 1);
        [out[last], out[other]] = [out[other] as (typeof out)[number], out[last] as (typeof out)[number]];
      }
      return out;
    },
    pick: items => {
      if (items.length === 0) throw new RangeError('pick needs at least one item');
      return items[integer(items.length)] as (typeof items)[number];
    },
    fork: label => createRandom(`${name}/${label}`),
  };
}
