// A suite as the user named it -> its file. A bare name is a shipped suite.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UserError } from '../errors.ts';
import type { Suite } from '../records/suite.ts';
import { readSuite } from '../suite/index.ts';
import { sha256Text } from './models.ts';

/** Folder of the shipped suites, from source and from dist alike. */
const shipped = fileURLToPath(new URL('../../suites/', import.meta.url));

export interface OpenedSuite {
  readonly suite: Suite;
  readonly file: string;
  readonly sha256: string;
}

/**
 * Opens a suite by file path or by the name of a shipped one.
 * @throws UserError `suite-not-found`, `bad-suite`
 */
export function openSuite(nameOrFile: string): OpenedSuite {
  const bare = /^[a-z][a-z0-9-]*$/.test(nameOrFile);
  const file = bare ? `${shipped}${nameOrFile}.yaml` : nameOrFile;
  if (!existsSync(file) || !statSync(file).isFile()) {
    const names = readdirSync(shipped).filter(name => name.endsWith('.yaml'));
    const hint = `shipped suites: ${names.map(name => name.slice(0, -5)).join(', ')}; or give the path of a .yaml file`;
    throw new UserError('suite-not-found', `${nameOrFile}: no such suite`, hint);
  }
  const text = readFileSync(file, 'utf8');
  return {
    suite: readSuite(text, bare ? `suites/${nameOrFile}.yaml` : file),
    file: bare ? nameOrFile : file,
    sha256: sha256Text(text),
  };
}
