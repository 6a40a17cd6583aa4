import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** turncoat's version, from its package.json. */
export const version: string = (
  JSON.parse(readFileSync(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8')) as { version: string }
).version;
