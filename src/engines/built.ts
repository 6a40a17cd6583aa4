import { shipped } from '../place.ts';

/**
 * Path of a bundled entry, for processes and threads that Node itself must be able to run: the one in dist/ under the test
 * runner too, where this file is TypeScript source.
 */
export function builtFile(name: string): string {
  return shipped(`dist/program/${name}.js`);
}
