// The filter as the kernel would run it: what it refuses and what it lets through, on every architecture it knows.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { filterBytes, filterFor } from '../../src/engines/containment/seccomp.ts';
import { architectures, type Calls, refusals } from '../../src/engines/containment/system-calls.ts';

const allowed = 0x7fff0000;
const refusedWith = (error: number): number => 0x00050000 | error;

/** Source: Linux, Documentation/networking/filter.rst, as far as the filter goes; reads the bytes that the kernel gets. */
function judged(bytes: Buffer, audit: number, number: number, args: readonly number[] = []): number {
  const data = Buffer.alloc(64);
  data.writeUInt32LE(number >>> 0, 0);
  data.writeUInt32LE(audit, 4);
  for (const [index, value] of args.entries()) data.writeUInt32LE(value >>> 0, 16 + 8 * index);
  let word = 0;
  for (let at = 0; at < bytes.length; at += 8) {
    const [code, ifTrue, ifFalse] = [bytes.readUInt16LE(at), bytes.readUInt8(at + 2), bytes.readUInt8(at + 3)];
    const value = bytes.readUInt32LE(at + 4);
    const jump = (holds: boolean) => (at += 8 * (holds ? ifTrue : ifFalse));
    if (code === 0x20) word = data.readUInt32LE(value);
    else if (code === 0x15) jump(word === value);
    else if (code === 0x35) jump(word >= value);
    else if (code === 0x45) jump((word & value) !== 0);
    else if (code === 0x06) return value;
    else throw new Error(`no such instruction ${code}`);
  }
  throw new Error('the program does not end');
}

const known = Object.entries(architectures) as [string, Calls][];

test.each(known)('%s: what is listed is refused, and nothing else', (arch, { audit, numbers }) => {
  const bytes = filterBytes(filterFor(arch) ?? []);
  const listed = new Map(refusals.flatMap(one => (numbers[one.call] === undefined ? [] : [[numbers[one.call], one]])));
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 500 }), fc.array(fc.integer(), { maxLength: 6 }), (number, args) => {
      const refusal = listed.get(number);
      const argument = refusal?.argument;
      const bits = refusal?.bits;
      const refused =
        refusal !== undefined &&
        (argument === undefined || argument.values.includes((args[argument.index] ?? 0) >>> 0)) &&
        (bits === undefined || ((args[bits.index] ?? 0) & bits.mask) !== 0);
      expect(judged(bytes, audit, number, args)).toBe(refused ? refusedWith(refusal.error) : allowed);
    }),
    { numRuns: 3000 },
  );
});

test.each(known)('%s: a call by the numbers of another architecture is refused', (arch, { audit, foreignFrom }) => {
  const bytes = filterBytes(filterFor(arch) ?? []);
  for (const other of [0, 0x40000003, ...known.map(([, one]) => one.audit)]) {
    if (other !== audit) expect(judged(bytes, other, 1)).toBe(refusedWith(38));
  }
  if (foreignFrom !== undefined) expect(judged(bytes, audit, foreignFrom + 41)).toBe(refusedWith(38));
});

test.each(known)('%s: keystrokes and namespaces are refused by their arguments', (arch, { audit, numbers }) => {
  const bytes = filterBytes(filterFor(arch) ?? []);
  const { ioctl = 0, clone = 0 } = numbers;
  expect(judged(bytes, audit, ioctl, [0, 0x5412])).toBe(refusedWith(1));
  expect(judged(bytes, audit, ioctl, [0, 0x5401])).toBe(allowed);
  expect(judged(bytes, audit, clone, [0x10000000 | 17])).toBe(refusedWith(1));
  expect(judged(bytes, audit, clone, [0x3d0f00])).toBe(allowed);
});

test('a processor that nobody looked at has no filter', () => {
  expect(filterFor('riscv64')).toBeUndefined();
});
