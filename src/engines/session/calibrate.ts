// How a model runs fastest here: threads, and on a GPU batch size and flash attention, tried on a small context and
// timed. On a CPU flash attention is not tried, because results would then depend on how prompts are batched, and batch
// sizes from 128 up are equally fast (docs/performance.md). The cache is always f16: types below change results, f32 is
// not faster.
import type { LlamaModel } from 'node-llama-cpp';
import type { EngineFacts } from '../../ports/engine.ts';

export interface Tuning {
  readonly threads: number;
  readonly batchSize: number;
  /** `auto`: where llama.cpp can. */
  readonly flashAttention: boolean | 'auto';
}

type Probe = NonNullable<EngineFacts['calibration']>[number];

/** Wall time that all probes together may take, but for the first; what does not fit stays untried. */
const budgetMs = 8000;
/** Prompt tokens over all sequences, and steps, of a probe: a GPU needs more for batch sizes to show. */
const promptTokens = { cpu: 64, gpu: 2048 };
const steps = 3;
/** A change must gain this much, so that noise decides nothing. */
const worthwhile = 1.1;

export interface Machine {
  readonly gpu: boolean;
  readonly sequences: number;
  readonly threads: number;
}

/** Where the search starts, and all there is where nothing is tried. */
export const usualTuning = ({ gpu, threads }: Machine): Tuning => ({
  threads,
  batchSize: 512,
  flashAttention: gpu ? 'auto' : false,
});

/**
 * Tries one setting after another and keeps what is faster. Probes are in the order tried; the fastest is used.
 * @param withinMs wall time that all may take, but for the first
 */
export async function calibrate(
  model: LlamaModel,
  machine: Machine,
  withinMs = budgetMs,
): Promise<{ tuning: Tuning; probes: Probe[] }> {
  const started = performance.now();
  const probes: Probe[] = [];
  if (!machine.gpu && machine.threads === 1) return { tuning: usualTuning(machine), probes };
  const measure = async (tuning: Tuning) => {
    const tokensPerSecond = await speed(model, machine, tuning);
    probes.push({ ...tuning, flashAttention: tuning.flashAttention !== false, tokensPerSecond });
    return tokensPerSecond;
  };
  let best = { tuning: usualTuning(machine), speed: await measure(usualTuning(machine)) };
  const probeMs = performance.now() - started;
  for (const change of changes(machine)) {
    for (let tuning = change(best.tuning); tuning !== undefined; tuning = change(best.tuning)) {
      if (performance.now() - started + probeMs > withinMs) return { tuning: best.tuning, probes };
      // What does not run here (a batch too large for the GPU's memory) is no choice.
      const tried = await measure(tuning).catch(() => 0);
      if (tried < worthwhile * best.speed) break;
      best = { tuning, speed: tried };
    }
  }
  return { tuning: best.tuning, probes };
}

/** What is tried: each gives the next setting of one kind, or nothing. */
function changes({ gpu }: Machine): ((from: Tuning) => Tuning | undefined)[] {
  // Half the threads: where other work keeps cores busy, waiting for the slowest thread costs more than it brings.
  const fewer = (from: Tuning) => (from.threads > 1 ? { ...from, threads: Math.floor(from.threads / 2) } : undefined);
  const larger = (from: Tuning) => (from.batchSize < 2048 ? { ...from, batchSize: from.batchSize * 2 } : undefined);
  const without = (from: Tuning) => (from.flashAttention !== false ? { ...from, flashAttention: false } : undefined);
  return gpu ? [larger, without] : [fewer];
}

/** Tokens a second over prompts and steps of all sequences, the better of two rounds. */
async function speed(model: LlamaModel, { gpu, sequences }: Machine, tuning: Tuning): Promise<number> {
  const each = Math.max(steps, Math.ceil((gpu ? promptTokens.gpu : promptTokens.cpu) / sequences));
  const context = await model.createContext({ ...tuning, contextSize: 2 * (each + steps) + 8, sequences });
  try {
    const slots = Array.from({ length: sequences }, () => context.getSequence());
    const words = model.tokenize('the cache of the node is full of old files '.repeat(1 + each / 8)).slice(0, each);
    let best = 0;
    for (let round = 0; round < 2; round++) {
      const started = performance.now();
      await Promise.all(slots.map(slot => slot.evaluateWithoutGeneratingNewTokens(words)));
      for (let step = 0; step < steps; step++) {
        await Promise.all(slots.map(slot => slot.evaluateWithoutGeneratingNewTokens(words.slice(step, step + 1))));
      }
      best = Math.max(best, (1000 * sequences * (words.length + steps)) / (performance.now() - started));
      // A slow model is not asked twice: what it says once is long enough to mean something.
      if (performance.now() - started > 1000) break;
    }
    return best;
  } finally {
    await context.dispose();
  }
}
