// Throws broken model files at turncoat: changes of the smallest organism, drawn from a seed (test/gguf/mutations.ts), each
// read as `turncoat inspect` reads it, and a share of them loaded by llama.cpp in a contained process, those too that inspect
// refuses. Prints Markdown; `--write` keeps it in docs/security.md. A benchmark; test/gguf/fuzz.test.ts runs a little of it.
//   node scripts/validate/fuzz.mjs [--files 10000] [--loads 200] [--seed 1] [--jobs 1] [--write]
// What was found of a file is kept in .cache/validate with its commit: the same command goes on where it stopped, on the same
// commit; `--any-commit` takes rows of others too, and says which. Ends with 1 where anything hung, died or got out.
import { execFileSync, fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { keptRows } from './kept.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const { values: options } = parseArgs({
  options: {
    files: { type: 'string', default: '10000' },
    loads: { type: 'string', default: '200' },
    seed: { type: 'string', default: '1' },
    jobs: { type: 'string', default: '1' },
    'any-commit': { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const [files, loads, jobs] = [Number(options.files), Number(options.loads), Number(options.jobs)];
/** Without a word for so long, a batch hangs: a template alone has 10 s, in each of a few engines. */
const patienceMs = 120_000;
/** Files that one process takes before another takes over. */
const batch = 250;

const scratch = mkdtempSync(join(tmpdir(), 'turncoat-fuzz-'));
/** All that a process is told of this machine: what appears here without having been asked for got out. */
const home = join(scratch, 'home');
mkdirSync(home);
const commit = execFileSync('git', ['describe', '--always', '--dirty'], { cwd: root, encoding: 'utf8' }).trim();
const keyOf = ({ kind, index }) => `${kind}/${index}`;
const rows = keptRows(join(root, `.cache/validate/fuzz-${options.seed}.jsonl`), commit, options['any-commit'], keyOf);
let done = 0;

/** Works through tasks in processes of their own; one that hangs or dies is told apart, and the rest goes on. */
async function worked(tasks, label) {
  const left = tasks.filter(task => rows.get(keyOf(task)) === undefined);
  const lane = async number => {
    while (left.length > 0) {
      const mine = left.splice(0, batch);
      while (mine.length > 0) await inProcess(mine, join(scratch, `lane-${label}-${number}`));
    }
  };
  await Promise.all(Array.from({ length: jobs }, (_, number) => lane(number)));
}

/** Takes what was done out of `mine`, and the one that the process was at when it hung or died. */
function inProcess(mine, folder) {
  mkdirSync(folder, { recursive: true });
  return new Promise(resolve => {
    const env = { PATH: process.env.PATH, HOME: home, TMPDIR: folder, HF_HUB_OFFLINE: '1' };
    const child = fork(join(root, 'scripts/validate/fuzz-batch.mjs'), [options.seed, folder], {
      env,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    let errors = '';
    let hung = false;
    child.stderr.setEncoding('utf8').on('data', text => (errors = (errors + text).slice(-2000)));
    const stuck = () => {
      hung = true;
      child.kill('SIGKILL');
    };
    let timer = setTimeout(stuck, patienceMs);
    const next = () => (mine.length > 0 ? child.send(mine[0]) : child.send({ kind: 'end' }));
    child.on('message', result => {
      clearTimeout(timer);
      timer = setTimeout(stuck, patienceMs);
      if (result.kind !== 'ready') kept({ ...mine.shift(), ...result });
      next();
    });
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (mine.length > 0)
        kept({ ...mine.shift(), outcome: hung ? 'hang' : 'dead', detail: `${code ?? signal} ${errors}` });
      resolve();
    });
  });
}

function kept(result) {
  rows.add(result);
  if (['hang', 'dead', 'bug', 'escape'].includes(result.outcome))
    process.stderr.write(
      `${result.kind} ${result.index}: ${result.outcome} ${result.done ?? ''} ${result.detail ?? ''}\n`,
    );
  if (++done % 500 === 0) process.stderr.write(`${done} done\n`);
}

/** Between files that are loaded too: they are the same however many are inspected. */
const every = 50;
const inspections = Array.from({ length: files }, (_, index) => ({ kind: 'inspect', index }));
const loadings = Array.from({ length: loads }, (_, n) => ({ kind: 'load', index: n * every }));
await Promise.all([worked(loadings, 'load'), worked(inspections, 'inspect')]);
const escaped = readdirSync(home);
rmSync(scratch, { recursive: true, force: true });

const tasks = [...inspections, ...loadings];
const results = tasks.map(task => rows.get(keyOf(task)));
const count = (kind, ...outcomes) => results.filter(one => one.kind === kind && outcomes.includes(one.outcome)).length;
const codes = (kind, outcome) => {
  const counted = new Map();
  for (const one of results)
    if (one.kind === kind && one.outcome === outcome) counted.set(one.code, (counted.get(one.code) ?? 0) + 1);
  const sorted = [...counted].toSorted(([, a], [, b]) => b - a);
  return sorted.map(([code, times]) => `${code} ${times}`).join(', ');
};
const slowest = Math.max(...results.filter(({ kind }) => kind === 'inspect').map(({ ms }) => ms ?? 0));
const lines = [
  '| | inspected | loaded by llama.cpp |',
  '|---|---|---|',
  `| files | ${files} | ${loadings.length} |`,
  `| refused with one clear line | ${count('inspect', 'refused')} | ${count('load', 'refused')} |`,
  `| went through | ${count('inspect', 'passed')} | ${count('load', 'passed')} |`,
  `| of these with an alarm | ${results.filter(one => one.kind === 'inspect' && one.alarm).length} | |`,
  `| process died, and was reported as such | | ${count('load', 'died')} |`,
  `| stuck, and ended at the limit | | ${count('load', 'stalled')} |`,
  `| error that is a bug of turncoat | ${count('inspect', 'bug')} | ${count('load', 'bug')} |`,
  `| hang | ${count('inspect', 'hang')} | ${count('load', 'hang')} |`,
  `| turncoat itself died | ${count('inspect', 'dead')} | ${count('load', 'dead')} |`,
  `| wrote, or left a process behind | ${count('inspect', 'escape')} | ${count('load', 'escape') + escaped.length} |`,
  '',
  `Refusals: ${codes('inspect', 'refused')}.`,
  `Model processes died of: ${codes('load', 'died') || 'nothing'}.`,
  `The slowest file took ${(slowest / 1000).toFixed(1)} s to inspect, on a busy machine.`,
  '',
  `(\`node scripts/validate/fuzz.mjs --files ${files} --loads ${loads} --seed ${options.seed}\`, commit ${rows.commits(tasks.map(keyOf))})`,
];
process.stdout.write(`${lines.join('\n')}\n`);
if (options.write) {
  const page = join(root, 'docs/security.md');
  const text = readFileSync(page, 'utf8');
  const [start, end] = ['<!-- fuzz -->\n', '<!-- /fuzz -->'];
  const [before, after] = [text.slice(0, text.indexOf(start) + start.length), text.slice(text.indexOf(end))];
  writeFileSync(page, `${before}${lines.join('\n')}\n${after}`);
}
const bad = ['bug', 'hang', 'dead', 'escape'].reduce(
  (sum, outcome) => sum + count('inspect', outcome) + count('load', outcome),
  0,
);
process.exitCode = bad + escaped.length === 0 ? 0 : 1;
