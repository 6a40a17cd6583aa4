// What `src/index.ts` hands out, behind a check of its arguments. The check is here alone: what calls itself or each other
// inside is checked by its types.
import { z } from 'zod';
import { analyse as analyseUnchecked } from '../findings/analyse.ts';
import { allowancesSchema } from '../records/inspections/allowances.ts';
import { comparisonSchema } from '../records/comparison.ts';
import { most } from '../records/limits.ts';
import { runRecordSchema } from '../records/run.ts';
import { type Place, places, usualSettings as usualSettingsUnchecked } from '../records/settings.ts';
import { caseSchema } from '../records/suites/case.ts';
import { suiteSchema } from '../records/suites/suite.ts';
import { type ReportFormatName, reportFormats as reportFormatsUnchecked } from '../report/formats/index.ts';
import type { Report, ReportFormat } from '../report/formats/report.ts';
import * as suites from '../suite/index.ts';
import * as toolcalls from '../toolcalls/index.ts';
import { settingShape } from './asked.ts';
import { argumentsOf, checkArguments, door, promised } from './checked.ts';
import * as merging from './cluster/merging.ts';
import * as sharding from './cluster/sharding.ts';
import * as working from './cluster/working.ts';
import * as comparing from './compare/comparing.ts';
import * as kept from './compare/kept.ts';
import * as opening from './compare/suites.ts';
import * as explaining from './explain/explaining.ts';
import * as inspecting from './inspect/inspect-models.ts';
import * as references from './models/references.ts';
import * as planning from './plan/planning.ts';
import * as reviewing from './review/reviewing.ts';
import * as stored from './runs/runs.ts';
import * as journal from './sweep/journal.ts';
import * as sweeping from './sweep/sweeping.ts';

const text = z.string().min(1);
const aSwitch = z.boolean().optional();
const call = z.custom<(...given: never[]) => unknown>(value => typeof value === 'function', 'expected a function');
const signal = z.instanceof(AbortSignal, { error: 'expected an AbortSignal' });
const place = z.strictObject({ out: text, store: text.optional() });
const shard = z
  .strictObject({ index: z.int().min(1), of: z.int().min(1) })
  .refine(({ index, of }) => index <= of, 'expected an index up to `of`');
const store = z.looseObject(
  { run: call, cases: call, observations: call, decisions: call, derived: call, saveDerived: call },
  'expected a run that openRun opened',
);
/** A resolved model, or what is needed of one. */
const file = z.strictObject({
  reference: text,
  path: text,
  hashes: z.array(text).optional(),
  templateFile: text.optional(),
  shownAs: text.max(120).optional(),
  paths: z.array(text).optional(),
  files: z.array(z.looseObject({ path: text })).optional(),
  repo: text.optional(),
  commit: text.optional(),
  sampling: text.optional(),
  file: text.optional(),
  sha256: text.optional(),
  sizeBytes: z.number().optional(),
});
/** A scale's size is checked where models are opened. */
const model = file.extend({ adapters: z.array(file.extend({ scale: z.number() })).optional() });
const compared = z.strictObject({
  ...settingShape('compare'),
  candidate: model,
  baseline: model,
  suite: text,
  out: text,
  store: text.optional(),
  workers: aSwitch,
  shard: shard.optional(),
  weights: aSwitch,
  designOnly: aSwitch,
  takeOver: call.optional(),
});
const weighing = z.strictObject(settingShape('analyze')).optional();
const opened = z.looseObject({
  name: text,
  file: z.string(),
  budgetMs: z.number().min(0).optional(),
  pairs: z.array(
    z.looseObject({
      name: text,
      candidate: z.looseObject({ reference: text }),
      baseline: z.looseObject({ reference: text }),
      suite: text,
      seed: z.string(),
    }),
  ),
});
const tools = z.array(z.looseObject({ function: z.looseObject({ name: z.string() }) }));
const finish = ['stop', 'length'] as const;
const reported = z.looseObject({
  comparison: z.looseObject({
    ...comparisonSchema.omit({ findings: true, probes: true }).shape,
    findings: z.array(z.looseObject({ case: text })),
    probes: z.array(z.looseObject({ case: text })),
  }),
  decisions: z.instanceof(Map, { error: 'expected a Map' }),
  version: z.string(),
  page: call,
  embedded: call,
});

export const compare = promised('compare', comparing.compare, [
  ['request', compared],
  ['progress', call],
  ['signal', signal],
]);
export const reanalyse = promised('reanalyse', kept.reanalyse, [
  ['store', store],
  ['weighing', weighing],
]);
export const explain = promised('explain', explaining.explain, [
  ['store', store],
  ['about', caseSchema],
  [
    'request',
    z.strictObject({
      ...settingShape('explain'),
      prompts: z.int().min(explaining.leastPrompts).max(10_000).optional(),
    }),
  ],
  ['progress', call],
  ['signal', signal],
]);
export const openPolicy = door('openPolicy', opening.openPolicy, [['file', text]]);
export const openSuite = door('openSuite', opening.openSuite, [['nameOrFile', text]]);
export const mergeRuns = promised('mergeRuns', merging.mergeRuns, [
  ['sources', z.array(text).min(1)],
  ['place', place],
  ['weighing', weighing],
]);
export const observeShard = promised('observeShard', sharding.observeShard, [
  ['request', compared],
  ['shard', shard],
  ['progress', call],
  ['signal', signal],
]);
export const workOn = promised('workOn', working.workOn, [
  [
    'request',
    z.strictObject({
      ...settingShape('worker'),
      store: text,
      models: text.optional(),
      idleMs: z.number().min(0).optional(),
      ready: call,
      done: call,
      progress: call,
      signal,
    }),
  ],
]);
export const inspectModels = promised('inspectModels', inspecting.inspectModels, [
  [
    'request',
    z.strictObject({
      candidate: model,
      baseline: model.optional(),
      suite: suiteSchema,
      weights: aSwitch,
      offline: aSwitch,
      allow: allowancesSchema.optional(),
      readers: z.looseObject({ own: z.unknown(), second: z.unknown() }).optional(),
      progress: call,
      signal,
    }),
  ],
]);
export const resolveReferences = promised('resolveReferences', references.resolveReferences, [
  ['references', z.array(text)],
  [
    'choices',
    z.strictObject({
      update: aSwitch,
      offline: aSwitch,
      listener: z.looseObject({ report: call, note: call }),
      lockFile: text.optional(),
      signal,
    }),
  ],
]);
export const planSweep = promised('planSweep', planning.planSweep, [
  ['sweep', opened],
  ['options', z.strictObject({ folder: text, lockFile: text, measuring: call, signal })],
]);
export const runSweep = promised('runSweep', sweeping.runSweep, [
  ['sweep', opened],
  [
    'options',
    z.strictObject({
      folder: text,
      lockFile: text,
      progress: call,
      listen: call,
      pulled: call,
      started: call.optional(),
      signal,
    }),
  ],
]);
export const openSweep = door('openSweep', sweeping.openSweep, [['file', text]]);
export const readStatus = door('readStatus', journal.readStatus, [['folder', text]]);
export const reportOf = promised('reportOf', reviewing.reportOf, [
  ['request', z.strictObject({ store, against: text.optional(), beside: place, place })],
  ['details', z.int().min(0)],
  ['signal', signal],
]);
export const openRun = promised('openRun', stored.openRun, [
  ['name', text],
  ['place', place],
]);
export const runLocations = promised('runLocations', stored.runLocations, [['place', place]]);

/** One function a format: a report -> a whole file. */
export const reportFormats = Object.fromEntries(
  Object.entries<ReportFormat>(reportFormatsUnchecked).map(([name, format]) => [
    name,
    door<[report: Report], string | Promise<string>>(`reportFormats.${name}`, format, [['report', reported]]),
  ]),
) as Readonly<Record<ReportFormatName, ReportFormat>>;

const checkPlace = [{ name: 'place', schema: z.enum(places) }];
/** What a place takes where nothing is said. */
export const usualSettings: <P extends Place>(place: P) => ReturnType<typeof usualSettingsUnchecked<P>> = asked => {
  checkArguments('usualSettings', checkPlace, [asked]);
  return usualSettingsUnchecked(asked);
};

export const makeCases = door('makeCases', suites.makeCases, [
  ['suite', suiteSchema],
  ['seed', z.string()],
  ['count', z.int().min(1).max(most.cases)],
]);
const caseArguments = argumentsOf([
  ['suite', suiteSchema],
  ['origin', caseSchema],
  ['changes', z.record(z.string(), z.string())],
  ['index', z.int().min(0)],
  ['scenarioId', text.optional()],
]);
/** A case like another but for some levels (and perhaps the scenario): same slots, same phrasing, same formats. */
export const varyCase: typeof suites.varyCase = (...given) => {
  checkArguments('varyCase', caseArguments, given);
  const [{ factors, scenarios }, origin, changes, , scenarioId = origin.scenario] = given;
  // What the suite does not have would be ignored.
  const levels = z.strictObject(Object.fromEntries(Object.keys(factors).map(name => [name, z.string().optional()])));
  const scenario = z.enum(scenarios.map(({ id }) => id));
  const ofSuite = argumentsOf([
    ['changes', levels],
    ['scenarioId', scenario],
  ]);
  checkArguments('varyCase', ofSuite, [changes, scenarioId]);
  return suites.varyCase(...given);
};
export const readSuite = door('readSuite', suites.readSuite, [
  ['text', z.string()],
  ['file', z.string()],
]);
export const parse = door('parse', toolcalls.parse, [
  ['raw', z.string()],
  [
    'context',
    z
      .strictObject({
        template: z.string().nullish(),
        tools: tools.nullish(),
        generationPrompt: z.string().nullish(),
        finish: z.enum(finish).optional(),
      })
      .optional(),
  ],
]);
export const readReply = door('readReply', toolcalls.readReply, [
  ['raw', z.string()],
  [
    'context',
    z.strictObject({
      format: text,
      markers: z.strictObject({ open: text, close: z.string() }).optional(),
      generationPrompt: z.string().optional(),
      tools: tools.optional(),
      ownFormatAlone: z.literal(true).optional(),
      finish: z.enum([...finish, 'unfinished']).optional(),
    }),
  ],
]);
export const canonicalReply = door('canonicalReply', toolcalls.canonicalReply, [
  ['calls', z.array(z.looseObject({ name: z.string(), argumentsText: z.string() }))],
  ['tools', tools],
]);
export const analyse = door('analyse', analyseUnchecked, [
  ['run', runRecordSchema],
  ['location', z.string()],
  ['cases', z.array(caseSchema)],
  ['observations', z.array(z.looseObject({ kind: text, role: text, caseId: text }))],
]);
