// Is a plan right? Plans a sweep, runs it at once, and prints what was expected beside what it took:
// `node scripts/plan-bench.mjs [FILE.yaml] [ROUNDS]`. Timings mean something on a machine whose load stays the same.
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = fileURLToPath(new URL('..', import.meta.url));
const [file = join(root, 'scripts/sweeps/organisms.yaml'), rounds = '3'] = process.argv.slice(2);
const turncoat = join(root, 'bin/turncoat.js');

/** Output of a command, and how long it took. A sweep that finds something exits with 1 or 3. */
async function timed(args) {
  const started = performance.now();
  const { stdout } = await promisify(execFile)(process.execPath, [turncoat, ...args], { maxBuffer: 1e9 }).catch(
    error => {
      if (error.code === 1 || error.code === 3) return error;
      throw error;
    },
  );
  return { stdout, seconds: (performance.now() - started) / 1000 };
}

/** Tokens of the prompts of both models, and computed ones. */
async function tokensOf(folder, run) {
  const { stdout } = await timed(['analyze', run, '--out', folder, '--json']);
  const { candidate, baseline } = JSON.parse(stdout).run.cost;
  return {
    prompt: candidate.promptTokens + baseline.promptTokens,
    evaluated: candidate.evaluatedTokens + baseline.evaluatedTokens,
  };
}

/** A sweep with a budget comes to a pair twice: for its design, and for what stands out in it. */
function secondsOf(events) {
  const at = (...names) => events.filter(({ event }) => names.includes(event)).map(one => Date.parse(one.at));
  const ends = at('pair-observed', 'pair-finished');
  return at('pair-started').reduce((sum, start, turn) => sum + (ends[turn] - start), 0) / 1000;
}

const signed = ratio => `${ratio >= 1 ? '+' : ''}${Math.round(100 * (ratio - 1))}%`;
const load = () => loadavg()[0].toFixed(1);

for (let round = 1; round <= Number(rounds); round++) {
  const folder = mkdtempSync(join(tmpdir(), 'turncoat-plan-bench-'));
  const before = load();
  const planned = await timed(['sweep', file, '--plan', '--json', '--out', folder]);
  const plan = JSON.parse(planned.stdout);
  const between = load();
  const ran = await timed(['sweep', file, '--json', '--out', folder]);
  const { expected, least, most } = plan.total.seconds;
  console.log(
    `round ${round} (${cpus().length} cores, load ${before}, ${between}, ${load()}): planned ${expected.toFixed(0)} s ` +
      `(${least.toFixed(0)} to ${most.toFixed(0)}) in ${planned.seconds.toFixed(0)} s; took ${ran.seconds.toFixed(0)} s: ` +
      `plan ${signed(expected / ran.seconds)}`,
  );
  const events = ran.stdout
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line));
  const { pairs } = JSON.parse(readFileSync(join(folder, 'sweep.json'), 'utf8'));
  for (const pair of plan.pairs) {
    const took = secondsOf(events.filter(one => one.pair === pair.name));
    const { run, outcome } = pairs.find(({ name }) => name === pair.name);
    const tokens = await tokensOf(folder, run);
    const { seconds, tokens: guessed } = pair.estimate;
    console.log(
      `  ${pair.name}: planned ${seconds.expected.toFixed(1)} s, took ${took.toFixed(1)} s (${signed(seconds.expected / took)}), ` +
        `${outcome}; tokens, taken-over ones included: prompts ${guessed.prompt.expected} of ${tokens.prompt}, ` +
        `evaluated ${guessed.evaluated.expected} of ${tokens.evaluated}`,
    );
  }
  rmSync(folder, { recursive: true });
}
