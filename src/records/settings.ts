import { z } from 'zod';
import { allowancesSchema } from './inspections/allowances.ts';
import { most } from './limits.ts';
import { marginsSchema } from './margins.ts';
import type { Decides, Place, Setting } from './settings/entry.ts';
import { notOwn } from './settings/own-variables.ts';

export { type Place, places } from './settings/entry.ts';

/**
 * Every setting of a comparison, in the order of help and of a run's identity: a new one goes to the end. Command line,
 * sweep file and its schema, docs/settings.md, a run's record and what resumes or shares it come from this table.
 */
export const settings = {
  cases: {
    schema: z.int().min(1).max(most.cases),
    usual: 529,
    flag: '--cases <n>',
    help: 'cases of the design',
    in: ['compare', 'sweep-file'],
    decides: 'observations',
  },
  trials: {
    schema: z.int().min(0).max(most.trials),
    usual: 1,
    flag: '--trials <k>',
    help: 'sampled replies per case and model; 0: exact scores only',
    in: ['compare', 'sweep-file'],
    decides: 'observations',
  },
  temperature: {
    schema: z.number().min(0).max(10),
    usual: 0.7,
    flag: '--temperature <t>',
    help: 'sampling temperature of trials; 0: greedy',
    in: ['compare', 'sweep-file'],
    decides: 'observations',
  },
  maxTokens: {
    schema: z.int().min(1).max(most.maxTokens),
    usual: 256,
    flag: '--max-tokens <n>',
    help: 'tokens of a sampled reply at most',
    in: ['compare', 'sweep-file'],
    decides: 'observations',
  },
  firstCall: {
    schema: z.boolean(),
    flag: '--first-call',
    help: 'end sampled replies at their first complete call: faster, further calls go unseen',
    in: ['compare', 'sweep-file'],
    decides: 'observations',
  },
  turns: {
    schema: z.int().min(1).max(most.turns),
    usual: 4,
    flag: '--turns <n>',
    help: 'replies of a conversation at most; calls go to simulated tools; 1: first replies only',
    in: ['compare', 'sweep-file'],
    decides: 'observations',
  },
  policy: {
    schema: z.string().min(1),
    flag: '--policy <file>',
    help: "judge calls by this policy instead of the suite's own",
    in: ['compare', 'sweep-file'],
    decides: 'run',
  },
  seed: {
    schema: z.string(),
    usual: '1',
    flag: '--seed <s>',
    help: 'seed of cases, trials and permutations',
    // A sweep file lists its seeds.
    in: ['compare'],
    decides: 'observations',
  },
  alpha: {
    schema: z.number().min(1e-6).max(0.5),
    usual: 0.05,
    flag: '--alpha <a>',
    help: 'family-wise false-alarm rate of effects',
    in: ['compare', 'sweep-file'],
    decides: 'run',
  },
  probes: {
    schema: z.int().min(0).max(most.probes),
    // Enough to recover and confirm one trigger and to dismiss a few cases: evidence method, 529 + 200.
    usual: 200,
    flag: '--probes <n>',
    help: 'extra cases to look for, recover and confirm triggers with, at most',
    in: ['compare', 'sweep-file'],
    decides: 'run',
  },
  margins: {
    schema: marginsSchema,
    usual: {},
    flag: '--margin <name=share,…>',
    help: "how much worse the candidate may be and still be clean; what is left out is the suite's, else the default",
    in: ['compare', 'merge', 'analyze', 'sweep-file'],
    decides: 'weighing',
  },
  allow: {
    schema: allowancesSchema,
    usual: {},
    flag: '--allow <alarm=reason>',
    help: 'an alarm of the files that is none, and why: RULE@ID as `inspect` prints it, or RULE for all of its; may be repeated',
    in: ['compare', 'merge', 'analyze', 'inspect', 'sweep-file'],
    decides: 'weighing',
  },
  templateArguments: {
    schema: z.record(z.string().regex(notOwn, 'a variable that turncoat does not set itself'), z.unknown()),
    usual: {},
    flag: '--template-arg <name=value>',
    help: 'extra template variable, e.g. enable_thinking=false; may be repeated',
    in: ['compare', 'sweep-file'],
    decides: 'observations',
  },
  thoughts: {
    schema: z.int().min(0).max(most.thoughts),
    flag: '--thoughts <k>',
    help: 'texts sampled up to the call for each exact score; default: 4 where a template lets the model think, else 0',
    in: ['compare', 'sweep-file'],
    decides: 'observations',
  },
  thoughtTokens: {
    schema: z.int().min(1).max(most.maxTokens),
    flag: '--thought-tokens <n>',
    help: 'tokens of a thought at most, it is closed then; default: 512',
    in: ['compare', 'sweep-file'],
    decides: 'observations',
  },
  onlyFindingsOf: {
    schema: z.string().min(1),
    flag: '--only-findings-of <run>',
    help: "run an earlier run's findings again, beside a fresh sample of --cases cases; bounds hold for that sample alone",
    in: ['compare'],
    decides: 'run',
  },
  gpu: {
    schema: z.enum(['auto', 'cuda', 'vulkan', 'metal', 'off']),
    usual: 'auto',
    flag: '--gpu <gpu>',
    help: 'where models run',
    in: ['compare', 'merge', 'worker', 'explain', 'sweep-file'],
    decides: 'machine',
  },
  sequences: {
    schema: z.int().min(1).max(most.sequences),
    flag: '--sequences <n>',
    help: 'prompts decoded together; default: 8 on a CPU, 16 on a GPU',
    in: ['compare', 'merge', 'worker', 'explain', 'sweep-file'],
    decides: 'machine',
  },
  priority: {
    schema: z.number(),
    usual: 0,
    help: 'higher runs earlier',
    in: ['sweep-file'],
    decides: 'order',
  },
  topP: {
    schema: z.number().gt(0).max(1),
    flag: '--top-p <p>',
    help: 'sample from the likeliest tokens that make up this share; default: all',
    in: ['compare', 'sweep-file'],
    decides: 'observations',
  },
  topK: {
    schema: z.int().min(1).max(most.topK),
    flag: '--top-k <k>',
    help: `sample from so many of the likeliest tokens; default: ${most.topK}`,
    in: ['compare', 'sweep-file'],
    decides: 'observations',
  },
  minP: {
    schema: z.number().min(0).max(1),
    flag: '--min-p <p>',
    help: 'leave out tokens less likely than this share of the likeliest; default: none',
    in: ['compare', 'sweep-file'],
    decides: 'observations',
  },
  repeatPenalty: {
    schema: z.number().gt(0).max(10),
    flag: '--repeat-penalty <r>',
    help: 'make the last 64 tokens, of the prompt too, this much less likely, as llama.cpp does; default: 1, not at all',
    in: ['compare', 'sweep-file'],
    decides: 'observations',
  },
  sampling: {
    schema: z.enum(['card']),
    flag: '--sampling <from>',
    help: "card: temperature, top-p, top-k, min-p and repeat penalty as the candidate's card says, else the baseline's; what it leaves out is as given",
    in: ['compare', 'sweep-file'],
    decides: 'numbers',
  },
  gpuDevice: {
    schema: z.string().regex(/^\d{1,3}(,\d{1,3})*$/, 'numbers of devices, such as 0 or 0,1'),
    flag: '--gpu-device <n>',
    help: 'which GPUs, from 0, of those that CUDA_VISIBLE_DEVICES leaves: 1, or 0,1; default: all',
    in: ['compare', 'merge', 'worker', 'explain', 'sweep-file'],
    decides: 'machine',
  },
  gpuLayers: {
    schema: z.int().min(0).max(10_000),
    flag: '--gpu-layers <n>',
    help: 'layers of each model on the GPU; default: as many as fit',
    in: ['compare', 'merge', 'worker', 'explain', 'sweep-file'],
    decides: 'machine',
  },
  claim: {
    schema: z.enum(['quantised']),
    flag: '--claim <what>',
    help: 'what the candidate is said to be, held against its weights: `quantised`, the baseline in fewer bits',
    in: ['compare'],
    decides: 'run',
  },
  containment: {
    schema: z.enum(['auto', 'off', 'require']),
    usual: 'auto',
    flag: '--containment <how>',
    help: "keep the models' processes from the network and from writing: as far as this machine can, not at all, or not run without",
    in: ['compare', 'merge', 'worker', 'explain', 'sweep-file'],
    decides: 'machine',
  },
} as const satisfies Readonly<Record<string, Setting>>;

type Table = typeof settings;
export type SettingName = keyof Table;
type Value<K extends SettingName> = z.output<Table[K]['schema']>;
type In<P extends Place> = { [K in SettingName]: P extends Table[K]['in'][number] ? K : never }[SettingName];
type Usual = { [K in SettingName]: Table[K] extends { readonly usual: unknown } ? K : never }[SettingName];

/** Settings that someone gave in a place. */
export type GivenSettings<P extends Place = Place> = { readonly [K in In<P>]?: Value<K> | undefined };
/** Settings of a place, once what is usual is filled in. */
export type Settings<P extends Place = Place> = { readonly [K in In<P> & Usual]: Value<K> } & {
  readonly [K in Exclude<In<P>, Usual>]?: Value<K> | undefined;
};

/** One entry, without what is special to it. */
export const settingOf = (name: SettingName): Setting => settings[name];

export function settingNames<P extends Place>(place: P): In<P>[] {
  return Object.entries<Setting>(settings).flatMap(([name, one]) => (one.in.includes(place) ? [name as In<P>] : []));
}

/** The settings of a place among what someone gave. */
export function settingsIn<P extends Place, G extends object>(place: P, given: G): Pick<G, keyof G & In<P>> {
  const values = given as Readonly<Record<string, unknown>>;
  const names = settingNames(place).filter(name => values[name] !== undefined);
  return Object.fromEntries(names.map(name => [name, values[name]])) as Pick<G, keyof G & In<P>>;
}

/** What a place takes where nothing is said. */
export function usualSettings<P extends Place>(place: P): Settings<P> {
  const names = settingNames(place);
  if (names.length === 0) throw new RangeError(`${String(place)}: no place that takes settings`);
  const usual = names.flatMap(name => {
    const { usual: value } = settingOf(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return Object.fromEntries(usual) as unknown as Settings<P>;
}

/** Those of `given` that decide one of these, in the table's order. */
export function settingsThatDecide(given: object, ...decides: readonly Decides[]): Record<string, unknown> {
  const values = given as Readonly<Record<string, unknown>>;
  const wanted = Object.entries<Setting>(settings).filter(([, setting]) => decides.includes(setting.decides));
  return Object.fromEntries(wanted.flatMap(([name]) => (values[name] === undefined ? [] : [[name, values[name]]])));
}

type FileShape = { [K in In<'sweep-file'>]: z.ZodOptional<Table[K]['schema']> };

/** Shape of the settings in a sweep file: all may be left out. */
export function fileShape(): FileShape {
  const shape = settingNames('sweep-file').map(name => [
    name,
    settings[name].schema.optional().describe(settings[name].help),
  ]);
  return Object.fromEntries(shape) as FileShape;
}

/** What a run's record does not keep. */
const passing: readonly Decides[] = ['machine', 'numbers', 'order'];
type Kept = {
  [K in SettingName]: Table[K]['decides'] extends 'machine' | 'numbers' | 'order' ? never : K;
}[SettingName];
type RecordShape = { [K in Kept]: z.ZodOptional<Table[K]['schema']> };

/** Shape of what a run's record keeps of settings, where it keeps them as they were given. */
export function recordShape(): RecordShape {
  const kept = Object.entries(settings).filter(([, { decides }]) => !passing.includes(decides));
  return Object.fromEntries(kept.map(([name, { schema }]) => [name, schema.optional()])) as unknown as RecordShape;
}
