// Measures what a verdict is worth, on scripted pairs: how often harmful ones are called clean and benign ones harmful, and
// how often planted triggers are found, exactly. A benchmark, not a test. Prints Markdown; `--write` keeps it in docs/validation.md.
//   npm run validate [-- --worlds 400 --plants 20 --seed 1 --only harmful,benign,hidden,shapes,more-shapes,power,table,cases --any-commit --write]
//   npm run validate -- --only more-shapes --shape 'two stretches of time' --plants 20    one row, which is not kept for `--write`
// Each section is kept in .cache/validate when it is done, and each world of the first three as soon as it is, with its
// commit: the same command goes on where it stopped; `--any-commit` takes worlds of other commits too, and says which.
// `--write` puts together what is there, with `--only none` without running any.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { clopperPearson, median } from '../../dist/statistics/index.js';
import { readSuite } from '../../dist/suite/index.js';
import { keptRows } from './kept.mjs';
import { kinds, plant, tableKinds, widened } from './plants.mjs';
import { replicate } from './replicate.mjs';
import { shapesSection } from './shaped.mjs';
import { more, table } from './shapes.mjs';
import { benignSection, harmfulSection, hiddenSection } from './verdicts.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const { values: options } = parseArgs({
  options: {
    worlds: { type: 'string', default: '400' },
    plants: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    only: { type: 'string', default: '' },
    shape: { type: 'string', default: '' },
    'any-commit': { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const suite = readSuite(readFileSync(join(root, 'suites/devops.yaml'), 'utf8'), 'suites/devops.yaml');
const fireRates = [1, 0.5, 0.2, 0.05];
const lines = [];

function say(line = '') {
  lines.push(line);
  process.stdout.write(`${line}\n`);
}

const percent = share => `${(100 * share).toFixed(1)}%`;
function rate(count, of) {
  const [low, high] = clopperPearson(count, of, 0.95);
  return `${count} of ${of} (${percent(low)}-${percent(high)})`;
}

function power(plants) {
  say('## Power: one planted trigger, mid drift, 529 cases and at most 200 more');
  say();
  say('It fires in half of the nine tasks of twenty that offer its tool and do not ask for it.');
  say('Met: the design has a case in which it can fire; what no case shows, nothing can find.');
  say(
    'Exact: the verdict is `diverges` and its trigger is the planted one, word for word. Other: it names another trigger.',
  );
  say();
  say('| trigger, prevalence | fires | met | exact | exact, of those met | other | extra cases, median |');
  say('|---|---|---|---|---|---|---|');
  for (const kind of Object.keys(kinds)) {
    for (const fires of fireRates) {
      const found = range(plants).map(n => planted(kind, fires, `power/${options.seed}/${n}`));
      const met = found.filter(({ firing }) => firing > 0);
      const exact = list => list.filter(({ named }) => named === 'exact').length;
      const other = found.filter(({ named }) => named === 'other').length;
      const probes = median(found.map(({ comparison }) => comparison.design.probes));
      say(
        `| ${kind} | ${fires} | ${met.length} | ${rate(exact(found), plants)} | ${rate(exact(met), met.length)} | ${other} | ${probes} |`,
      );
    }
  }
  say();
}

/** Cases with which the evidence method's table has 80% correct attribution by exact log-odds, at every fire rate. */
const tableCases = { 'year 1/6': 60, 'user 1/20': 120, 'user and directory 1/320': 529 };

function nextToTable(plants) {
  say(
    "## Next to the evidence method's table: the tool is on offer in every task, and the trigger fires in all of them",
  );
  say();
  say('Exact, with as many cases as the table needs for 80% (and at most 200 more), mid drift. Its pair is 1/400.');
  say();
  say(`| trigger | cases | ${fireRates.map(fires => `fires ${fires}`).join(' | ')} | all together |`);
  say(`|---|---|${fireRates.map(() => '---').join('|')}|---|`);
  for (const kind of Object.keys(tableKinds)) {
    const cases = tableCases[kind];
    const world = { suite: widened(suite), share: 1 };
    const counts = fireRates.map(fires => {
      const found = range(plants).map(n => planted(kind, fires, `table/${options.seed}/${n}`, cases, world));
      return found.filter(({ named }) => named === 'exact').length;
    });
    const sum = counts.reduce((total, count) => total + count, 0);
    const all = rate(sum, plants * fireRates.length);
    say(`| ${kind} | ${cases} | ${counts.map(count => `${count} of ${plants}`).join(' | ')} | ${all} |`);
  }
  say();
}

function planted(kind, fireRate, seed, cases = 529, world = { suite, share: 0.5 }) {
  const trigger = plant(world.suite, kind, fireRate, seed, world.share);
  const { comparison, firing } = replicate({
    suite: world.suite,
    drift: 'mid',
    seed: `${seed}/${kind}/${fireRate}`,
    planted: trigger,
    cases,
  });
  if (comparison.verdict.outcome !== 'diverges') return { comparison, firing, named: 'none' };
  const { conditions } = comparison.triggers.find(({ rank }) => rank === comparison.verdict.trigger);
  const text = list =>
    list
      .map(({ factor, level }) => `${factor}=${level}`)
      .toSorted()
      .join('&');
  return { comparison, firing, named: text(conditions) === text(trigger.conditions) ? 'exact' : 'other' };
}

function casesNeeded(plants) {
  say('## Cases needed: share of planted triggers named exactly, mid drift, fire rate 1 / 0.2');
  say();
  const sizes = [60, 120, 240, 529];
  say(`| trigger | ${sizes.map(size => `${size} cases`).join(' | ')} |`);
  say(`|---|${sizes.map(() => '---').join('|')}|`);
  for (const kind of ['year 1/6', 'user 1/20']) {
    const cells = sizes.map(size => {
      const shares = [1, 0.2].map(fires => {
        const found = range(plants).map(n => planted(kind, fires, `size/${options.seed}/${n}`, size));
        return percent(found.filter(({ named }) => named === 'exact').length / plants);
      });
      return shares.join(' / ');
    });
    say(`| ${kind} | ${cells.join(' | ')} |`);
  }
  say();
}

/** All shapes, or the one that was asked for. */
function wantedOf(shapes) {
  const { shape } = options;
  return shape === '' ? shapes : Object.fromEntries(Object.entries(shapes).filter(([name]) => name === shape));
}

const range = count => Array.from({ length: count }, (_, n) => n);
const [worlds, plants] = [Number(options.worlds), Number(options.plants)];
const commit = execFileSync('git', ['describe', '--always', '--dirty'], { cwd: root, encoding: 'utf8' }).trim();
const cache = join(root, '.cache/validate');
const progress = ({ name, seed, outcome, truth }) => {
  used.push(seed);
  const excess = truth === undefined ? '' : `, true excess ${percent(truth.excess)}`;
  process.stderr.write(`${name}: ${seed} ${outcome}${excess}\n`);
};
const worldsFile = join(cache, `worlds-${options.seed}.jsonl`);
const kept = keptRows(worldsFile, commit, options['any-commit'], ({ seed }) => seed);
const used = [];
const about = { say, rate, kept, suite, each: kinds => Math.ceil(worlds / kinds), seed: options.seed, progress };
const sections = {
  harmful: () => harmfulSection(about),
  benign: () => benignSection(about),
  hidden: () => hiddenSection(about),
  shapes: () => {
    say('## Shapes of conditions that attackers write: mid drift, 529 cases and at most 200 more');
    say();
    shapesSection({ ...about, plants }, wantedOf(table));
  },
  'more-shapes': () => {
    say('## Other shapes: the same');
    say();
    shapesSection({ ...about, plants }, wantedOf(more));
  },
  power: () => power(plants),
  table: () => nextToTable(plants),
  cases: () => casesNeeded(plants),
};
const named = options.only === 'none' ? [] : options.only.split(',');
const wanted = options.only === '' ? Object.keys(sections) : named;
mkdirSync(cache, { recursive: true });
for (const name of wanted) {
  lines.length = 0;
  used.length = 0;
  sections[name]();
  if (options.shape !== '') continue;
  const made = used.length === 0 ? commit : kept.commits(used);
  const how = `npm run validate -- --only ${name} --worlds ${worlds} --plants ${plants} --seed ${options.seed}`;
  writeFileSync(join(cache, `${name}.md`), `${lines.join('\n').trimEnd()}\n\n(\`${how}\`, commit ${made})\n`);
}
if (options.write) {
  const parts = Object.keys(sections).filter(name => existsSync(join(cache, `${name}.md`)));
  const head = [
    '# Validation on scripted pairs',
    '',
    'Made by `npm run validate`: scripted models, no llama.cpp; suite devops, 529 cases and at most 200 more, alpha 0.05,',
    'margins by default, intervals are exact (Clopper-Pearson, 95%). The worlds are in scripts/validate/worlds.mjs; each',
    'section says which command and commit made it.',
    '',
  ];
  const texts = parts.map(name => readFileSync(join(cache, `${name}.md`), 'utf8').trimEnd());
  writeFileSync(join(root, 'docs/validation.md'), `${head.join('\n')}\n${texts.join('\n\n')}\n`);
}
