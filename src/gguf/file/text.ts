// Bytes of a GGUF string <-> a text that keeps them: two texts are equal exactly when their bytes are.

/** What valid UTF-8 never gives: a byte b (128-255) that is no UTF-8 stands as the lone surrogate U+DC00 + b. */
const escapeBase = 0xdc00;
const loneEscape = /(?<![\ud800-\udbff])[\udc80-\udcff]/;
const loneEscapes = new RegExp(loneEscape, 'g');

/**
 * A text of a model file. A byte order mark stays, and a byte that is no UTF-8 becomes a lone surrogate of its own
 * (Python's `surrogateescape`, PEP 383), so that no two byte strings give the same text.
 */
export function textOf(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('utf8', start, end);
  // Node puts U+FFFD for what is no UTF-8; the file may hold a real one too.
  return text.includes('\ufffd') ? escapedText(bytes, start, end) : text;
}

function escapedText(bytes: Buffer, start: number, end: number): string {
  // UTF-8 never has fewer bytes than UTF-16 has units.
  const units = new Uint16Array(end - start);
  let length = 0;
  const put = (unit: number): void => {
    units[length++] = unit;
  };
  for (let at = start; at < end; ) {
    const size = sequenceLength(bytes, at, end);
    if (size === 0) put(escapeBase + (bytes[at] as number));
    else {
      const code = codePoint(bytes, at, size);
      if (code < 0x10000) put(code);
      else {
        put(0xd800 + ((code - 0x10000) >> 10));
        put(0xdc00 + ((code - 0x10000) & 0x3ff));
      }
    }
    at += size || 1;
  }
  return Buffer.from(units.buffer).toString('utf16le', 0, length * 2);
}

/** Length of the valid UTF-8 sequence at `at`, 0 for none (Unicode 15, table 3-7). */
function sequenceLength(bytes: Buffer, at: number, end: number): number {
  const first = bytes[at] as number;
  if (first < 0x80) return 1;
  const size = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  if (first < 0xc2 || first > 0xf4 || at + size > end) return 0;
  const second = bytes[at + 1] as number;
  const low = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  if (second < low || second > high) return 0;
  for (let next = at + 2; next < at + size; next++) if (((bytes[next] as number) & 0xc0) !== 0x80) return 0;
  return size;
}

function codePoint(bytes: Buffer, at: number, size: number): number {
  const first = bytes[at] as number;
  if (size === 1) return first;
  let code = first & (0xff >> (size + 1));
  for (let next = at + 1; next < at + size; next++) code = (code << 6) | ((bytes[next] as number) & 0x3f);
  return code;
}

/** The bytes that `textOf` read. */
export function bytesOf(text: string): Buffer {
  if (isUtf8(text)) return Buffer.from(text);
  const bytes = Buffer.alloc(text.length * 3);
  let length = 0;
  let at = 0;
  for (const { index } of text.matchAll(loneEscapes)) {
    length += bytes.write(text.slice(at, index), length);
    length = bytes.writeUInt8(text.charCodeAt(index) - escapeBase, length);
    at = index + 1;
  }
  length += bytes.write(text.slice(at), length);
  return bytes.subarray(0, length);
}

/** Whether the file's bytes were UTF-8. */
export function isUtf8(text: string): boolean {
  return !loneEscape.test(text);
}
