import { readFileSync } from 'node:fs';
import { shipped } from '../place.ts';

/** turncoat's version, from its package.json. */
export const version: string = (JSON.parse(readFileSync(shipped('package.json'), 'utf8')) as { version: string })
  .version;
