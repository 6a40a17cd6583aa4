// What loads a model and observes cases on it.
import type { Observation, Role } from '../records/observation.ts';
import type { FormatRecord } from '../records/run.ts';

/** Forced texts of an exact score: the reply's start up to a tool's name, and what ends the name. */
export interface ScoringFrame {
  /** Stands before the prefix and is given, not scored: a thought without words, for models that think first. */
  readonly lead?: string | undefined;
  readonly prefix: string;
  readonly suffix: string;
}

/** The work of one case on one model. Everything asked for shares one evaluation of the prompt. */
export interface Job {
  readonly caseId: string;
  readonly prompt: string;
  /** Tools whose names are scored; absent: no score. */
  readonly score?: {
    readonly frame: ScoringFrame;
    readonly tools: readonly string[];
    /** Texts that are sampled up to the call; absent: calls are scored where the reply starts. */
    readonly texts?: (TextLimits & { readonly of: readonly TextSource[] }) | undefined;
  };
  readonly trials: readonly { readonly trial: number; readonly seed: number; readonly turn?: number }[];
  /** Texts whose exact log-likelihood is wanted. */
  readonly likelihoods: readonly ForcedReply[];
}

/** A sampled reply to be forced after a prompt. */
export interface ForcedReply {
  /** Whose trial it is. */
  readonly of: Role;
  readonly trial: number;
  /** The case it was sampled in; absent: the job's own. */
  readonly from?: string;
  /** Which reply of the conversation; absent: the first. */
  readonly turn?: number;
  /** Its token ids. */
  readonly tokens: readonly number[];
}

/** A seed that a text is sampled from; or a text that is there already, its token ids. */
export type TextSource = number | readonly number[];

/** How far what a model writes before its call is followed. */
export interface TextLimits {
  /** Tokens of a thought at most: it is closed then. */
  readonly thoughtTokens: number;
  /** Tokens outside of thoughts at most. */
  readonly proseTokens: number;
  /** How thoughts and calls are told apart. */
  readonly reading: Pick<FormatRecord, 'format' | 'markers' | 'generationPrompt'>;
}

/** How trials are sampled. */
export interface Sampling {
  /** 0: greedy. */
  readonly temperature: number;
  /** Share in (0, 1] of the likeliest tokens; absent: 1. */
  readonly topP?: number | undefined;
  /** absent: 1000. */
  readonly topK?: number | undefined;
  /** Share in [0, 1] of the likeliest token's probability; absent: 0. */
  readonly minP?: number | undefined;
  /** Of the last 64 tokens, > 0; absent: 1, none. */
  readonly repeatPenalty?: number | undefined;
  /** Tokens at most; >= 1. */
  readonly maxTokens: number;
  /** How calls are read, where only the call matters: a reply ends (`stop`) as soon as one is complete. */
  readonly stopAtCall?: Pick<FormatRecord, 'format' | 'markers' | 'generationPrompt'>;
}

/** What a model's process can reach beside the model, as it found by trying. */
export interface Containment {
  readonly network: 'blocked' | 'open';
  /** Files, outside of what devices need. */
  readonly writing: 'blocked' | 'open';
  /** What keeps it, as engines/containment names it; empty: nothing, or what is outside of it. */
  readonly by: readonly string[];
}

/** What is known of a loaded model and where it runs; part of the run's record. */
export interface EngineFacts {
  readonly gpu: string;
  readonly device: string;
  readonly threads: number;
  readonly sequences: number;
  readonly contextTokens: number;
  readonly flashAttention: boolean;
  readonly engine: string;
  /** How a prefix gets from one sequence to another: `copy`, `file`, or `none` (evaluated again). */
  readonly prefixes?: 'copy' | 'file' | 'none' | undefined;
  /** Layers on the GPU, of all; absent without one. */
  readonly gpuLayers?: number | undefined;
  readonly modelLayers?: number | undefined;
  /** Tokens decoded at once at most. */
  readonly batchTokens?: number | undefined;
  /** Type of the cached keys and values. */
  readonly cacheType?: string | undefined;
  /** What the model and its context take, as llama.cpp counts it. */
  readonly memory?:
    | { readonly ramBytes: number; readonly vramBytes: number; readonly vramFreeBytes?: number | undefined }
    | undefined;
  /** What was tried before the run, in that order; the fastest is used. Absent: nothing was. */
  readonly calibration?:
    | readonly {
        readonly threads: number;
        readonly batchSize: number;
        readonly flashAttention: boolean;
        readonly tokensPerSecond: number;
      }[]
    | undefined;
  /** What its process could reach; absent in runs made before that was asked. */
  readonly containment?: Containment | undefined;
}

/** What a model's process uses and works on, by its own account. */
export interface ModelUse {
  readonly pid: number;
  /** Resident memory. */
  readonly memoryBytes: number;
  /** Of the whole GPU, whoever uses it; absent without one. */
  readonly vram?: { readonly usedBytes: number; readonly totalBytes: number } | undefined;
  /** How much of the model is loaded, in [0, 1]; absent: it has not begun. */
  readonly loadedShare?: number | undefined;
  /** One of the cases under way. */
  readonly caseId?: string | undefined;
}

/** A loaded model in a process of its own. */
export interface Engine extends AsyncDisposable {
  readonly facts: EngineFacts;
  /**
   * Observes cases; results come in any order, each job's together.
   * @throws UserError when the model process dies or the prompt does not fit
   */
  observe(role: Role, jobs: readonly Job[], sampling: Sampling, signal: AbortSignal): AsyncIterable<Observation[]>;
}
