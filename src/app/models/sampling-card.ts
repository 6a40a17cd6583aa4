// How a model's card wants it to be sampled -> settings. The card is the file's own keys, as llama.cpp takes them, else a
// generation_config.json. Both models are sampled alike: by the candidate's card, which is what its users will run.
import { UserError } from '../../errors.ts';
import type { ModelFile } from '../../gguf/index.ts';
import { type FoundText, readGenerationConfig } from '../../hub/index.ts';
import type { Role } from '../../records/observation.ts';
import type { Warning } from '../../records/run.ts';
import { settings } from '../../records/settings.ts';
import { samplingText } from '../../words/wording.ts';
import { line } from '../../words/safe.ts';
import type { ModelRequest } from './models.ts';

/** Settings that a card may decide. */
export interface CardSettings {
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly minP?: number;
  readonly repeatPenalty?: number;
}

interface Card {
  readonly settings: CardSettings;
  readonly from: string;
  /** What it says that is not done, `xtc_probability 0.5`. */
  readonly left: readonly string[];
}

/** Keys of cards, and what they are called here; a number that switches it off is what nobody need say. */
const known: Readonly<Record<string, keyof CardSettings>> = {
  temperature: 'temperature',
  temp: 'temperature',
  top_p: 'topP',
  top_k: 'topK',
  min_p: 'minP',
  repetition_penalty: 'repeatPenalty',
  repeat_penalty: 'repeatPenalty',
  penalty_repeat: 'repeatPenalty',
};
/** Keys that change what is sampled, and the values at which they do not. */
const undone: Readonly<Record<string, readonly unknown[]>> = {
  typical_p: [1],
  xtc_probability: [0],
  mirostat: [0],
  presence_penalty: [0],
  frequency_penalty: [0],
  penalty_last_n: [64],
  repeat_last_n: [64],
  tfs_z: [1],
  epsilon_cutoff: [0],
  eta_cutoff: [0],
  no_repeat_ngram_size: [0],
  num_beams: [1],
  sequence: [],
};

/** What the cards of two models decide, and what is to be said of it. */
export interface CardSampling {
  readonly settings: CardSettings;
  readonly notes: readonly Warning[];
}

/** @throws UserError `no-card` where neither model has one, `bad-card` where one can't be read */
export async function samplingCard(
  models: Readonly<Record<Role, { readonly request: ModelRequest; readonly file: ModelFile }>>,
  signal: AbortSignal,
): Promise<CardSampling> {
  const candidate = await cardOf(models.candidate, signal);
  // Of two cards the second is worth a line alone.
  const baseline = await cardOf(models.baseline, signal).catch((error: unknown) => {
    signal.throwIfAborted();
    if (candidate === undefined) throw error;
    return undefined;
  });
  const card = candidate ?? baseline;
  if (card === undefined) {
    const hint = 'give --temperature, --top-p, --top-k, --min-p and --repeat-penalty as its publisher says';
    throw new UserError('no-card', '--sampling card: neither model says how it is to be sampled', hint);
  }
  const notes: Warning[] = [
    { code: 'sampling-card', detail: `${samplingText(card.settings)}, from ${line(card.from)}` },
  ];
  if (card.left.length > 0) notes.push({ code: 'sampling-not-taken', detail: line(card.left.join(', ')) });
  if (candidate !== undefined && baseline !== undefined) {
    const [own, other] = [candidate, baseline].map(one => samplingText(one.settings));
    if (own !== other) notes.push({ code: 'sampling-cards-differ', detail: `${other}, from ${line(baseline.from)}` });
  }
  return { settings: card.settings, notes };
}

async function cardOf(
  { request, file }: { readonly request: ModelRequest; readonly file: ModelFile },
  signal: AbortSignal,
): Promise<Card | undefined> {
  const before = 'general.sampling.';
  const own = Object.entries(file.metadata).flatMap(([key, value]) =>
    key.startsWith(before) && typeof value !== 'object' ? [[key.slice(before.length), value] as const] : [],
  );
  const fromFile = read(Object.fromEntries(own), `${before}… of ${request.path}`);
  if (fromFile !== undefined) return fromFile;
  const text = await configOf(request, signal);
  return text && read(parsed(text), text.from);
}

async function configOf(request: ModelRequest, signal: AbortSignal): Promise<FoundText | undefined> {
  try {
    return await readGenerationConfig(request, { signal });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof UserError) throw error;
    throw badCard(`the sampling settings beside ${request.path}`, 'they are no small file');
  }
}

function parsed({ text, from }: FoundText): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw badCard(from, 'it is not JSON');
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw badCard(from, 'it is no object');
}

/** @returns undefined where nothing is said of sampling */
function read(values: Readonly<Record<string, unknown>>, from: string): Card | undefined {
  const taken: Record<string, number> = {};
  const left: string[] = [];
  for (const [key, value] of Object.entries(values)) {
    if (Object.hasOwn(known, key)) {
      const name = known[key] as keyof CardSettings;
      const number = settingFrom(name, value, key, from);
      if (number !== undefined) taken[name] = number;
    } else if (Object.hasOwn(undone, key) && value !== null && !undone[key]?.includes(value)) {
      left.push(`${key} ${String(value).slice(0, 40)}`);
    }
  }
  // As transformers has it: greedy, whatever the temperature.
  if (values.do_sample === false) taken.temperature = 0;
  return Object.keys(taken).length === 0 ? undefined : { settings: taken, from, left };
}

/** undefined: switched off, or as it is without. */
function settingFrom(name: keyof CardSettings, value: unknown, key: string, from: string): number | undefined {
  if (value === null) return undefined;
  // 32-bit numbers of a GGUF: 0.6 is 0.6000000238….
  const plain = typeof value === 'bigint' ? Number(value) : value;
  const number = typeof plain === 'number' ? Number(plain.toPrecision(6)) : plain;
  if (name === 'topK' && typeof number === 'number' && Number.isInteger(number)) {
    if (number <= 0 || number > settings.topK.schema.maxValue!) return undefined;
  }
  const { success, data } = settings[name].schema.safeParse(number);
  if (success) return data;
  throw badCard(from, `${key} is ${line(String(JSON.stringify(plain)), 40)}`);
}

function badCard(from: string, why: string): UserError {
  const hint = 'leave out --sampling card, and give --temperature, --top-p, --top-k, --min-p and --repeat-penalty';
  return new UserError('bad-card', `${line(from)} can't be taken as sampling settings: ${why}`, hint);
}
