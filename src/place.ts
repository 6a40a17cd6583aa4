// Where this package lies: its files are found from there alike as source, as the library and as the bundled program.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(import.meta.url);

/** Whether this is TypeScript source, as under the test runner; what was built may then be older. */
export const isSource = here.endsWith('.ts');

const folder = packageFolder(dirname(here));

function packageFolder(inside: string): string {
  return existsSync(join(inside, 'package.json')) ? inside : packageFolder(dirname(inside));
}

/** A file or folder that the package ships. */
export function shipped(path: string): string {
  return join(folder, path);
}
