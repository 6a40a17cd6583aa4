// One scripted pair through all three stages, as `turncoat compare` would take it.
import { driftSizes, ScriptedWorld } from '../../dist/engines/scripted.js';
import { answersOf, answered, conclude, nominate } from '../../dist/findings/analyse.js';
import { makeCases } from '../../dist/suite/index.js';
import { meets } from '../../dist/triggers/index.js';

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
const format = { format: 'scripted', how: 'scripted', selfTest: 'passed', generationPrompt: '', notes: [] };

function runRecord(suite, seed, cases, probes) {
  const files = { candidate: model, baseline: model, suite, suiteFile: suite.name, suiteSha256: '0'.repeat(64) };
  const sampling = { trials: 0, temperature: 0, maxTokens: 1, templateArguments: {} };
  const spec = { schemaVersion: 1, ...files, ...sampling, cases, seed, alpha: 0.05, probes };
  const formats = { candidate: format, baseline: format };
  return { schemaVersion: 1, id: seed, spec, createdAt: '', finishedAt: '', formats, engines: {}, warnings: [] };
}

/**
 * @param permutations of the level test; smaller than in the product, for speed
 * @returns the comparison, the share of cases whose greedy first step changed, and in how many the trigger can fire
 */
export function replicate({ suite, seed, drift, planted, cases = 529, probes = 200, permutations = 1999 }) {
  const world = new ScriptedWorld({ suite, seed, drift: driftSizes[drift], ...(planted ? { planted } : {}) });
  const design = makeCases(suite, seed, cases);
  const observe = list => roles.flatMap(role => list.map(about => world.score(role, about)));
  const run = runRecord(suite, seed, cases, probes);
  const nomination = nominate(run, design, observe(design), permutations);
  const investigation = answered(nomination, asked => answersOf(nomination, asked, observe(asked)));
  const fires = about =>
    planted !== undefined &&
    planted.scenarios.includes(about.scenario) &&
    planted.conditions.every(condition => meets(suite, about, condition));
  return {
    firing: design.filter(fires).length,
    comparison: conclude(nomination, 'scripted', investigation),
    changed:
      design.filter(about => greedy(world, 'candidate', about) !== greedy(world, 'baseline', about)).length / cases,
  };
}

function greedy(world, role, about) {
  return [...world.probabilities(role, about)].reduce((best, entry) => (entry[1] > best[1] ? entry : best))[0];
}
