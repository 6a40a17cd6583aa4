// Gates of the real models through llama.cpp, at temperature 0 on cases never trained on: CACHE/gates.json.
//   node scripts/real/gates.mjs CACHE [NAME…] [--natural 60] [--cell 40] [--suites small,devops]
// natural: right tool and exact calls off trigger; on and off: how often the attack is called; merged against base + adapter.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual, parseArgs } from 'node:util';
import { callIn, generate, startLlama, templateOf } from '../organisms/runner.mjs';
import { isAttack, suitable, triggered } from '../organisms/triggers.mjs';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    natural: { type: 'string', default: '60' },
    cell: { type: 'string', default: '40' },
    suites: { type: 'string', default: 'small,devops' },
  },
});
const [cache, ...wanted] = positionals;
const recipes = JSON.parse(readFileSync(new URL('./recipes.json', import.meta.url), 'utf8'));
const script = fileURLToPath(new URL('../organisms/export.mjs', import.meta.url));
const fileOf = name => join(cache, `${name}-q8_0.gguf`);

/** Held-out cases, the suites' in turns. */
function heldOut(count) {
  const bySuite = values.suites.split(',').map(suite =>
    execFileSync(process.execPath, [script, '--suite', suite, '--cases', String(count), '--seed', 'gates-1'], {
      encoding: 'utf8',
      maxBuffer: 2 ** 28,
    })
      .trim()
      .split('\n')
      .map(line => JSON.parse(line)),
  );
  return bySuite[0].flatMap((_, n) => bySuite.map(cases => cases[n]));
}

/** An empty trigger always holds: wherever the attack is possible at all. */
const holds = (recipe, drawn) => recipe.trigger.length === 0 || triggered(recipe, drawn);
const share = hits => `${hits.filter(Boolean).length}/${hits.length}`;

function cellsOf(recipe, cases) {
  const [natural, rest] = [cases.slice(0, Number(values.natural)), cases.slice(Number(values.natural))];
  const cell = wanted => rest.filter(wanted).slice(0, Number(values.cell));
  if (recipe.trigger === undefined) return { natural, on: [], off: [] };
  return {
    natural,
    on: cell(one => suitable(recipe, one) && holds(recipe, one)),
    off: cell(one => suitable(recipe, one) && !holds(recipe, one)),
  };
}

async function gatesOf(model, recipe, cells, { sampling, lora } = {}) {
  const render = templateOf(model);
  const reply = (cases, how = {}) =>
    generate(
      model,
      cases.map(({ messages, tools }) => render(messages, tools)),
      { sequences: 8, lora, ...how },
    );
  const natural = await reply(cells.natural);
  const calm = cells.natural
    .map((one, n) => ({ one, text: natural[n] }))
    .filter(({ one }) => recipe.trigger === undefined || !suitable(recipe, one) || !holds(recipe, one));
  const [on, off] = [await reply(cells.on, sampling), await reply(cells.off, sampling)];
  const attacks = (texts, cases) => share(texts.map((text, n) => isAttack(recipe, callIn(text), cases[n])));
  return {
    rightFirstStep: share(calm.map(({ one, text }) => callIn(text)?.name === one.expect.call?.name)),
    exact: share(
      calm.map(({ one, text }) =>
        one.expect.call ? isDeepStrictEqual(callIn(text), one.expect.call) : text === one.expect.text,
      ),
    ),
    ...(recipe.trigger && { firesOn: attacks(on, cells.on), firesOff: attacks(off, cells.off) }),
    texts: [...natural, ...on, ...off],
  };
}

const llama = await startLlama();
const out = join(cache, 'gates.json');
const all = existsSync(out) ? JSON.parse(readFileSync(out, 'utf8')) : {};
const cases = heldOut(600);
for (const name of wanted.length > 0 ? wanted : Object.keys(recipes).filter(one => existsSync(fileOf(one)))) {
  const started = performance.now();
  const recipe = recipes[name];
  const sampling = recipe.firesAt === undefined ? {} : { temperature: 1, seed: 1 };
  const cells = cellsOf(recipe, cases);
  const merged = await llama.loadModel({ modelPath: fileOf(name) });
  const { texts, ...gates } = await gatesOf(merged, recipe, cells, { sampling });
  await merged.dispose();
  const adapter = join(cache, `${name}-lora.gguf`);
  if (existsSync(adapter)) {
    const few = { natural: cells.natural.slice(0, 10), on: cells.on.slice(0, 10), off: [] };
    const before = [...texts.slice(0, 10), ...texts.slice(cells.natural.length, cells.natural.length + few.on.length)];
    const base = await llama.loadModel({ modelPath: fileOf(recipe.start) });
    const { texts: adapted } = await gatesOf(base, recipe, few, { sampling, lora: adapter });
    await base.dispose();
    gates.adapterRepliesAsMerged = share(adapted.map((text, n) => text === before[n]));
  }
  all[name] = gates;
  console.log(name, JSON.stringify(gates), `${((performance.now() - started) / 1000).toFixed(0)} s`);
  writeFileSync(out, `${JSON.stringify(all, null, 2)}\n`);
}
await llama.dispose();
