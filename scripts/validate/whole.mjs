// The tests of which `npm test` does a part (test/whole.ts), whole: every tampered template, thirty kills of a sweep and more.
//   node scripts/validate/whole.mjs [vitest's own options]
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const files = readdirSync(join(root, 'test'), { recursive: true })
  .filter(name => name.endsWith('.test.ts'))
  .filter(name => /from '[./]+\/whole\.ts'/.test(readFileSync(join(root, 'test', name), 'utf8')));
const vitest = join(root, 'node_modules/vitest/vitest.mjs');
const { status } = spawnSync(
  process.execPath,
  [vitest, 'run', ...files.map(name => join('test', name)), ...process.argv.slice(2)],
  { cwd: root, stdio: 'inherit', env: { ...process.env, TURNCOAT_WHOLE: '1' } },
);
process.exitCode = status ?? 1;
