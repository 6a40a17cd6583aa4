// A list of refusals -> a program of the kernel's packet filter, which judges every system call of a process and its
// children. Source: Linux, Documentation/userspace-api/seccomp_filter.rst; linux/bpf_common.h, linux/seccomp.h.
import { architectures, type Refusal, refusals } from './system-calls.ts';

/** Codes of instructions: load a word, jump where equal / at least / bits are set, return. */
const LOAD = 0x20;
const IF_EQUAL = 0x15;
const IF_AT_LEAST = 0x35;
const IF_BITS = 0x45;
const RETURN = 0x06;

const ALLOW = 0x7fff0000;
const ERRNO = 0x00050000;
const ENOSYS = 38;

/** Places in struct seccomp_data. */
const numberAt = 0;
const architectureAt = 4;
const argumentAt = (index: number): number => 16 + 8 * index;

/** One instruction; jumps count instructions to skip. */
export interface Instruction {
  readonly code: number;
  readonly ifTrue: number;
  readonly ifFalse: number;
  readonly value: number;
}

const step = (code: number, value: number, ifTrue = 0, ifFalse = 0): Instruction => ({ code, ifTrue, ifFalse, value });
const refuse = (error: number): Instruction => step(RETURN, ERRNO | error);

/** @returns undefined: the numbers of this architecture are not known here */
export function filterFor(arch: string): readonly Instruction[] | undefined {
  const calls = architectures[arch];
  if (calls === undefined) return undefined;
  const { audit, foreignFrom, numbers } = calls;
  return [
    // A call of another architecture (32 bits, say) has other numbers.
    step(LOAD, architectureAt),
    step(IF_EQUAL, audit, 1, 0),
    refuse(ENOSYS),
    step(LOAD, numberAt),
    ...(foreignFrom === undefined ? [] : [step(IF_AT_LEAST, foreignFrom, 0, 1), refuse(ENOSYS)]),
    ...refusals.flatMap(refusal => {
      const number = numbers[refusal.call];
      return number === undefined ? [] : refusalSteps(number, refusal);
    }),
    step(RETURN, ALLOW),
  ];
}

/** With the call's number loaded before and, where it is another call, after. */
function refusalSteps(number: number, { error, argument, bits }: Refusal): Instruction[] {
  const asked =
    argument !== undefined
      ? [
          step(LOAD, argumentAt(argument.index)),
          ...argument.values.flatMap(value => [step(IF_EQUAL, value, 0, 1), refuse(error)]),
          step(RETURN, ALLOW),
        ]
      : bits !== undefined
        ? [step(LOAD, argumentAt(bits.index)), step(IF_BITS, bits.mask, 0, 1), refuse(error), step(RETURN, ALLOW)]
        : [refuse(error)];
  return [step(IF_EQUAL, number, 0, asked.length), ...asked];
}

/** As the kernel reads it: struct sock_filter, 8 bytes each. */
export function filterBytes(program: readonly Instruction[]): Buffer {
  const bytes = Buffer.alloc(8 * program.length);
  for (const [index, { code, ifTrue, ifFalse, value }] of program.entries()) {
    bytes.writeUInt16LE(code, 8 * index);
    bytes.writeUInt8(ifTrue, 8 * index + 2);
    bytes.writeUInt8(ifFalse, 8 * index + 3);
    bytes.writeUInt32LE(value >>> 0, 8 * index + 4);
  }
  return bytes;
}
