// What a model writes before its call, sampled, and the exact probabilities of calls along it: p(call | prompt) is the
// mean over texts of p(call | prompt, text), so that only the text is left to chance (Rao-Blackwell).
import { type LlamaContextSequence, type LlamaModel, type Token, TokenBias } from 'node-llama-cpp';
import type { Written } from '../../records/observation.ts';
import type { Sampling, ScoringFrame, TextLimits, TextSource } from '../../ports/engine.ts';
import { openingFrame, readReply, replyState } from '../../toolcalls/index.ts';
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

interface Text {
  readonly tokens: Token[];
  /** Places outside of thoughts: tokens before each. */
  readonly places: number[];
  readonly end: Written['end'];
  readonly thought: number;
  readonly closed: boolean;
  /** The tool that a whole call in the text names, where it was opened otherwise than the template shows. */
  readonly called?: string | undefined;
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
  const text = typeof source === 'number' ? yield* write(writing, source, openers, hazards) : given(writing, source);
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
      ...(closed && { closed }),
      open: Math.min(1, text.called === undefined ? open : 1),
      tools: Object.fromEntries([...masses].map(([tool, mass]) => [tool, Math.min(1, mass)])),
      beyond: end === 'length' ? survival : 0,
    },
  };
}

/** A text that is there already, and where a call could be opened in it. */
function given({ model, frame, limits }: Writing, source: readonly number[]): Text {
  const state = replyState(limits.reading.format, limits.reading.generationPrompt, frame);
  const tokens = [...source] as Token[];
  const places = state.inside ? [] : [0];
  let thought = 0;
  tokens.forEach((token, index) => {
    state.feed(model.detokenize([token], true));
    if (state.inside) thought++;
    else places.push(index + 1);
  });
  return { tokens, places, end: 'settled', thought, closed: false };
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
 * The text itself. Where the model opens a call outside of a thought the opening is held back, and the text goes on
 * without it as long as that matters.
 */
async function* write(
  writing: Writing,
  seed: number,
  openers: readonly Token[],
  hazards: Map<number, number>,
): AsyncGenerator<void, Text> {
  const { model, slot, prompt, limits } = writing;
  const state = replyState(limits.reading.format, limits.reading.generationPrompt, writing.frame);
  const seeds = createRandom(`text/${seed}`);
  const [tokens, places]: [Token[], number[]] = [[], state.inside ? [] : [0]];
  let [thought, heldBack, closed, held] = [0, 0, false, false];
  const ended = (end: Written['end'], called?: string): Text => ({ tokens, places, end, thought, closed, called });
  for (;;) {
    // Another stream of random numbers after each opening that was held back: the same draw would open it again.
    const barred = { now: held ? openers : [] };
    const stream = generate(writing, tokens, heldBack === 0 ? seed : seeds.integer(2 ** 31), barred);
    held = false;
    try {
      for (;;) {
        const { value, done } = await stream.next();
        yield;
        barred.now = [];
        if (done || model.isEogToken(value)) return ended('stop');
        if (!state.inside && openers.includes(value)) {
          held = true;
          break;
        }
        tokens.push(value);
        state.feed(model.detokenize([value], true));
        if (state.inside) thought++;
        else places.push(tokens.length);
        if (state.inside && thought >= limits.thoughtTokens) {
          closed = true;
          const close = state.close ?? '';
          tokens.push(...model.tokenize(close, true));
          state.feed(close);
          places.push(tokens.length);
          break;
        }
        if (state.inside) continue;
        const called = calledIn(writing, tokens);
        if (called !== undefined) return ended('call', called);
        if (tokens.length - thought >= limits.proseTokens) return ended('length');
      }
    } finally {
      await stream.return();
    }
    await slot.adaptStateToTokens([...prompt, ...tokens].slice(0, -1), false);
    if (!held) continue;
    yield* readHazards(writing, { tokens, places }, openers, hazards);
    if (weighted(placesOf(places, hazards)).survival < settled) return ended('settled');
    heldBack++;
    if (heldBack > mostHeldBack) return ended('length');
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
  { tokens, places }: Pick<Text, 'tokens' | 'places'>,
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
    hazards.set(
      at,
      Math.min(
        1,
        logs.reduce((sum, log) => sum + Math.exp(log), 0),
      ),
    );
  }
}
