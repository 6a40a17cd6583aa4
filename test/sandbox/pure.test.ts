// Nothing that a model calls is ever executed: from sandbox/ no module is reachable that could start a process, touch a
// disk or open a connection.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** Modules that src/sandbox imports, and theirs, to the end; packages by their names. */
function reachable(start: string): Set<string> {
  const seen = new Set<string>();
  const open = [start];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    const text = readFileSync(file, 'utf8').replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');
    const values = text.replaceAll(/^(import|export) type [\s\S]*?;/gm, '');
    for (const [, name] of values.matchAll(/(?:from|import|require)\s*\(?\s*['"]([^'"]+)['"]/g)) {
      const next = resolved(file, name as string);
      if (next === undefined) seen.add(name as string);
      else open.push(next);
    }
  }
  return seen;
}

function resolved(file: string, name: string): string | undefined {
  if (name.startsWith('node:')) return undefined;
  if (name.startsWith('.') && file.endsWith('.ts')) return join(dirname(file), name);
  try {
    const found = file.endsWith('.ts') ? fileURLToPath(import.meta.resolve(name)) : createRequire(file).resolve(name);
    return /\.[cm]?js$/.test(found) ? found : undefined;
  } catch {
    return undefined;
  }
}

// `process` is reached by the YAML parser, for its deprecation warnings.
test('no process, disk or network can be reached from the sandbox', () => {
  const all = [...reachable(fileURLToPath(new URL('../../src/sandbox/index.ts', import.meta.url)))];
  expect(all.length).toBeGreaterThan(40);
  const forbidden =
    /^(node:)?(child_process|cluster|dgram|dns|fs|http|http2|https|net|tls|worker_threads|inspector|vm|os)(\/|$)/;
  expect(all.filter(name => forbidden.test(name))).toEqual([]);
  expect(all.filter(name => name.startsWith('node:'))).toEqual([]);
});
