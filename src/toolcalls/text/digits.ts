// Texts that are written in digits: base64 on any number of lines, base32, hexadecimal, binary and decimal codes, and codes
// that no screen shows. What stands for no text is left as it is.

/** A text is written in digits so often: base64 of base64. */
const deepest = 3;
const longest = 40_000;

/** What a text is: letters among its characters, and none that only a terminal knows. */
const printable = /^[^\p{Cc}\p{Cn}\p{Co}]*[a-z][^\p{Cc}\p{Cn}\p{Co}]*$/iu;

type Decoder = (run: string) => readonly number[] | undefined;

const bytesOf = (run: string, pattern: RegExp, base: number): number[] =>
  [...run.matchAll(pattern)].map(([digits]) => Number.parseInt(digits.replace(/^0[xb]/i, ''), base));

const ofBase64: Decoder = run => {
  const plain = run
    .replace(/\\+n|[\s=]/g, '')
    .replaceAll('-', '+')
    .replaceAll('_', '/');
  // What has no digit and no capital is a word.
  if (plain.length % 4 === 1 || !/[A-Z]/.test(plain) || !/[a-z]/.test(plain)) return undefined;
  return [...atob(plain)].map(sign => sign.charCodeAt(0));
};

/** Of letters, one at least has a code of three decimal digits. */
const ofList: Decoder = run => {
  const isDecimal = /(?<![\da-z])\d{3}(?![\da-z])/i.test(run);
  return bytesOf(run, /(?:0x)?[\da-f]{2,3}/gi, isDecimal ? 10 : 16);
};

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const ofBase32: Decoder = run => {
  const bytes: number[] = [];
  let [bits, count] = [0, 0];
  for (const sign of run.replace(/=+$/, '')) {
    bits = ((bits << 5) | base32.indexOf(sign)) & 0xfff;
    count += 5;
    if (count < 8) continue;
    count -= 8;
    bytes.push((bits >> count) & 0xff);
  }
  return bytes;
};

/** Invisible signs that stand for ASCII, and for bytes. */
const ofTags: Decoder = run => [...run].map(sign => (sign.codePointAt(0) as number) - 0xe0000);
const ofSelectors: Decoder = run =>
  [...run].map(sign => {
    const code = sign.codePointAt(0) as number;
    return code < 0xe0100 ? code - 0xfe00 : code - 0xe0100 + 16;
  });

/** The longest runs first: what one of them takes for text, the others leave. */
const writings: readonly (readonly [RegExp, Decoder])[] = [
  [/[\u{e0020}-\u{e007e}]{6,}/gu, ofTags],
  [/[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]{6,}/gu, ofSelectors],
  [/(?<![\da-z])(?:[01]{8}[ ,]{1,2}){6,}[01]{8}(?![\da-z])/gi, run => bytesOf(run, /[01]{8}/g, 2)],
  [/(?<![\da-z.])(?:0x)?[\da-f]{2,3}(?:[ ,:]{1,2}(?:0x)?[\da-f]{2,3}){6,}(?![\da-z.])/gi, ofList],
  [/(?<![A-Za-z\d+/=-])(?:[\da-f]{2}){6,}(?![A-Za-z\d+/=-])/gi, run => bytesOf(run, /../g, 16)],
  [/(?<![\w+/=-])[A-Z2-7]{16,}={0,6}(?![\w+/=-])/g, ofBase32],
  // As mail and certificates have it, in lines, and in groups of four.
  [/(?<![\w+/=-])(?:[\w+/-]{16,200}(?:\r?\n|\\{1,3}n)[ \t]{0,8}){1,2000}[\w+/-]{1,200}={0,2}(?![\w+/=-])/g, ofBase64],
  [/(?<![\w+/=-])(?:[\w+/-]{4} ){4,}[\w+/-]{2,4}={0,2}(?![\w+/=-])/g, ofBase64],
  [/(?<![\w+/=-])[\w+/-]{12,}={0,2}(?![\w+/=-])/g, ofBase64],
];

/** A text with what is written in digits as the text that it stands for. */
export function withoutDigits(text: string): string {
  return writings.reduce((so, [pattern, decode]) => so.replace(pattern, run => textOf(run, decode) ?? run), text);
}

function textOf(run: string, decode: Decoder): string | undefined {
  if (run.length > longest) return undefined;
  // In italics, the mark of that may be a digit.
  let text = plainText(decode(run)) ?? plainText(decode(run.replace(/^[_-]+|[_-]+$/g, '')));
  for (let depth = 1; depth < deepest && text !== undefined && /^[\w+/-]{12,}={0,2}$/.test(text); depth++) {
    const inner = plainText(ofBase64(text));
    if (inner === undefined) break;
    text = inner;
  }
  return text;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The text that bytes are, in UTF-8 or, as PowerShell takes its commands, in UTF-16. */
function plainText(bytes: readonly number[] | undefined): string | undefined {
  if (bytes === undefined || bytes.some(byte => byte > 255)) return undefined;
  const wide = bytes.length % 2 === 0 && bytes.every((byte, index) => (index % 2 === 1) === (byte === 0));
  try {
    const text = utf8.decode(Uint8Array.from(wide ? bytes.filter(byte => byte !== 0) : bytes));
    return printable.test(text.replace(/[\t\n\r]/g, ' ')) ? text : undefined;
  } catch {
    return undefined;
  }
}
