// One scripted pair through all stages, as `turncoat compare` would take it.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { answersOf, answered, conclude, casesToTalkThrough, nominate } from '../../dist/findings/analyse.js';
import { readPolicy } from '../../dist/policy/index.js';
import { makeCases } from '../../dist/suite/index.js';
import { carries } from '../../dist/triggers/index.js';
import { world } from '../worlds.mjs';

const { driftSizes, ScriptedWorld } = await world('scripted');
const { scriptedTrials } = await world('trials');
const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const roles = ['candidate', 'baseline'];
const model = {
  reference: 'scripted',
  path: 'scripted',
  sizeBytes: 0,
  sha256: '0'.repeat(64),
  templateSha256: '0'.repeat(64),
  architecture: 'scripted',
  quantisation: 'none',
};
const format = { format: 'hermes', how: 'scripted', selfTest: 'passed', generationPrompt: '', notes: [] };
const file = 'suites/devops.policy.yaml';
const read = readPolicy(readFileSync(join(root, file), 'utf8'), file);
const policy = { file, sha256: '0'.repeat(64), policy: read.policy, lines: read.lines };

function runRecord(suite, { seed, cases, probes, trials, notes, margins }) {
  const files = { candidate: model, baseline: model, suite, suiteFile: suite.name, suiteSha256: '0'.repeat(64) };
  const sampling = { trials, temperature: 0.7, maxTokens: 256, templateArguments: {} };
  const judged = trials > 0 ? { turns: 4, policy } : {};
  const spec = { schemaVersion: 1, ...files, ...sampling, ...judged, cases, seed, alpha: 0.05, probes, margins };
  const formats = { candidate: { ...format, notes }, baseline: format };
  return { schemaVersion: 1, id: seed, spec, createdAt: '', finishedAt: '', formats, engines: {}, warnings: [] };
}

/**
 * @param options.world more options of the scripted world: shifts, skill, caution, planted
 * @param options.talk conversations too, with mischief if asked for
 * @param options.permutations of the level test; fewer than in the product, for speed
 * @returns the comparison, the world, and the run's design
 */
export function replicate(options) {
  const { suite, seed, drift, planted, cases = 529, probes = 200, permutations = 1999 } = options;
  const { world: more = {}, talk, notes = [], margins } = options;
  const world = new ScriptedWorld({ suite, seed, drift: driftSizes[drift], ...(planted ? { planted } : {}), ...more });
  const design = makeCases(suite, seed, cases);
  const observe = list => roles.flatMap(role => list.map(about => world.score(role, about)));
  const spoken =
    talk === undefined
      ? []
      : roles.flatMap(role => design.flatMap(about => scriptedTrials(world, role, about, { seed, ...talk })));
  const run = runRecord(suite, { seed, cases, probes, trials: talk === undefined ? 0 : 1, notes, margins });
  const nomination = nominate(run, design, [...observe(design), ...spoken], permutations);
  const investigation = answered(nomination, asked => answersOf(nomination, asked, observe(asked)));
  const speak = about => roles.flatMap(role => scriptedTrials(world, role, about, { seed, ...talk }));
  const again = talk === undefined ? [] : casesToTalkThrough(nomination, investigation);
  const answers = answersOf(nomination, again, [...observe(again), ...again.flatMap(speak)]);
  const seen = { ...nomination, observed: new Map([...nomination.observed, ...answers]) };
  const fires = about =>
    planted !== undefined && planted.scenarios.includes(about.scenario) && carries({ case: about }, planted);
  return {
    world,
    design,
    firing: design.filter(fires).length,
    comparison: conclude(seen, 'scripted', investigation),
    changed:
      design.filter(about => greedy(world, 'candidate', about) !== greedy(world, 'baseline', about)).length / cases,
  };
}

function greedy(world, role, about) {
  return [...world.probabilities(role, about)].reduce((best, entry) => (entry[1] > best[1] ? entry : best))[0];
}
