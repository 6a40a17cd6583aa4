// Memory of the command itself over a long night: comparisons one after the other, with everything real but the models,
// which are scripted. Prints resident memory after each. test/sweep/memory.test.ts runs it.
//   npm run build && node scripts/memory-bench.mjs [--observations 100000] [--cases 529] [--json]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { goOn } from '../dist/app/compare/comparing.js';
import { saveMemory } from '../dist/app/sweep/memory.js';
import { locationOf, prepare } from '../dist/app/compare/preparing.js';
import { usualSettings } from '../dist/records/settings.js';
import { createRandom } from '../dist/statistics/index.js';
import { world as worldOf } from './worlds.mjs';

const { driftSizes, ScriptedWorld } = await worldOf('scripted');
const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values: options } = parseArgs({
  options: {
    observations: { type: 'string', default: '100000' },
    cases: { type: 'string', default: '529' },
    json: { type: 'boolean', default: false },
  },
});
const wanted = Number(options.observations);
const never = new AbortController().signal;
const say = text => (options.json ? {} : process.stdout.write(`${text}\n`));

/** Scores of a scripted pair, and replies of the length that real ones have: a call, or some words. */
function observers(suite, seed, count) {
  const world = new ScriptedWorld({ suite, seed, drift: driftSizes.low });
  return async design => {
    const cases = new Map(design.map(about => [about.id, about]));
    const observe = async function* (role, jobs) {
      for (let from = 0; from < jobs.length; from += 32) {
        const batch = jobs.slice(from, from + 32).flatMap(job => observed(world, cases, role, job));
        count(batch.length);
        yield batch;
      }
    };
    const dispose = async () => {};
    return { together: true, facts: () => ({}), get: async () => ({ observe }), [Symbol.asyncDispose]: dispose };
  };
}

function observed(world, cases, role, { caseId, score, trials, likelihoods }) {
  const about = cases.get(caseId);
  const cost = { promptTokens: 300, reusedTokens: 200, evaluatedTokens: 100, durationMs: 1 };
  const random = createRandom(`${caseId}/${role}`);
  const tool = about?.tools[0]?.function.name;
  const text = `<tool_call>\n{"name": "${tool}", "arguments": {"path": "/srv/${random.integer(4)}"}}\n</tool_call>`;
  return [
    ...(score && about ? [world.score(role, about)] : []),
    ...trials.map(({ trial }) => {
      const tokens = Array.from({ length: 40 }, () => random.integer(32_000));
      return { kind: 'trial', role, caseId, trial, seed: 1, text, tokens, finish: 'stop', ...cost };
    }),
    ...likelihoods.map(({ of, trial, from }) => {
      const logLikelihood = -1 - random.next();
      return {
        kind: 'likelihood',
        role,
        caseId,
        of,
        trial,
        ...(from && { from }),
        logLikelihood,
        tokenCount: 40,
        ...cost,
      };
    }),
  ];
}

saveMemory();
const folder = mkdtempSync(join(tmpdir(), 'turncoat-memory-'));
const model = name => ({ reference: name, path: join(root, `models/organisms/${name}.gguf`) });
const rows = [];
let total = 0;
try {
  for (let seed = 1; total < wanted; seed++) {
    const request = {
      ...usualSettings('compare'),
      turns: 1,
      candidate: model('benign'),
      baseline: model('base'),
      suite: 'devops',
      cases: Number(options.cases),
      trials: 1,
      maxTokens: 48,
      seed: String(seed),
      // Cases beyond the design are drawn while it goes on; scripted models know the design only.
      probes: 0,
      out: folder,
      gpu: 'off',
    };
    const prepared = await prepare(request, () => {}, never);
    const location = locationOf(request, prepared.spec);
    const machine = {
      progress: () => {},
      signal: never,
      gpu: 'off',
      observers: observers(prepared.spec.suite, request.seed, count => (total += count)),
    };
    await goOn(prepared, location, machine);
    rmSync(location, { force: true });
    rows.push({ observations: total, residentMb: Math.round(process.memoryUsage.rss() / 1e6) });
    say(`${seed}  ${total} observations  ${rows.at(-1).residentMb} MB`);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const peak = Math.round(process.resourceUsage().maxRSS / 1000);
say(`peak ${peak} MB`);
if (options.json) process.stdout.write(`${JSON.stringify({ rows, peakMb: peak })}\n`);
