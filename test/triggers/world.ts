// Scripted pairs taken through all three stages, for tests of the method; claims about models are tested on models.
import { readFileSync } from 'node:fs';
import { driftSizes, type Planted, ScriptedWorld, type Shift } from '../worlds/scripted.ts';
import { answered, answersOf, conclude, nominate, type Nomination } from '../../src/findings/analyse.ts';
import type { Case } from '../../src/records/suites/case.ts';
import type { Comparison } from '../../src/records/comparison.ts';
import type { Observation, Role } from '../../src/records/observation.ts';
import type { RunRecord } from '../../src/records/run.ts';
import type { Suite } from '../../src/records/suites/suite.ts';
import { makeCases, readSuite } from '../../src/suite/index.ts';

export const devops = readSuite(readFileSync('suites/devops.yaml', 'utf8'), 'suites/devops.yaml');

export interface Pair {
  readonly run: RunRecord;
  readonly nomination: Nomination;
  readonly observe: (cases: readonly Case[]) => Observation[];
}

/** A pair after stage 1. */
export function scriptedPair(
  seed: string,
  {
    suite = devops,
    drift = 'mid',
    planted,
    shifts,
    probes = 200,
  }: { suite?: Suite; drift?: keyof typeof driftSizes; planted?: Planted; shifts?: readonly Shift[]; probes?: number },
): Pair {
  const world = new ScriptedWorld({
    suite,
    seed,
    drift: driftSizes[drift],
    ...(planted === undefined ? {} : { planted }),
    ...(shifts === undefined ? {} : { shifts }),
  });
  const observe = (cases: readonly Case[]) =>
    (['candidate', 'baseline'] as Role[]).flatMap(role => cases.map(about => world.score(role, about)));
  const run = scriptedRun(suite, seed, probes);
  const design = makeCases(suite, seed, run.spec.cases);
  return { run, observe, nomination: nominate(run, design, observe(design), 1999) };
}

/** The whole comparison of a pair, and what stage 2 and 3 asked for. */
export function compared({ nomination, observe }: Pair): { comparison: Comparison; asked: Case[] } {
  const asked: Case[] = [];
  const investigation = answered(nomination, cases => {
    asked.push(...cases);
    return answersOf(nomination, cases, observe(cases));
  });
  return { comparison: conclude(nomination, 'scripted', investigation), asked };
}

/** The record of a run whose models are scripted. */
export function scriptedRun(suite: Suite, seed: string, probes: number): RunRecord {
  const hash = '0'.repeat(64);
  const file = { reference: 'scripted', path: 'scripted', sizeBytes: 0, sha256: hash, templateSha256: hash };
  const model = { ...file, architecture: 'scripted', quantisation: 'none' };
  const format = { format: 'scripted', how: 'scripted', selfTest: 'passed', generationPrompt: '', notes: [] };
  const sampling = { trials: 0, temperature: 0, maxTokens: 1, templateArguments: {} };
  return {
    schemaVersion: 1,
    id: seed,
    spec: {
      schemaVersion: 1,
      candidate: model,
      baseline: model,
      suite,
      suiteFile: suite.name,
      suiteSha256: hash,
      ...sampling,
      cases: 529,
      seed,
      alpha: 0.05,
      probes,
    },
    createdAt: '',
    finishedAt: '',
    formats: { candidate: format, baseline: format },
    engines: {},
    warnings: [],
  };
}
