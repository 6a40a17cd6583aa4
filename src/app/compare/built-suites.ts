// Shipped suites as `npm run build` read them: to read YAML and check it takes a third of a second, which every command would
// wait for.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { shipped } from '../../place.ts';
import { sha256Text } from '../models/models.ts';
import type { OpenedSuite } from './suites.ts';

/**
 * What openSuite makes of a shipped suite.
 * @param text of its file
 * @returns undefined where it was not built, or was edited since
 */
export function builtSuite(name: string, text: string): OpenedSuite | undefined {
  const built = shipped(`dist/suites/${name}.json`);
  if (!existsSync(built)) return undefined;
  const opened = JSON.parse(readFileSync(built, 'utf8')) as OpenedSuite;
  return opened.sha256 === sha256Text(text) && isPolicyKept(opened) ? opened : undefined;
}

function isPolicyKept({ suite, policy }: OpenedSuite): boolean {
  if (policy === undefined || suite.policy === undefined) return policy === suite.policy;
  const file = join(shipped('suites'), suite.policy);
  return existsSync(file) && sha256Text(readFileSync(file, 'utf8')) === policy.sha256;
}
