// Runs tests on the other versions of Node that are supported, from npm's packages of them: `node scripts/nodes.mjs [--all]`.
// CI calls it after the suite: pure tests. With `--all` those that need a model too, which takes as long as the suite.
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const majors = ['22', '24'];
const runs = [['vitest', 'run', '--project', 'pure']];
if (process.argv.includes('--all')) runs.push(['vitest', 'run', '--project', 'model']);

/** The binary of a major version; its package holds nothing else, and needs no install script. */
function binary(major) {
  const name = `node-linux-${process.arch}`;
  const folder = join(root, '.cache', 'nodes', major);
  const file = join(folder, 'package', 'bin', 'node');
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', folder, `${name}@${major}`], {
    encoding: 'utf8',
  }).trim();
  execFileSync('tar', ['xzf', join(folder, packed.split('\n').at(-1)), '-C', folder]);
  return file;
}

if (process.platform !== 'linux') {
  console.log('skipped: npm has these binaries for Linux; run the suite under each version by hand');
  process.exit(0);
}
for (const major of majors) {
  const node = binary(major);
  const version = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
  for (const [tool, ...args] of runs) {
    console.log(`${version}: ${tool} ${args.join(' ')}`);
    // Processes that tests start are of the same version.
    const env = { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}` };
    const { status } = spawnSync(node, [join(root, 'node_modules', tool, `${tool}.mjs`), ...args], {
      cwd: root,
      env,
      stdio: 'inherit',
    });
    if (status !== 0) {
      console.error(`${version}: ${tool} ${args.join(' ')} failed`);
      process.exit(1);
    }
  }
}
