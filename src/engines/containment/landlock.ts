// What a contained process may write, by Landlock: a list of paths, for this thread and all that it starts. It asks for no
// rights and no namespaces. Source: Linux, Documentation/userspace-api/landlock.rst; linux/landlock.h.
import type { Libc } from './libc.ts';

const VERSION = 1;
const PATH_BENEATH = 1;

const WRITE_FILE = 1 << 1;
const REMOVE_FILE = 1 << 5;
const MAKE_FILE = 1 << 8;
/** Remove folders and files, make anything (bits 4 to 12). */
const CHANGE_FOLDERS = 0x1ff0;
/** Move between folders: since version 2. */
const MOVE = 1 << 13;
/** Since version 3; before it, opening can still empty a file. */
const TRUNCATE = 1 << 14;
/** Listen and connect over TCP: since version 4. */
const TCP = 0b11;
/** Reach sockets that have no path, and signal processes outside: since version 6. */
const OUTSIDE = 0b11;

/** What may be written; paths that do not exist are left out. */
export interface Writable {
  readonly devices: readonly string[];
  /** Folders in which files may be made, written and removed. */
  readonly folders: readonly string[];
}

/** @returns the version of Landlock that holds from here on; undefined: this kernel has none */
export function restrictWriting(libc: Libc, { devices, folders }: Writable): number | undefined {
  const version = libc.createRuleset(null, 0, VERSION);
  if (version < 1) return undefined;
  const truncate = version >= 3 ? TRUNCATE : 0;
  const attributes = rulesetBytes(version, WRITE_FILE | CHANGE_FOLDERS | (version >= 2 ? MOVE : 0) | truncate);
  const ruleset = libc.createRuleset(attributes, attributes.length, 0);
  if (ruleset < 0) return undefined;
  for (const path of devices) allow(libc, ruleset, path, WRITE_FILE | truncate);
  for (const path of folders) allow(libc, ruleset, path, WRITE_FILE | truncate | MAKE_FILE | REMOVE_FILE);
  const holds = libc.restrictSelf(ruleset) === 0;
  libc.close(ruleset);
  return holds ? version : undefined;
}

/** struct landlock_ruleset_attr, as long as the version knows it. */
function rulesetBytes(version: number, files: number): Buffer {
  const bytes = Buffer.alloc(version >= 6 ? 24 : version >= 4 ? 16 : 8);
  bytes.writeBigUInt64LE(BigInt(files), 0);
  if (version >= 4) bytes.writeBigUInt64LE(BigInt(TCP), 8);
  if (version >= 6) bytes.writeBigUInt64LE(BigInt(OUTSIDE), 16);
  return bytes;
}

function allow(libc: Libc, ruleset: number, path: string, rights: number): void {
  const descriptor = libc.openPath(path);
  if (descriptor < 0) return;
  // struct landlock_path_beneath_attr, packed
  const rule = Buffer.alloc(12);
  rule.writeBigUInt64LE(BigInt(rights), 0);
  rule.writeInt32LE(descriptor, 8);
  libc.addRule(ruleset, PATH_BENEATH, rule);
  libc.close(descriptor);
}
