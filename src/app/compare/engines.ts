// Which models are loaded when: both at once where memory allows (fitting.ts), else one after the other. Two models on the same
// base file are one process with two contexts: the weights are in memory once, on a GPU too.
import { availableParallelism, freemem } from 'node:os';
import { UserError } from '../../errors.ts';
import type { ContainmentChoice } from '../../engines/containment/launch.ts';
import { LlamaEngine, type ToLoad } from '../../engines/llama.ts';
import { fitsBeside } from './fitting.ts';
import { SupervisedEngine } from '../../engines/supervised.ts';
import type { GpuChoice } from '../../engines/protocol.ts';
import type { ModelRecord } from '../../records/run.ts';
import type { Role } from '../../records/observation.ts';
import type { Engine, EngineFacts, ModelUse } from '../../ports/engine.ts';
import type { Progress } from '../../ports/progress.ts';

/** Sequences decoded together. On CPUs 16 are a little faster for trials (docs/performance.md), for twice the cache. */
const sequences = { cpu: 8, gpu: 16 };
/** Weights on disk to memory in use with context and buffers, on the safe side. */
const memoryPerByte = 1.5;
const contextStep = 64;
/** Cases asked for later (counterfactuals) may be longer than those of the design. */
const promptRoom = 1.15;

/** Of a prompt, before there is a tokenizer; on the safe side for English and code. */
const charactersPerToken = 2.5;

const longestOf = (lengths: readonly number[]): number => lengths.reduce((most, length) => Math.max(most, length), 0);

/** Of a model's file and its adapters'. */
const bytesOf = ({ sizeBytes, adapters = [] }: ModelRecord): number =>
  adapters.reduce((sum, one) => sum + one.sizeBytes, sizeBytes);

/** Prompts are run beyond what a model was trained on, and no clean verdict rests on them; beyond so many times as much, not at all. */
const mostBeyond = 8;

/** What a model says there is nobody's intent, and its context may take all memory there is. */
function beyondTraining(role: Role, longest: number, trained: number): UserError {
  return new UserError(
    'prompt-beyond-training',
    `the ${role}'s longest prompt has ${longest.toLocaleString('en')} tokens, and it was trained on up to ${trained.toLocaleString('en')}`,
    'shorten the texts of the suite, or leave its longest tasks out',
    { role, longest, trained },
  );
}

/** Settings that decide where and how fast models run, and nothing of what they say. */
export interface MachineSettings {
  readonly gpu: GpuChoice;
  readonly gpuDevice?: string | undefined;
  readonly gpuLayers?: number | undefined;
  /** Prompts decoded together; default by device. */
  readonly sequences?: number | undefined;
  readonly containment?: ContainmentChoice | undefined;
}

/** Those of something that has more. */
export const machineSettings = (settings: MachineSettings): MachineSettings => {
  const { gpu, gpuDevice, gpuLayers, sequences, containment } = settings;
  return { gpu, gpuDevice, gpuLayers, sequences, containment };
};

export interface EnginePairOptions {
  readonly models: Readonly<Record<Role, ModelRecord>>;
  /** Where they run. */
  readonly machine: MachineSettings;
  /** All prompts a role will see; the context is sized to the longest. */
  readonly prompts: (role: Role) => readonly string[];
  readonly maxTokens: number;
  readonly progress: Progress;
  readonly signal: AbortSignal;
}

/** Loads engines on demand and keeps or swaps them. */
export class EnginePair implements AsyncDisposable {
  readonly #options: EnginePairOptions;
  readonly #loaded = new Map<Role, Engine>();
  readonly #facts = new Map<Role, EngineFacts>();
  readonly #loading = new Map<Role, Promise<Engine>>();
  readonly #lengths = new Map<Role, readonly number[]>();
  /** Of the process last opened for a role; it may have died since. */
  readonly #processes = new Map<Role, LlamaEngine>();
  readonly #shared: boolean;
  /** Where a process is shared, one is opened at a time. */
  #turn: Promise<unknown> = Promise.resolve();
  #together: boolean;

  constructor(options: EnginePairOptions) {
    this.#options = options;
    const { candidate, baseline } = options.models;
    this.#shared = candidate.sha256 === baseline.sha256;
    const bytes = bytesOf(candidate) + bytesOf(baseline);
    this.#together =
      this.#shared || ((options.machine.gpu === 'off' || bytes < 2e9) && bytes * memoryPerByte < freemem());
  }

  /** Both models in memory at once? A guess by the sizes of their files, until the first is loaded. */
  get together(): boolean {
    return this.#together;
  }

  /** The engine of a role; loads it, and unloads the other where both do not fit. */
  get(role: Role): Promise<Engine> {
    const known = this.#loading.get(role);
    if (known !== undefined) return known;
    const loading = this.#load(role);
    this.#loading.set(role, loading);
    return loading;
  }

  async #load(role: Role): Promise<Engine> {
    if (!this.together) await this.#unloadAll();
    const { progress, signal } = this.#options;
    const supervision = {
      open: (stop: AbortSignal, alive: () => void) => this.#inTurn(() => this.#open(role, stop, alive)),
      note: (code: string, detail: string) => progress({ kind: 'note', code, detail: `${role}: ${detail}` }),
    };
    const engine = await SupervisedEngine.open(supervision, signal);
    this.#loaded.set(role, engine);
    return engine;
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (!this.#shared) return work();
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {});
    return done;
  }

  /** The other's process, where it holds the same base and lives; else a new one. */
  async #process(role: Role, request: ToLoad, signal: AbortSignal, alive: () => void): Promise<LlamaEngine> {
    const { models, progress } = this.#options;
    const adapters = models[role].adapters;
    const other = this.#processes.get(role === 'candidate' ? 'baseline' : 'candidate');
    let share: number | undefined;
    const heard = (use: ModelUse | undefined) => {
      if (use?.loadedShare !== share) alive();
      share = use?.loadedShare;
      progress({ kind: 'usage', role, use });
    };
    const engine =
      this.#shared && other?.pid !== undefined
        ? other.beside(adapters ?? [])
        : await LlamaEngine.load({ ...request, adapters }, signal, heard);
    this.#processes.set(role, engine);
    return engine;
  }

  /** A process with the model and a context that holds the longest prompt and its reply. */
  async #open(role: Role, signal: AbortSignal, alive: () => void): Promise<Engine> {
    const { models, machine, prompts, maxTokens, progress } = this.#options;
    const { gpu, gpuDevice, gpuLayers, containment } = machine;
    const cores = Math.max(1, availableParallelism());
    const threads = this.together ? Math.max(1, Math.floor(cores / 2)) : cores;
    const slots = machine.sequences ?? (gpu === 'off' ? sequences.cpu : sequences.gpu);
    const texts = prompts(role);
    const expected = Math.ceil(longestOf(texts.map(text => text.length)) / charactersPerToken) + maxTokens;
    const request = {
      path: models[role].path,
      gpu,
      gpuDevice,
      gpuLayers,
      containment,
      threads,
      sequences: slots,
      // A shared process leaves room for the other's context as well.
      contextTokens: this.#shared ? 2 * expected : expected,
      calibrate: true,
    };
    const engine = await this.#process(role, request, signal, alive);
    try {
      const { tokens: lengths, trained } = await engine.countTokens(texts, signal);
      this.#lengths.set(role, lengths);
      const longest = longestOf(lengths);
      if (longest > mostBeyond * trained) throw beyondTraining(role, longest, trained);
      const contextTokens = Math.ceil((longest * promptRoom + maxTokens + 1) / contextStep) * contextStep;
      const facts = await engine.openContext(contextTokens, signal);
      if (this.#facts.size === 0) this.#decide(role, facts);
      this.#facts.set(role, facts);
      progress({ kind: 'engine', role, facts });
      return engine;
    } catch (error) {
      await engine[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** By what the first model takes. On a CPU both share its threads from the start, so that a "no" of the guess stays. */
  #decide(role: Role, { gpu, memory }: EngineFacts): void {
    if (memory === undefined || this.#shared) return;
    const { candidate, baseline } = this.#options.models;
    const [loaded, other] = role === 'candidate' ? [candidate, baseline] : [baseline, candidate];
    const sizes = { loadedBytes: bytesOf(loaded), otherBytes: bytesOf(other) };
    const fits = fitsBeside({ memory, ...sizes, freeRamBytes: freemem() });
    this.#together = fits && (gpu !== 'off' || this.#together);
  }

  /** Facts of the engines that were opened, also of those unloaded since. */
  facts(): Partial<Record<Role, EngineFacts>> {
    return Object.fromEntries(this.#facts);
  }

  /** Tokens of a role's prompts, in their order, once it was loaded. */
  lengths(role: Role): readonly number[] {
    return this.#lengths.get(role) ?? [];
  }

  async #unloadAll(): Promise<void> {
    const engines = [...this.#loaded.values()];
    this.#loaded.clear();
    this.#loading.clear();
    await Promise.all(engines.map(engine => engine[Symbol.asyncDispose]()));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#unloadAll();
  }
}
