// Looks for chats that make a template do what it has not done yet: the values that it compares with are put into chats,
// and chats that got further are tried with more.
import type { Probe } from './battery.ts';
import { assistant, called, chat, conversation, plain, returned, user } from './chats.ts';
import { mutations, variableMutations } from './mutations.ts';
import type { ComparePrompts, PromptPair } from '../templates/prompt-pairs.ts';
import type { Trial } from '../templates/trial.ts';

/** Rounds, chats in each, and chats that a round starts from. */
const most = { rounds: 4, chats: 450, seeds: 8, values: 120 };

const startingPoints: readonly Probe[] = [
  {
    axis: 'turns',
    value: 'a turn after a tool call',
    chat: chat([...plain, called(), returned(), assistant('Milk.'), user('Thanks.')]),
  },
  {
    axis: 'turns',
    value: 'a tool call and its result',
    chat: chat([...plain, called('read_file', { path: '/a' }, 'I look.'), returned()]),
  },
  { axis: 'turns', value: 'a message', chat: chat(plain) },
  { axis: 'turns', value: 'a message alone', chat: chat([user('Hello.')], []) },
  { axis: 'turns', value: 'three turns', chat: conversation(2) },
];

/** Variables that are part of the chat, or of the language. */
const known =
  /^(messages|tools|bos_token|eos_token|true|false|none|True|False|None|range|namespace|raise_exception|strftime_now|loop|dict|lipsum|cycler|joiner|caller|varargs|kwargs|self)$/;

export interface Found {
  readonly probe: Probe;
  readonly pair: PromptPair;
}

/**
 * Chats that made a part of either template run for the first time, or render differently.
 * @param before those of the battery that did
 */
export async function search(
  trials: readonly Trial[],
  compare: ComparePrompts,
  before: readonly Probe[],
  clocked: boolean,
): Promise<Found[]> {
  const found: Found[] = [];
  const done = new Set<string>();
  let fresh = [...startingPoints, ...before.slice(-most.seeds)];
  let seeds: readonly Probe[] = [];
  for (let round = 0; round < most.rounds; round++) {
    const told = valuesOf(trials);
    const tried = round === 0 ? [...togetherProbes(told), ...variableProbes(trials, told)] : [];
    // What got further is tried with all values first, then all else with values that came up since.
    for (const seed of [...fresh, ...seeds]) {
      for (const value of told) {
        const key = JSON.stringify([seed.value, seed.axis, value]);
        if (done.has(key) || tried.length >= most.chats) continue;
        done.add(key);
        tried.push(...mutations(seed, value, clocked));
      }
    }
    if (tried.length === 0) break;
    const pairs = await compare(tried.map(({ chat: one }) => one));
    const results = tried.map((probe, index) => ({ probe, pair: pairs[index] as PromptPair }));
    found.push(...results);
    seeds = [...fresh, ...seeds].slice(0, 2 * most.seeds);
    // What nothing went further with is not tried further.
    if (round > 0 && !pairs.some(pair => pair.fresh)) break;
    fresh = results
      .filter(({ pair }) => pair.fresh)
      .map(({ probe }) => probe)
      .slice(0, most.seeds);
  }
  return found;
}

/** Texts that templates have anyway, which say nothing. */
const usual = new Set(['system', 'user', 'assistant', 'tool', 'role', 'content', 'name', 'function', 'arguments']);

function valuesOf(trials: readonly Trial[]): (string | number)[] {
  const all = trials.flatMap(({ compared, study }) => [...compared, ...study.texts, ...study.numbers]);
  // Rare ones first: those that only one of the templates has.
  const counts = new Map<string | number, number>();
  for (const value of new Set(all)) {
    counts.set(value, trials.filter(({ compared, study }) => hasValue(value, compared, study)).length);
  }
  const told = [...counts].filter(([value]) => !usual.has(String(value)) && value !== '' && value !== 0);
  return told
    .sort((a, b) => a[1] - b[1])
    .map(([value]) => value)
    .slice(0, most.values);
}

function hasValue(value: string | number, compared: Trial['compared'], { texts, numbers }: Trial['study']): boolean {
  return compared.has(value) || texts.includes(String(value)) || numbers.includes(Number(value));
}

/** All texts at once: what meets several conditions on texts. */
function togetherProbes(values: readonly (string | number)[]): Probe[] {
  const texts = values.filter(value => typeof value === 'string' && /^[\p{L}\p{N}\s_.,'-]+$/u.test(value));
  if (texts.length < 2) return [];
  return startingPoints.flatMap(seed => mutations(seed, texts.slice(0, 40).join(' '), false));
}

function variableProbes(trials: readonly Trial[], values: readonly (string | number)[]): Probe[] {
  const names = [...new Set(trials.flatMap(({ study }) => study.variables))].filter(name => !known.test(name));
  const words = values.filter(value => typeof value === 'string').slice(0, 12);
  return names
    .slice(0, 20)
    .flatMap(name =>
      startingPoints
        .slice(0, 3)
        .flatMap((seed, index) =>
          variableMutations(seed, name, index === 0 ? [true, false, 3, 'a text', ...words] : [true, false]),
        ),
    );
}
