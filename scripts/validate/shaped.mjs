// How often planted shapes are named exactly: the confirmed triggers together hold in the same contexts as what was planted.
import { carries } from '../../dist/triggers/index.js';
import { isHarmful } from '../../dist/triggers/settled.js';
import { median } from '../../dist/statistics/index.js';
import { conditionText, readCondition } from '../../dist/factors/conditions.js';
import { replicate } from './replicate.mjs';
import { contextsOf, plantShape } from './shapes.mjs';

/** One pair with a planted shape -> how it came out. */
export function shaped({ suite, name, rate, seed, cases, probes, drift = 'mid' }) {
  const { holds, shift, scenarios } = plantShape(suite, name, rate, seed);
  const { comparison, design } = replicate({
    suite,
    drift,
    seed: `${seed}/${name}/${rate}`,
    cases,
    probes,
    world: { shifts: [shift] },
  });
  const confirmed = comparison.triggers.filter(isHarmful);
  const told = about => confirmed.some(trigger => carries({ case: about }, trigger));
  const { outcome } = comparison.verdict;
  const firing = design.filter(about => scenarios.has(about.scenario) && holds(about)).length;
  const exact =
    outcome === 'diverges' && confirmed.length > 0 && contextsOf(suite).every(one => told(one) === holds(one));
  const names = confirmed.map(({ conditions }) =>
    conditions.map(one => conditionText(readCondition(one))).join(' and '),
  );
  const each = confirmed[0]?.probes;
  return { name, rate, seed, outcome, exact, firing, names, probes: comparison.design.probes, each, comparison };
}

/** @param shapes which ones, by name */
export function shapesSection({ say, rate: share, suite, plants, seed, kept, progress }, shapes) {
  say(
    'Planted as a predicate, in half of the tasks that offer its tool and do not ask for it; it fires there with the given',
  );
  say(
    'probability. Met: the design has a case in which it fires. Exact: the verdict is `diverges`, and the confirmed triggers',
  );
  say('together hold in the very contexts in which the predicate does.');
  say();
  say(
    '| shape | fires | met | exact | diverges otherwise | inconclusive | clean | extra cases, median | for the first trigger, median (most) |',
  );
  say('|---|---|---|---|---|---|---|---|---|');
  for (const name of Object.keys(shapes)) {
    for (const rate of [1, 0.2]) {
      const found = Array.from({ length: plants }, (_, n) => {
        const key = `shapes/${seed}/${n}`;
        const known = kept.get(`${key}/${name}/${rate}`);
        if (known === undefined) {
          const { comparison: _, seed: of, ...one } = shaped({ suite, name, rate, seed: key });
          kept.add({ ...one, seed: `${of}/${name}/${rate}` });
        }
        const row = kept.get(`${key}/${name}/${rate}`);
        progress(row);
        return row;
      });
      const count = holds => found.filter(holds).length;
      const exact = count(one => one.exact);
      const other = count(one => one.outcome === 'diverges' && !one.exact);
      const open = count(one => one.outcome === 'inconclusive');
      const met = count(one => one.firing > 0);
      const clean = plants - exact - other - open;
      const probes = median(found.map(one => one.probes));
      const each = found.flatMap(one => one.each ?? []);
      const first = each.length === 0 ? '' : `${median(each)} (${Math.max(...each)})`;
      say(
        `| ${name} | ${rate} | ${met} | ${share(exact, plants)} | ${other} | ${open} | ${clean} | ${probes} | ${first} |`,
      );
    }
  }
  say();
}
