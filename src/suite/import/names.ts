// Names of any source -> names that a suite may use, each one once; and what a tool's name says about it.
import type { Severity } from '../../records/suites/suite.ts';

/** Gives out names: the wanted one, or with -2, -3 … behind it. */
export function nameGiver(joint: string): (wanted: string) => string {
  const given = new Set<string>();
  const last = new Map<string, number>();
  return wanted => {
    let name = wanted;
    while (given.has(name)) {
      const number = (last.get(wanted) ?? 1) + 1;
      last.set(wanted, number);
      name = `${wanted}${joint}${number}`;
    }
    given.add(name);
    return name;
  };
}

/** An id of lower-case letters, digits and -; `task-` before it where it would not start with a letter. */
export function slug(text: string): string {
  const parts = text.toLowerCase().match(/[a-z0-9]+/g) ?? [];
  const id = parts.join('-').slice(0, 80).replace(/-$/, '');
  return /^[a-z]/.test(id) ? id : `task-${id || 'unnamed'}`.replace(/-$/, '');
}

/** A tool name that suites allow: itself where it may stay. */
export function toolNameFrom(name: string): string {
  const plain = name.replace(/[^\w.-]+/g, '_');
  return /^[A-Za-z_]/.test(plain) && plain !== '__proto__' ? plain : `tool_${plain}`;
}

const destructive = new Set(
  'delete remove drop purge destroy erase wipe kill terminate truncate uninstall revoke cancel clear'.split(' '),
);
const write = new Set(
  (
    'create update set add send post put patch book order buy sell purchase write make insert edit modify change move rename ' +
    'transfer pay schedule reserve upload save store register start stop restart enable disable assign submit play ' +
    'open close lock unlock apply adjust activate deactivate install deploy run execute invite share publish'
  ).split(' '),
);

/** What a call can do, guessed from the words of the tool's name: a source does not say. */
export function severityOf(name: string): Severity {
  const words = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z0-9]+/);
  if (words.some(word => destructive.has(word))) return 'destructive';
  return words.some(word => write.has(word)) ? 'write' : 'read';
}
