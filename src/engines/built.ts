import { fileURLToPath } from 'node:url';

/**
 * Path of a compiled entry of this folder, for processes and threads that Node itself must be able to run. Under the
 * test runner this file is TypeScript source, so the built one in dist/ is taken.
 */
export function builtFile(name: string): string {
  const folder = import.meta.url.endsWith('.ts') ? '../../dist/engines/' : './';
  return fileURLToPath(new URL(`${folder}${name}.js`, import.meta.url));
}
