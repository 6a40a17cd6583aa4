// What a model writes before its call, sampled, and the exact probabilities of calls along it: p(call | prompt) is the
// mean over texts of p(call | prompt, text), so that only the text is left to chance (Rao-Blackwell).
import { type LlamaContextSequence, type LlamaModel, type Token, TokenBias } from 'node-llama-cpp';
import type { Written } from '../../records/observation.ts';
import type { Sampling, ScoringFrame, TextLimits, TextSource } from '../../ports/engine.ts';
import { openingFrame, readReply, type ReplyState, replyState } from '../../toolcalls/index.ts';
import { createRandom } from '../../statistics/index.ts';
import { callTokens, sharedLength } from './forced.ts';
import type { ForcedPass } from './forced-pass.ts';
import { type Place, scored, settled, weighted } from './hazards.ts';
import { logProbabilities, wanted } from './logits.ts';
import { drawing } from './sampling.ts';
import { scoreCalls } from './scores.ts';

/** Places of a text whose calls are scored, at most; those left out open less than 0.5% of calls, or share in these. */
const mostPlaces = 4;
/** Openings that are held back in one text, at most: each leaves less to come. */
const mostHeldBack = 12;

/** What all texts of a job share. */
export interface Writing {
  readonly model: LlamaModel;
  readonly slot: LlamaContextSequence;
  readonly pass: ForcedPass;
  readonly prompt: Token[];
  readonly frame: ScoringFrame;
  readonly tools: readonly string[];
  readonly sampling: Sampling;
  readonly limits: TextLimits;
}

/** A text as far as it is written. */
class Course {
  readonly tokens: Token[] = [];
  /** Places where a call can be opened, outside of thoughts: tokens before each. */
  readonly places: number[] = [];
  /** Tokens inside thoughts. */
  thought = 0;
  closed = false;
  end: Written['end'] = 'settled';
  /** The tool that a whole call in the text names, where it was opened otherwise than the template shows. */
  called: string | undefined;
  readonly #model: LlamaModel;
  readonly #limits: TextLimits;
  readonly #state: ReplyState;

  constructor({ model, frame, limits }: Writing) {
    this.#model = model;
    this.#limits = limits;
    this.#state = replyState(limits.reading.format, limits.reading.generationPrompt, frame);
    if (!this.inside) this.places.push(0);
  }

  get inside(): boolean {
    return this.#state.inside;
  }

  push(token: Token): void {
    this.tokens.push(token);
    this.#state.feed(this.#model.detokenize([token], true));
    if (this.inside) this.thought++;
    else this.places.push(this.tokens.length);
  }

  /** Ends a thought that is as long as one may be. @returns whether it did */
  closeThought(): boolean {
    const { close } = this.#state;
    if (close === undefined || this.thought < this.#limits.thoughtTokens) return false;
    this.closed = true;
    this.tokens.push(...this.#model.tokenize(close, true));
    this.#state.feed(close);
    this.places.push(this.tokens.length);
    return true;
  }

  /** As long as it may be, thoughts that were closed and opened again included. */
  get isFull(): boolean {
    const { proseTokens } = this.#limits;
    return this.tokens.length - Math.min(this.thought, this.#limits.thoughtTokens) >= proseTokens;
  }

  ended(end: Written['end'], called?: string): this {
    this.end = end;
    this.called = called;
    return this;
  }
}

/** One text, with its scores. `evaluated` counts the tokens that were computed for it. */
export async function* writeText(
  writing: Writing,
  source: TextSource,
): AsyncGenerator<void, { written: Written; evaluated: number }> {
  const { model, slot, pass, prompt, frame, tools } = writing;
  const opening = openingFrame(writing.limits.reading.format, frame);
  const calls = tools.map(tool => callTokens(model, opening, tool));
  const openers = openersOf(calls);
  const hazards = new Map<number, number>();
  const text = new Course(writing);
  if (typeof source === 'number') yield* write(writing, text, source, openers, hazards);
  else for (const token of source) text.push(token as Token);
  yield* readHazards(writing, text, openers, hazards);
  const { places, survival } = weighted(placesOf(text.places, hazards));
  const open = 1 - survival;
  const masses = new Map(tools.map(tool => [tool, 0]));
  const chosen = scored(places, mostPlaces);
  let evaluated = text.tokens.length;
  for (const place of chosen.places) {
    const before = [...prompt, ...text.tokens.slice(0, place.at)];
    await slot.adaptStateToTokens(before.slice(0, -1), false);
    const logs = yield* scoreCalls(pass, slot, before, calls);
    evaluated += place.at + logs.forcedTokens;
    tools.forEach((tool, index) => {
      const mass = place.survival * Math.exp(logs.calls[index] as number);
      masses.set(tool, (masses.get(tool) as number) + mass / chosen.share);
    });
  }
  if (text.called !== undefined) masses.set(text.called, (masses.get(text.called) ?? 0) + survival);
  const { end, thought, closed, tokens } = text;
  return {
    evaluated,
    written: {
      ...(typeof source === 'number' && { seed: source }),
      text: model.detokenize(tokens, true),
      tokens,
      end,
      thought,
      ...(closed && { closed: true as const }),
      open: Math.min(1, text.called === undefined ? open : 1),
      tools: Object.fromEntries([...masses].map(([tool, mass]) => [tool, Math.min(1, mass)])),
      beyond: end === 'length' ? survival : 0,
    },
  };
}

/** First tokens of calls: one that all share, or one for each. */
function openersOf(calls: readonly Token[][]): Token[] {
  return [
    ...new Set(sharedLength(calls) > 0 ? [(calls[0] as Token[])[0] as Token] : calls.map(call => call[0] as Token)),
  ];
}

const placesOf = (places: readonly number[], hazards: ReadonlyMap<number, number>): Place[] =>
  places.flatMap(at => {
    const hazard = hazards.get(at);
    return hazard === undefined ? [] : [{ at, hazard }];
  });

/**
 * Writes the text. Where the model opens a call outside of a thought the opening is held back, and the text goes on
 * without it as long as that matters.
 */
async function* write(
  writing: Writing,
  text: Course,
  seed: number,
  openers: readonly Token[],
  hazards: Map<number, number>,
): AsyncGenerator<void, void> {
  const { slot, prompt } = writing;
  // Another stream of random numbers whenever one was left: the same draw would open the same call again.
  const seeds = createRandom(`text/${seed}`);
  let [next, heldBack] = [seed, 0];
  for (let barred: readonly Token[] = []; ; next = seeds.integer(2 ** 31)) {
    const came = yield* writeOn(writing, text, next, { openers, barred });
    await slot.adaptStateToTokens([...prompt, ...text.tokens].slice(0, -1), false);
    if (came === 'end') return;
    barred = came === 'opening' ? openers : [];
    if (came === 'closed') continue;
    yield* readHazards(writing, text, openers, hazards);
    if (weighted(placesOf(text.places, hazards)).survival < settled) return void text.ended('settled');
    if (++heldBack > mostHeldBack) return void text.ended('length');
  }
}

/** Writes on until a call is opened, a thought was closed for the model, or the text is at its end. */
async function* writeOn(
  writing: Writing,
  text: Course,
  seed: number,
  { openers, barred: first }: { readonly openers: readonly Token[]; readonly barred: readonly Token[] },
): AsyncGenerator<void, 'opening' | 'closed' | 'end'> {
  const barred = { now: first };
  const stream = generate(writing, text.tokens, seed, barred);
  const over = (end: Written['end'], called?: string) => {
    text.ended(end, called);
    return 'end' as const;
  };
  try {
    for (;;) {
      const { value, done } = await stream.next();
      yield;
      barred.now = [];
      if (done || writing.model.isEogToken(value)) return over('stop');
      if (!text.inside && openers.includes(value)) return 'opening';
      text.push(value);
      if (text.isFull) return over('length');
      if (text.closeThought()) return text.isFull ? over('length') : 'closed';
      const called = text.inside ? undefined : calledIn(writing, text.tokens);
      if (called !== undefined) return over('call', called);
    }
  } finally {
    await stream.return();
  }
}

/** Samples on from what was written, without tokens that are barred now. */
function generate(
  { model, slot, prompt, sampling }: Writing,
  tokens: readonly Token[],
  seed: number,
  barred: { readonly now: readonly Token[] },
): AsyncGenerator<Token, void> {
  const bias = () => barred.now.reduce((all, token) => all.set(token, 'never'), TokenBias.for(model));
  const options = drawing(sampling, seed, prompt, tokens);
  const input = [...prompt, ...tokens].slice(slot.nextTokenIndex);
  return slot.evaluate(input, barred.now.length === 0 ? options : { ...options, tokenBias: bias });
}

/** The tool of a whole call that the text holds; asked only where its last token can end one. */
function calledIn({ model, limits, tools }: Writing, tokens: Token[]): string | undefined {
  if (!/[}\])>]/.test(model.detokenize(tokens.slice(-1), true))) return undefined;
  const read = readReply(model.detokenize(tokens, true), { ...limits.reading, finish: 'unfinished' });
  return read.calls.find(({ state, name }) => state === 'complete' && tools.includes(name))?.name;
}

/** Fills in the hazards of places that have none yet, in one pass over the tokens between them. */
async function* readHazards(
  { slot, pass, prompt }: Writing,
  { tokens, places }: Course,
  openers: readonly Token[],
  hazards: Map<number, number>,
): AsyncGenerator<void, void> {
  const missing = new Set(places.filter(at => !hazards.has(at)));
  if (missing.size === 0) return;
  const all = [...prompt, ...tokens];
  const [first, last] = [Math.min(...missing), Math.max(...missing)];
  const from = prompt.length + first - 1;
  await slot.adaptStateToTokens(all.slice(0, from), false);
  const start = slot.nextTokenIndex;
  const input = all
    .slice(start, prompt.length + last)
    .map((token, offset) => (missing.has(start + offset + 1 - prompt.length) ? wanted(token, openers) : token));
  const results = await pass(slot, input);
  yield;
  for (const at of missing) {
    const logs = logProbabilities(results[prompt.length + at - 1 - start], openers);
    const open = logs.reduce((sum, log) => sum + Math.exp(log), 0);
    hazards.set(at, Math.min(1, open));
  }
}
