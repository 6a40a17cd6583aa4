// The C library of this process, as far as containment needs it: Node has no such calls. koffi makes them, an optional
// package that brings its binaries as packages of their own and works without its install script.
import { createRequire } from 'node:module';

export interface Libc {
  /** @returns what the kernel says, -1 where it refuses */
  createRuleset(attributes: Buffer | null, size: number, flags: number): number;
  addRule(ruleset: number, kind: number, rule: Buffer): number;
  restrictSelf(ruleset: number): number;
  /** Hands a filter of so many instructions to the kernel, for this thread and what it starts. */
  setFilter(instructions: number, bytes: Buffer): boolean;
  prctl(option: number, value: number): boolean;
  setLimit(resource: number, most: number): boolean;
  /** @returns its number, -1 where there is no such path */
  openPath(path: string): number;
  close(descriptor: number): void;
  /** Lets a descriptor live on in the program that this one becomes. */
  keep(descriptor: number): void;
  /** Becomes another program; returns only where that can't be. */
  become(program: string, args: readonly string[], environment: readonly string[]): void;
}

type Native = (...args: readonly unknown[]) => number;

/** One number on every architecture (asm/unistd.h). */
const LANDLOCK_CREATE_RULESET = 444;
const LANDLOCK_ADD_RULE = 445;
const LANDLOCK_RESTRICT_SELF = 446;
/** From linux/prctl.h, linux/seccomp.h and fcntl.h. */
const PR_SET_SECCOMP = 22;
const SECCOMP_MODE_FILTER = 2;
const F_SETFD = 2;
const O_PATH_CLOEXEC = 0x200000 | 0x80000;

/** @throws where koffi is not installed for this system, or finds no such function */
export function openLibc(): Libc {
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi');
  const library = koffi.load(null);
  koffi.struct('sock_fprog', { length: 'uint16', filter: 'void *' });
  koffi.struct('rlimit', { current: 'uint64', most: 'uint64' });
  const native = (name: string, result: string, ...args: string[]) => library.func(name, result, args) as Native;
  const create = native('syscall', 'long', 'long', 'void *', 'ulong', 'ulong');
  const add = native('syscall', 'long', 'long', 'long', 'long', 'void *', 'ulong');
  const restrict = native('syscall', 'long', 'long', 'long', 'ulong');
  const seccomp = native('prctl', 'int', 'int', 'ulong', 'sock_fprog *', 'ulong', 'ulong');
  const prctl = native('prctl', 'int', 'int', 'ulong', 'ulong', 'ulong', 'ulong');
  const setrlimit = native('setrlimit', 'int', 'int', 'rlimit *');
  const open = native('open', 'int', 'const char *', 'int', 'int');
  const close = native('close', 'int', 'int');
  const fcntl = native('fcntl', 'int', 'int', 'int', 'int');
  const execve = native('execve', 'int', 'const char *', 'const char **', 'const char **');
  return {
    createRuleset: (attributes, size, flags) => create(LANDLOCK_CREATE_RULESET, attributes, size, flags),
    addRule: (ruleset, kind, rule) => add(LANDLOCK_ADD_RULE, ruleset, kind, rule, 0),
    restrictSelf: ruleset => restrict(LANDLOCK_RESTRICT_SELF, ruleset, 0),
    setFilter: (length, filter) => seccomp(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, { length, filter }, 0, 0) === 0,
    prctl: (option, value) => prctl(option, value, 0, 0, 0) === 0,
    setLimit: (resource, most) => setrlimit(resource, { current: most, most }) === 0,
    openPath: path => open(path, O_PATH_CLOEXEC, 0),
    close: descriptor => void close(descriptor),
    keep: descriptor => void fcntl(descriptor, F_SETFD, 0),
    become: (program, args, environment) => void execve(program, [...args, null], [...environment, null]),
  };
}
