// Reads GGUF's primitive values from bytes, never past their end.
import { textOf } from './text.ts';

/** The header goes on behind the bytes that were read; more of the file may hold it. */
export class NeedsMoreBytes extends Error {}

/** The file breaks GGUF's rules; the message says how, with the file's name left to the caller. */
export class Malformed extends Error {}

export class Cursor {
  readonly #bytes: Buffer;
  offset = 0;

  constructor(bytes: Buffer, offset = 0) {
    this.#bytes = bytes;
    this.offset = offset;
  }

  /** Moves on by `count` bytes and returns where they start. */
  skip(count: number): number {
    const start = this.offset;
    if (start + count > this.#bytes.length) throw new NeedsMoreBytes();
    this.offset = start + count;
    return start;
  }

  u8(): number {
    return this.#bytes.readUInt8(this.skip(1));
  }

  u32(): number {
    return this.#bytes.readUInt32LE(this.skip(4));
  }

  u64(): bigint {
    return this.#bytes.readBigUInt64LE(this.skip(8));
  }

  /** A count or size; refused above `limit`, before anything is read or made for it. */
  count(what: string, limit: number): number {
    return this.#count('', what, limit);
  }

  /** Vocabularies have hundreds of thousands: no big integer and no text is made before one is refused. */
  #count(about: string, what: string, limit: number): number {
    const at = this.skip(8);
    // Rounded beyond 2^53, where it is above any limit.
    const value = this.#bytes.readUInt32LE(at) + this.#bytes.readUInt32LE(at + 4) * 2 ** 32;
    if (value <= limit) return value;
    throw new Malformed(`${about}${what} is ${this.#bytes.readBigUInt64LE(at)}, more than ${limit}`);
  }

  string(what: string, limit: number): string {
    const length = this.#count('the length of ', what, limit);
    const start = this.skip(length);
    return textOf(this.#bytes, start, start + length);
  }

  /** Skips a string and returns nothing: for long arrays. */
  skipString(what: string, limit: number): void {
    this.skip(this.#count('the length of ', what, limit));
  }

  /** A number of the type, integers beyond 2^53 as decimal text. */
  scalar(type: string): number | string | boolean {
    const bytes = this.#bytes;
    switch (type) {
      case 'u8':
        return this.u8();
      case 'i8':
        return bytes.readInt8(this.skip(1));
      case 'u16':
        return bytes.readUInt16LE(this.skip(2));
      case 'i16':
        return bytes.readInt16LE(this.skip(2));
      case 'u32':
        return this.u32();
      case 'i32':
        return bytes.readInt32LE(this.skip(4));
      case 'f32':
        return bytes.readFloatLE(this.skip(4));
      case 'f64':
        return bytes.readDoubleLE(this.skip(8));
      case 'bool':
        return this.u8() !== 0;
      case 'u64':
        return plainInteger(this.u64());
      case 'i64':
        return plainInteger(bytes.readBigInt64LE(this.skip(8)));
      default:
        throw new TypeError(`not a scalar type: ${type}`);
    }
  }
}

function plainInteger(value: bigint): number | string {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : String(value);
}
