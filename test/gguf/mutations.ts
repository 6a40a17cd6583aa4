// Changes to a right model file, drawn from a seed: what somebody who wants to break a reader of GGUF files would write, and
// what chance would. The same seed gives the same file.
import type { Random } from '../../src/statistics/index.ts';
import { layoutOf, type Place } from './layout.ts';
import { mutateTemplate } from './template-mutations.ts';

export interface Mutated {
  readonly bytes: Buffer;
  /** Names of what was done, in order. */
  readonly done: readonly string[];
}

/** Numbers at which readers go wrong. */
const edges64 = [
  0n,
  1n,
  2n,
  7n,
  31n,
  33n,
  255n,
  65_535n,
  2n ** 20n,
  2n ** 31n - 1n,
  2n ** 31n,
  2n ** 32n - 1n,
  2n ** 32n,
  2n ** 53n,
  2n ** 60n,
  2n ** 61n,
  2n ** 62n,
  2n ** 63n - 1n,
  2n ** 63n,
  2n ** 64n - 32n,
  2n ** 64n - 1n,
];
const edges32 = [0, 1, 2, 3, 5, 7, 33, 255, 4096, 65_536, 2 ** 24, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1];
const edgeFloats = [0, -0, 1, -1, 1e-45, 1e38, -1e38, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

type Change = (bytes: Buffer, places: readonly Place[], random: Random) => Buffer;

const placesOf = (places: readonly Place[], ...kinds: readonly Place['kind'][]): Place[] =>
  places.filter(({ kind }) => kinds.includes(kind));

/** Writes in a copy. */
function written(bytes: Buffer, write: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(bytes);
  write(copy);
  return copy;
}

/** A number of 8 or 4 bytes: an edge, its neighbour, or any. */
function number(bytes: Buffer, { at, size }: Place, random: Random): Buffer {
  return written(bytes, copy => {
    if (size === 8) {
      const old = copy.readBigUInt64LE(at);
      const any = BigInt(random.integer(2 ** 31)) << BigInt(random.integer(33));
      copy.writeBigUInt64LE(
        BigInt.asUintN(64, random.pick([random.pick(edges64), old + 1n, old - 1n, old * 2n, any])),
        at,
      );
    } else if (size === 4) {
      const old = copy.readUInt32LE(at);
      copy.writeUInt32LE(random.pick([random.pick(edges32), old + 1, old - 1, random.integer(2 ** 31)]) >>> 0, at);
    } else {
      for (let n = 0; n < size; n++) copy.writeUInt8(random.pick([0, 1, 127, 128, 255, random.integer(256)]), at + n);
    }
  });
}

const onNumber =
  (...kinds: readonly Place['kind'][]): Change =>
  (bytes, places, random) =>
    number(bytes, random.pick(placesOf(places, ...kinds)), random);

/** Bytes of a text, which keep their number. */
const onText =
  (...kinds: readonly Place['kind'][]): Change =>
  (bytes, places, random) => {
    const { at, size } = random.pick(placesOf(places, ...kinds).filter(place => place.size > 0));
    return written(bytes, copy => {
      for (let times = 1 + random.integer(4); times > 0; times--)
        copy.writeUInt8(
          random.pick([0, 10, 27, 34, 46, 47, 92, 128, 255, random.integer(256)]),
          at + random.integer(size),
        );
    });
  };

const changes: Readonly<Record<string, Change>> = {
  counts: onNumber('magic', 'version', 'count'),
  lengths: onNumber('length'),
  'array lengths': onNumber('array-length'),
  types: (bytes, places, random) => {
    const { at } = random.pick(placesOf(places, 'type', 'array-type'));
    return written(bytes, copy => void copy.writeUInt32LE(random.pick([random.integer(16), 2 ** 31, 2 ** 32 - 1]), at));
  },
  values: onNumber('value'),
  floats: (bytes, places, random) => {
    const floats = placesOf(places, 'value').filter(({ type, size }) => type === 6 && size === 4);
    return written(bytes, copy => void copy.writeFloatLE(random.pick(edgeFloats), random.pick(floats).at));
  },
  keys: onText('key'),
  texts: onText('text', 'template'),
  vocabulary: onText('element'),
  'ids and kinds': onNumber('array-value'),
  'tensor names': onText('tensor-name'),
  'tensor shapes': onNumber('dimensions', 'dimension'),
  'tensor types': (bytes, places, random) => {
    const { at } = random.pick(placesOf(places, 'tensor-type'));
    return written(bytes, copy => void copy.writeUInt32LE(random.pick([random.integer(48), 2 ** 31, 2 ** 32 - 1]), at));
  },
  'tensor places': onNumber('offset'),
  weights: (bytes, places, random) => {
    const start = places.at(-1)?.at ?? 0;
    return written(bytes, copy => {
      for (let times = 1 + random.integer(200); times > 0; times--)
        copy.writeUInt16LE(
          random.pick([0x7c00, 0xfc00, 0x7e00, 0, 0xffff]),
          start + random.integer(copy.length - start - 2),
        );
    });
  },
  bits: (bytes, places, random) =>
    written(bytes, copy => {
      const end = places.at(-1)?.at ?? copy.length;
      for (let times = 1 + random.integer(20); times > 0; times--) {
        const at = random.integer(end);
        copy.writeUInt8(copy.readUInt8(at) ^ (1 << random.integer(8)), at);
      }
    }),
  cut: (bytes, places, random) => {
    const end = random.pick([places.at(-1)?.at ?? bytes.length, bytes.length]);
    return bytes.subarray(0, random.integer(end));
  },
  splice: (bytes, places, random) => {
    const end = places.at(-1)?.at ?? bytes.length;
    const [from, to] = [random.integer(end), random.integer(end)];
    const run = bytes.subarray(from, from + 1 + random.integer(64));
    return random.next() < 0.5
      ? Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + run.length)])
      : Buffer.concat([bytes.subarray(0, to), run, bytes.subarray(to)]);
  },
  template: (bytes, places, random) => {
    const [{ at, size } = { at: 0, size: 0 }] = placesOf(places, 'template');
    const text = Buffer.from(mutateTemplate(bytes.toString('utf8', at, at + size), random));
    const length = Buffer.alloc(8);
    length.writeBigUInt64LE(BigInt(text.length));
    return realigned(Buffer.concat([bytes.subarray(0, at - 8), length, text]), bytes, at + size, places);
  },
};

export const changeNames = Object.keys(changes);

/** What stands behind a text of another length, with the data at a multiple of 32 again. @param places of the right file */
function realigned(head: Buffer, bytes: Buffer, from: number, places: readonly Place[]): Buffer {
  const [end, data] = places.slice(-2) as [Place, Place];
  const header = Buffer.concat([head, bytes.subarray(from, end.at + end.size)]);
  return Buffer.concat([header, Buffer.alloc((32 - (header.length % 32)) % 32), bytes.subarray(data.at)]);
}

/**
 * A file with one to three changes; two of five change the template, which is code.
 * @param right a file that is read without complaint
 */
export function mutate(right: Buffer, random: Random): Mutated {
  const done: string[] = [];
  let bytes = right;
  const places = layoutOf(right);
  // What changes the length goes last: places are those of the right file.
  const templated = random.next() < 0.4;
  const times = templated && random.next() < 0.7 ? 0 : 1 + random.integer(3);
  for (let n = 0; n < times; n++) {
    const name = random.pick(changeNames.filter(one => !['template', 'cut', 'splice'].includes(one)));
    bytes = (changes[name] as Change)(bytes, places, random);
    done.push(name);
  }
  const last = templated ? 'template' : random.next() < 0.15 ? random.pick(['cut', 'splice']) : undefined;
  if (last === undefined) return { bytes, done };
  return { bytes: (changes[last] as Change)(bytes, places, random), done: [...done, last] };
}
