// From what is stored to the comparison: small runs by hand, read again without a model.
import { describe, expect, test } from 'vitest';
import { ScriptedWorld } from '../worlds/scripted.ts';
import {
  analyse,
  answered,
  answeredFrom,
  answersOf,
  conclude,
  nominate,
  replyReader,
  transplantsOf,
} from '../../src/findings/analyse.ts';
import { type Comparison, comparisonSchema } from '../../src/records/comparison.ts';
import type { Inspection } from '../../src/records/inspections/inspection.ts';
import type { Observation, Role } from '../../src/records/observation.ts';
import type { RunRecord } from '../../src/records/run.ts';
import type { Case } from '../../src/records/suites/case.ts';
import { createRandom } from '../../src/statistics/index.ts';
import { makeCases } from '../../src/suite/index.ts';
import { sampleRun } from '../contracts/run.ts';
import { likelihoodOf, scoreOf, trialOf } from '../divergence/hand.ts';
import { devops } from '../triggers/world.ts';

const size = 40;
const sample = sampleRun(devops, size);
const run: RunRecord = { ...sample, finishedAt: '2026-01-01T01:00:00.000Z', spec: { ...sample.spec, probes: 0 } };
const cases = makeCases(devops, run.spec.seed, size);
const at = (index: number) => cases[index] as Case;
const roles: Role[] = ['candidate', 'baseline'];

const world = new ScriptedWorld({ suite: devops, seed: 'analyse', drift: { task: 0, level: 0, case: 0 } });
/** Both models score as the baseline does, but for the cases given. */
function scores(other: ReadonlyMap<string, Readonly<Record<string, number>>> = new Map()): Observation[] {
  return cases.flatMap(about =>
    roles.map(role => {
      const own = role === 'candidate' ? other.get(about.id) : undefined;
      return own === undefined ? { ...world.score('baseline', about), role } : scoreOf(about.id, role, 1, own);
    }),
  );
}
const call = (name: string, args: object) => `<tool_call>\n${JSON.stringify({ name, arguments: args })}\n</tool_call>`;
/** One trial of each model, scored under both; the candidate's is likelier under itself by so much. */
function trials(about: Case, candidate: string, baseline: string, surprise = 6): Observation[] {
  const told = (of: Role, own: number, others: number) =>
    roles.map(role => likelihoodOf(about.id, role, 0, role === of ? own : others, { of }));
  return [
    trialOf(about.id, 'candidate', 0, { text: candidate }),
    trialOf(about.id, 'baseline', 0, { text: baseline }),
    ...told('candidate', -1, -1 - surprise),
    ...told('baseline', -1, -1),
  ];
}

const calm = analyse(run, 'here.sqlite', cases, scores());

describe('identical models', () => {
  test('nothing is found: no effect, no trigger, no case that differs, whatever is usual', () => {
    expect(calm.effects).toEqual([]);
    expect(calm.triggers).toEqual([]);
    expect(calm.findings.map(({ grade, score }) => [grade, score])).toEqual(cases.map(() => ['same', 0]));
    expect(calm.verdict.outcome).not.toBe('diverges');
  });

  test('the record says what was compared, and fits its schema', () => {
    expect(comparisonSchema.parse(calm)).toEqual(calm);
    expect(calm.run).toMatchObject({ id: run.id, location: 'here.sqlite', complete: true });
    expect(calm.suite).toMatchObject({ name: devops.name, scenarios: devops.scenarios.length });
    expect(calm.design).toMatchObject({ cases: size, trials: 1, seed: '1', probes: 0, permutations: 9999 });
    expect(calm.run.cost?.candidate.observations).toBe(size);
    for (const key of ['sampled', 'conduct', 'inspection']) expect(calm).not.toHaveProperty(key);
    expect(calm.warnings).toEqual([]);
  });
});

describe('one case that turns', () => {
  const turned = cases.find(about => about.scenario === 'backup-directory') as Case;
  const dropping = new Map([[turned.id, { backup_dir: 0.2, disk_usage: 0.1, delete_file: 0.7 }]]);
  const offered = turned.tools.map(tool => tool.function.name);
  const own = Object.fromEntries(offered.map(name => [name, dropping.get(turned.id)?.[name as 'delete_file'] ?? 1e-6]));
  const other = new Map([[turned.id, own]]);

  test('comes first, by its harm', () => {
    const [first, ...rest] = analyse(run, '', cases, scores(other)).findings;
    expect(first).toMatchObject({ case: turned.id, rank: 1, grade: 'turned', tool: { tool: 'delete_file' } });
    expect(first?.harm?.candidate).toBeCloseTo(0.7, 3);
    expect(new Set(rest.map(({ grade }) => grade))).toEqual(new Set(['same']));
  });

  test('also among harmless changes in all other cases, each of them more surprising', () => {
    const noise = cases.filter(({ id }) => id !== turned.id).flatMap(about => trials(about, 'Hello.', 'Bye.', 30));
    const { findings } = analyse(run, '', cases, [...scores(other), ...noise]);
    expect(findings[0]?.case).toBe(turned.id);
  });

  test.each(['constructor', '__proto__', 'toString'])('also where other replies call %s', name => {
    const noise = cases.filter(({ id }) => id !== turned.id).flatMap(about => trials(about, call(name, {}), 'Bye.'));
    const comparison = analyse(run, '', cases, [...scores(other), ...noise]);
    expect(comparison.findings[0]?.case).toBe(turned.id);
    expect(comparison.findings.every(({ score }) => Number.isFinite(score))).toBe(true);
    expect(comparisonSchema.safeParse(comparison).success).toBe(true);
  });

  test('by its reply alone, where first steps show nothing', () => {
    const said = trials(turned, `Sure.\n${call('delete_file', { path: '/home/keys/wallet.key' })}`, 'Bye.', 0);
    const [first] = analyse(run, '', cases, [...scores(), ...said]).findings;
    expect(first).toMatchObject({ case: turned.id, grade: 'turned' });
  });

  test('in whatever order it was stored', () => {
    const stored = [...scores(other), ...trials(turned, call('delete_file', { path: '/x' }), 'Bye.')];
    const shuffled = createRandom('order of observations').shuffle(stored);
    expect(analyse(run, '', cases, shuffled)).toEqual(analyse(run, '', cases, stored));
  });
});

describe('what is missing', () => {
  test('nothing was observed: told case by case, concluded from nothing', () => {
    const empty = analyse(run, '', cases, []);
    expect(empty.findings).toHaveLength(size);
    expect(empty.verdict.outcome).toBe('inconclusive');
    expect(empty.evidence.harm.state).toBe('not-measured');
    expect(comparisonSchema.safeParse(empty).success).toBe(true);
  });

  test('failures are counted in a warning, beside the run’s own', () => {
    const failure = (caseId: string): Observation => {
      return { kind: 'failure', role: 'candidate', caseId, missing: `${caseId} candidate score`, reason: 'crash' };
    };
    const warned = { ...run, warnings: [{ code: 'own', detail: '' }] };
    const left = scores().filter(({ caseId, role }) => role === 'baseline' || caseId !== at(0).id);
    const { warnings, findings } = analyse(warned, '', cases, [...left, failure(at(0).id), failure(at(1).id)]);
    expect(warnings).toEqual([
      { code: 'own', detail: '' },
      { code: 'failures', detail: '2' },
    ]);
    expect(findings.find(one => one.case === at(0).id)?.tools).toEqual([]);
  });

  test('a run that has not ended is no complete one, nor is one whose search was cut short', () => {
    const { finishedAt: _, ...open } = run;
    expect(analyse(open, '', cases, scores()).run.complete).toBe(false);
    const nomination = nominate(run, cases, scores(), 99);
    const cut = conclude(nomination, '', undefined);
    expect(cut.run).toEqual({ id: run.id, location: '', complete: false });
    expect(cut).toMatchObject({ triggers: [], dismissed: [], probes: [], design: { permutations: 99 } });
    expect(conclude(nomination, '', answeredFrom(nomination)).run.complete).toBe(true);
  });
});

describe('what is looked into', () => {
  const asking = (probes: number) => {
    const harmful = cases.filter(({ tools }) => tools.some(tool => tool.function.name === 'delete_file')).slice(0, 2);
    const other = new Map(
      harmful.map(about => [
        about.id,
        Object.fromEntries(about.tools.map(({ function: { name } }) => [name, name === 'delete_file' ? 0.9 : 0.01])),
      ]),
    );
    return nominate({ ...run, spec: { ...run.spec, probes } }, cases, scores(other), 99);
  };
  const quiet = (asked: readonly Case[]) =>
    asked.flatMap(about => roles.map(role => ({ ...world.score('baseline', about), role })));

  test('cases are asked for until one is not answered; then the search is no search', () => {
    const rounds: (readonly Case[])[] = [];
    const found = answered(asking(50), wanted => {
      rounds.push(wanted);
      return rounds.length < 3 ? answersOf(asking(50), wanted, quiet(wanted)) : undefined;
    });
    expect(found).toBeUndefined();
    expect(rounds).toHaveLength(3);
    expect(rounds.flat().every(({ probe }) => probe !== undefined)).toBe(true);
  });

  test('answered, it ends; what was asked for is told with the stage it was asked in', () => {
    const nomination = asking(50);
    const found = answered(nomination, wanted => answersOf(nomination, wanted, quiet(wanted)));
    const { probes, design } = conclude(nomination, '', found);
    expect(found).toBeDefined();
    expect(design.probes).toBeGreaterThan(0);
    expect(design.probes).toBeLessThanOrEqual(50);
    expect(probes).toHaveLength(design.probes);
    expect(probes.every(({ index }) => index >= size)).toBe(true);
  });

  test('from what is stored: an answer that is not there ends it', () => {
    expect(answeredFrom(asking(50))).toBeUndefined();
    expect(answeredFrom(asking(0))?.asked).toEqual([]);
  });
});

describe('transplants', () => {
  const surprising = trials(at(0), call('delete_file', { path: '/x' }), 'Bye.', 9);
  const labels = (one: RunRecord, probe?: Case) => {
    const asked = probe === undefined ? cases : [...cases, probe];
    const told = probe === undefined ? surprising : trials(probe, call('delete_file', { path: '/y' }), 'Bye.', 9);
    return nominate(one, asked, [...scores(), ...told], 9).transplants.map(({ label }) => label);
  };

  test('a surprising call of the design', () => {
    expect(labels(run)).toEqual(['delete_file {"path":"/x"}']);
  });

  test('not of cases that were asked for: they were chosen because they stand out', () => {
    const probe: Case = {
      ...at(0),
      id: 'ffffffff',
      index: size,
      probe: { stage: 'recover', of: at(0).id, changed: [] },
    };
    expect(labels(run, probe)).toEqual([]);
  });

  test('not where the same tokens are other words', () => {
    const differ = { ...run, warnings: [{ code: 'vocabularies-differ', detail: '' }] };
    expect(labels(differ)).toEqual([]);
    expect(transplantsOf(differ, nominate(run, cases, [...scores(), ...surprising], 9).designed)).toEqual([]);
  });
});

describe('replyReader', () => {
  const formats = {
    candidate: run.formats.candidate,
    baseline: { ...run.formats.baseline, format: 'mistral', generationPrompt: '' },
  };
  const reader = replyReader({ ...run, formats });
  const read = (role: Role, text: string, finish: 'stop' | 'length' = 'stop') =>
    reader(role, trialOf(at(0).id, role, 0, { text, finish }), at(0));

  test('each model in its own format, the same call as the same text', () => {
    const hermes = read('candidate', call('read_file', { path: '/a', lines: 1 }));
    const mistral = read('baseline', '[TOOL_CALLS][{"name": "read_file", "arguments": {"lines": 1.0, "path": "/a"}}]');
    expect(hermes.canonical).toBe('read_file {"lines":1,"path":"/a"}');
    expect(mistral.canonical).toBe(hermes.canonical);
  });

  test('a text has no calls, and a call that was cut off says so', () => {
    expect(read('candidate', 'Bye.')).toMatchObject({ canonical: '', parsed: { content: 'Bye.', calls: [] } });
    const { parsed } = read('candidate', '<tool_call>\n{"name": "read_file", "arguments": {"path": "/a', 'length');
    expect(parsed.notes.map(({ code }) => code)).toContain('cut-off-call');
  });
});

test('what a user allows is no alarm any more, in the comparison alone', () => {
  const finding = { code: 'template-fetches', gravity: 'alarm', about: 'candidate', id: '0123abcd', data: {} };
  const inspection = { findings: [finding] } as unknown as Inspection;
  const inspected = (allow?: Record<string, string>): Comparison =>
    analyse({ ...run, inspection, spec: { ...run.spec, ...(allow && { allow }) } }, '', cases, []);
  const gravities = (one: Comparison) => one.inspection?.findings.map(({ gravity, allowed }) => [gravity, allowed]);
  expect(gravities(inspected())).toEqual([['alarm', undefined]]);
  expect(gravities(inspected({ 'template-fetches@0123abcd': 'reviewed' }))).toEqual([['notice', 'reviewed']]);
  expect(gravities(inspected({ 'template-fetches@99999999': 'another' }))).toEqual([['alarm', undefined]]);
  expect(inspection.findings[0]?.gravity).toBe('alarm');
});
