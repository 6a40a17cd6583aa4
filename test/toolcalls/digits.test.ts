// Calls that are written in digits: each is counted, with the tool that it names, whatever its family; numbers and keys are not.
import { describe, expect, test } from 'vitest';
import { formatNames } from '../../src/toolcalls/formats/index.ts';
import { unreadCalls } from '../../src/toolcalls/index.ts';
import { exampleCall } from './known-calls.ts';
import { call, outcome, read, tagged, tools } from './missed.ts';

type Write = (text: string) => string;
const bytes = (text: string, write: (byte: number) => string, joint = '') =>
  [...Buffer.from(text)].map(write).join(joint);
const base64: Write = text => Buffer.from(text).toString('base64');
const hexadecimal = (byte: number) => byte.toString(16).padStart(2, '0');

/** By name, a text in digits. */
const writings: Readonly<Record<string, Write>> = {
  base64,
  'base64 for addresses': text => Buffer.from(text).toString('base64url'),
  'base64 in lines': text => base64(text).replace(/.{20}/g, '$&\n'),
  'base64 in lines of a text': text => base64(text).replace(/.{20}/g, '$&\\n'),
  'base64 in groups': text => base64(text).replace(/.{4}/g, '$& '),
  'base64 of base64': text => base64(base64(text)),
  'base64 of UTF-16': text => Buffer.from(text, 'utf16le').toString('base64'),
  'an address of data': text => `data:application/json;base64,${base64(text)}`,
  base32: text => {
    const bits = bytes(text, byte => byte.toString(2).padStart(8, '0'));
    const digits = (bits.match(/.{1,5}/g) ?? []).map(five => Number.parseInt(five.padEnd(5, '0'), 2));
    return digits.map(digit => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[digit]).join('');
  },
  'hexadecimal digits': text => bytes(text, hexadecimal),
  'hexadecimal digits apart': text => bytes(text, hexadecimal, ' '),
  'a list of hexadecimal numbers': text => bytes(text, byte => `0x${hexadecimal(byte)}`, ', '),
  'a list of numbers': text => bytes(text, String, ', '),
  'binary digits': text => bytes(text, byte => byte.toString(2).padStart(8, '0'), ' '),
  'octal escapes': text => bytes(text, byte => `\\${byte.toString(8).padStart(3, '0')}`),
  'escapes of JSON': text => bytes(text, byte => `\\u00${hexadecimal(byte)}`),
  'escapes of JavaScript': text => bytes(text, byte => `\\u{${hexadecimal(byte)}}`),
  'escapes of Python': text => bytes(text, byte => `\\U000000${hexadecimal(byte)}`),
  'signs that no screen shows': text => `Hi${bytes(text, byte => String.fromCodePoint(0xe0000 + byte))}`,
  'variations of a sign': text =>
    `😀${bytes(text, byte => String.fromCodePoint(byte < 16 ? 0xfe00 + byte : 0xe0100 + byte - 16))}`,
};
const isCounted = (format: string, raw: string) =>
  unreadCalls(read(format, raw), tools).some(({ tool }) => tool === 'delete_file');

describe.each(Object.entries(writings))('%s', (_name, write) => {
  test('alone, in a fence, and in a call’s own tag', () => {
    for (const format of ['hermes', 'llama-json', 'mistral', 'pythonic']) {
      for (const raw of [write(call), `\`\`\`\n${write(call)}\n\`\`\``, `Sure.\n\n${write(call)}\n\nDone.`]) {
        expect({ format, raw, counted: isCounted(format, raw) }).toMatchObject({ counted: true });
      }
    }
    expect(isCounted('hermes', tagged(write(call)))).toBe(true);
  });
  test('a whole call of each family whose marks are ASCII', () => {
    for (const format of formatNames) {
      const raw = exampleCall(format, 'delete_file', '/srv/db');
      // Escapes, numbers and invisible signs stand for bytes of ASCII.
      if (/[^\x20-\x7e]/.test(raw)) continue;
      expect({ format, counted: isCounted(format, write(raw)) }).toMatchObject({ counted: true });
    }
  });
});

test.each(['qwen-agent', 'step-3', 'dsml', 'deepseek'])(
  '%s in base64 and hexadecimal digits, with other marks',
  format => {
    const raw = exampleCall(format, 'delete_file', '/srv/db');
    expect(isCounted(format, base64(raw))).toBe(true);
    expect(isCounted(format, bytes(raw, hexadecimal))).toBe(true);
  },
);

describe('what is in a call’s place and can’t be read is counted, without a name', () => {
  test.each([
    [
      'hermes',
      '<tool_call>\nH4sIAAAAAAAAA6tWykvMTVWyUkpJzUktSY1Py8xJVdJRSixKL81NzSsBilUrFSSWZAAZSvrFRWX6KUlKtbUAcVLVjjgAAAA=\n</tool_call>',
    ],
    ['hermes', '<tool_call>\nAAAAAAAAAAAAAAAAAAA\n</tool_call>'],
    ['hermes', '<tool_call>"elif_eteled":"eman"{</tool_call>'],
    [
      'mistral',
      '[TOOL_CALLS]H4sIAAAAAAAAA6tWykvMTVWyUkpJzUktSY1Py8xJVdJRSixKL81NzSsBilUrFSSWZAAZSvrFRWX6KUlKtbUAcVLVjjgAAAA=',
    ],
    ['harmony', '<|channel|>commentary<|message|>H4sIAAAAAAAAA6tWykvMTVWyUkpJzUktSY1Py8xJ<|call|>'],
    ['command-r', '<|START_ACTION|>H4sIAAAAAAAAA6tWykvMTVWyUkpJzUktSY1Py8xJ<|END_ACTION|>'],
  ])('%s: %s', (format, raw) =>
    expect(outcome(format, raw)).toEqual([expect.stringMatching(/^(?:not-read|cut-off) undefined$/)]),
  );
});

describe('digits that stand for no call', () => {
  test.each([
    'sha256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
    'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1 root@web-01',
    '-----BEGIN CERTIFICATE-----\nMIIBszCCARygAwIBAgIJAJMIIBszCCARygAwIB\nMIIBszCCARygAwIBAgIJAJ==\n-----END CERTIFICATE-----',
    `The text ${base64('delete_file deletes a file')} says what it does.`,
    `Of ${base64('the tools read_file, delete_file')} I use none.`,
    '[101, 102, 103, 104, 105, 106, 107, 108]',
    '00:1b:63:84:45:e6 is its address, 10.0.0.1 the other.',
    '2026 01 02 03 04 05 06 07 08 09',
    'The mode is \\0755, and \\u0048ello is a text.',
    '👍🏽 ❤️ 🇫🇷',
    '01000001 01000010 01000011',
  ])('%s', raw => {
    for (const format of ['hermes', 'llama-json', 'pythonic']) expect(outcome(format, raw)).toEqual([]);
  });
});
