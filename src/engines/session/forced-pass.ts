// One engine call over forced tokens that reads single logits on the way. node-llama-cpp's own call makes a sampler
// each time, which holds the whole vocabulary and is freed by the garbage collector alone: on a vocabulary of 151,936
// about 3 ms of the main thread and 1.8 MB a call, while the compute threads wait. Where its version is one that was
// tested, one sampler per sequence is kept instead; elsewhere the public call is used, which gives the same numbers.
import {
  type ControlledEvaluateIndexOutput,
  type ControlledEvaluateInputItem,
  type LlamaContextSequence,
  type Token,
} from 'node-llama-cpp';
import { internalsAreTested } from '../internals.ts';

/** Evaluates tokens after what the sequence holds; a result for each token that was `wanted` (./logits.ts). */
export type ForcedPass = (
  sequence: LlamaContextSequence,
  input: ControlledEvaluateInputItem[],
) => Promise<(ControlledEvaluateIndexOutput | undefined)[]>;

export const publicPass: ForcedPass = (sequence, input) => sequence.controlledEvaluate(input);

/** node-llama-cpp's priority of a call that names none. */
const usualPriority = 5;
/** Its usual strategy; never applied, because contexts are sized to their jobs. */
const contextShift = { size: 1, strategy: 'eraseBeginning' };

interface Sampler {
  applyConfig(config: { temperature: number }): void;
}

/** What is used of a sequence beyond its public face. */
interface Internals {
  readonly _tokenMeter: unknown;
  /** Keeps states of models whose memory can't be shortened. */
  readonly _takeIntervalCheckpointIfNeededAfterBatch: unknown;
  readonly model: {
    readonly _model: unknown;
    readonly _llama: { readonly _bindings: { readonly AddonSampler: new (model: unknown) => Sampler } };
  };
  readonly context: {
    readonly _ctx: {
      sampleToken(
        batchIndex: number,
        sampler: Sampler,
        probabilities: boolean,
        confidence: boolean,
        logits: readonly [tokens: readonly Token[], max: boolean, min: boolean, selected: boolean, top: number],
        totalWeight: boolean,
      ): Promise<[token: Token, probabilities: undefined, confidence: undefined, logits: number[], weight: number]>;
    };
  };
  _decodeTokens<T>(
    tokens: Token[],
    logits: boolean[],
    priority: number,
    meter: unknown,
    contextShift: unknown,
    read: (batchIndex: number, index: number) => Promise<T>,
    afterBatch: unknown,
  ): Promise<(T | undefined)[]>;
}

/** The fastest pass that this version of node-llama-cpp can give. */
export async function chooseForcedPass(sequence: LlamaContextSequence): Promise<ForcedPass> {
  const inside = sequence as unknown as Partial<Internals>;
  const known =
    internalsAreTested() &&
    inside._decodeTokens !== undefined &&
    inside.context?._ctx?.sampleToken !== undefined &&
    inside.model?._llama?._bindings?.AddonSampler !== undefined;
  return known ? keptSamplers() : publicPass;
}

function keptSamplers(): ForcedPass {
  const samplers = new WeakMap<LlamaContextSequence, Sampler>();
  return async (sequence, input) => {
    const inside = sequence as unknown as Internals;
    const sampler = samplers.get(sequence) ?? greedySampler(inside);
    samplers.set(sequence, sampler);
    // A sampler reads one position at a time.
    let free: Promise<unknown> = Promise.resolve();
    const read = (batchIndex: number, index: number) => {
      const result = free.then(() => readLogits(inside, sampler, batchIndex, wantedOf(input[index])));
      free = result.catch(() => {});
      return result;
    };
    const tokens = input.map(item => (Array.isArray(item) ? item[0] : item));
    const logits = input.map(item => Array.isArray(item));
    const { _tokenMeter: meter, _takeIntervalCheckpointIfNeededAfterBatch: afterBatch } = inside;
    return await inside._decodeTokens(tokens, logits, usualPriority, meter, contextShift, read, afterBatch);
  };
}

/** At temperature 0, where llama.cpp's candidates keep their raw logits. */
function greedySampler({ model }: Internals): Sampler {
  const sampler = new model._llama._bindings.AddonSampler(model._model);
  sampler.applyConfig({ temperature: 0 });
  return sampler;
}

function wantedOf(item: ControlledEvaluateInputItem | undefined): readonly Token[] {
  const logits = Array.isArray(item) ? item[1].generateNext?.logits : undefined;
  return (typeof logits === 'object' ? logits.filter?.tokens : undefined) ?? [];
}

async function readLogits(
  { context }: Internals,
  sampler: Sampler,
  batchIndex: number,
  tokens: readonly Token[],
): Promise<ControlledEvaluateIndexOutput> {
  const filter = [tokens, false, false, true, 0] as const;
  const [token, , , pairs, totalLogitWeight] = await context._ctx.sampleToken(
    batchIndex,
    sampler,
    false,
    false,
    filter,
    true,
  );
  const logits = new Map<Token, number>();
  for (let at = 0; at + 1 < pairs.length; at += 2) logits.set(pairs[at] as Token, pairs[at + 1] as number);
  return { next: { token, logits, totalLogitWeight } };
}
