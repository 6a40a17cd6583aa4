// A suite as the user named it -> its file. A bare name is a shipped suite.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { UserError } from '../../errors.ts';
import { isSource, shipped } from '../../place.ts';
import { readPolicy } from '../../policy/read.ts';
import type { PolicyRecord } from '../../records/suites/policy.ts';
import type { Suite } from '../../records/suites/suite.ts';
import { readSuite } from '../../suite/index.ts';
import { sha256Text } from '../models/models.ts';
import { builtSuite } from './built-suites.ts';

/** Folder of the shipped suites. */
const suites = shipped('suites');

export interface OpenedSuite {
  readonly suite: Suite;
  /** What the suite names as its policy. */
  readonly policy?: PolicyRecord;
  readonly file: string;
  readonly sha256: string;
}

/**
 * Opens a suite by file path or by the name of a shipped one.
 * @throws UserError `suite-not-found`, `bad-suite`
 */
export function openSuite(nameOrFile: string): OpenedSuite {
  const bare = /^[a-z][a-z0-9-]*$/.test(nameOrFile);
  const file = bare ? join(suites, `${nameOrFile}.yaml`) : nameOrFile;
  if (!existsSync(file) || !statSync(file).isFile()) {
    const names = readdirSync(suites).filter(name => name.endsWith('.yaml') && !name.endsWith('.policy.yaml'));
    const hint = `shipped suites: ${names.map(name => name.slice(0, -5)).join(', ')}; or give the path of a .yaml file`;
    throw new UserError('suite-not-found', `${nameOrFile}: no such suite`, hint);
  }
  const text = readFileSync(file, 'utf8');
  // Source may read a suite in another way than the program that was built last.
  const built = bare && !isSource ? builtSuite(nameOrFile, text) : undefined;
  if (built !== undefined) return built;
  const suite = readSuite(text, bare ? `suites/${nameOrFile}.yaml` : file);
  return {
    suite,
    ...(suite.policy === undefined
      ? {}
      : { policy: openPolicy(isAbsolute(suite.policy) ? suite.policy : join(dirname(file), suite.policy)) }),
    file: bare ? nameOrFile : file,
    sha256: sha256Text(text),
  };
}

/**
 * Opens a policy file.
 * @throws UserError `policy-not-found`, `bad-policy`
 */
export function openPolicy(file: string): PolicyRecord {
  if (!existsSync(file) || !statSync(file).isFile()) {
    throw new UserError('policy-not-found', `${file}: no such policy`, 'give the path of a .yaml file');
  }
  const text = readFileSync(file, 'utf8');
  // The file's own name: a run does not tell where on this machine it lay.
  const name = basename(file);
  return { file: name, sha256: sha256Text(text), ...readPolicy(text, file) };
}
