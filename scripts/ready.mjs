// Before `npm start` and `npm test`: install what is missing and build what is stale, and say so. Nothing else to set up.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const at = path => (existsSync(join(root, path)) ? statSync(join(root, path)).mtimeMs : 0);

function run(command, args) {
  process.stderr.write(`turncoat: ${command} ${args.join(' ')}\n`);
  const { status, error } = spawnSync(command, args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    process.stderr.write(`turncoat: '${command} ${args.join(' ')}' failed${error ? `: ${error.message}` : ''}\n`);
    process.exit(status ?? 1);
  }
}

/** Newest modification time (ms) of the files below a folder. */
function newest(folder) {
  return readdirSync(join(root, folder), { recursive: true }).reduce(
    (latest, name) => Math.max(latest, at(join(folder, name))),
    0,
  );
}

// npm writes node_modules/.package-lock.json last, so an interrupted install is repeated.
if (at('node_modules/.package-lock.json') < at('package-lock.json')) {
  // No install script is needed: node-llama-cpp brings prebuilt binaries inside its packages. `npm install` and not
  // `npm ci`: both take what the lock file says, and install leaves what is there already.
  run('npm', ['install', '--no-save', '--ignore-scripts', '--no-audit', '--no-fund']);
}
const sources = ['tsconfig.json', 'tsconfig.build.json', 'scripts/build.mjs', 'package-lock.json'];
if (at('dist/.built') < Math.max(newest('src'), ...sources.map(at))) {
  run('npm', ['run', '--silent', 'build']);
}
