// What a sweep needs from outside. Engines, stores and the command line implement these; only cli wires them.
import type { Decision } from '../records/decision.ts';
import type { Observation, Role } from '../records/observation.ts';
import type { FormatRecord, RunRecord } from '../records/run.ts';
import type { Case, Message } from '../records/case.ts';
import type { ToolDefinition } from '../records/toolcall.ts';
import type { TemplateStudy, Tryouts } from '../prompt/index.ts';

/** A chat to render with a model's own template. */
export interface Chat {
  readonly messages: readonly Message[];
  readonly tools: readonly ToolDefinition[];
  /** Local time that the template's clock shows, `2026-03-14T09:00`; absent: a fixed date, never the host's. */
  readonly clock?: string | undefined;
  /** Template variables beside the usual ones, or in their place, e.g. `enable_thinking`. */
  readonly variables?: Readonly<Record<string, unknown>> | undefined;
}

/** Renders chats with an untrusted template, within limits of memory and time. */
export interface Renderer extends AsyncDisposable {
  /**
   * @returns one prompt per chat, ending where the model's reply starts
   * @throws UserError `template-…` when the template is broken, runs away, or refuses the chat
   */
  render(template: string, chats: readonly Chat[], options: RenderOptions, signal: AbortSignal): Promise<string[]>;
  /** Which call format the template stands for, tested on the template itself. Throws as render does. */
  describe(template: string, options: RenderOptions, signal: AbortSignal): Promise<FormatRecord>;
}

export type { TemplateStudy, Tryouts };

/** Looks into untrusted templates, within the same limits. */
export interface TemplateReader {
  /**
   * What a template is made of.
   * @throws UserError `template-…` when it is broken or runs away
   */
  study(template: string, signal: AbortSignal): Promise<TemplateStudy>;
  /** Renders chats and notes which parts of the template ran; a chat that it refuses is a result. Throws as study does. */
  tryOut(template: string, chats: readonly Chat[], options: RenderOptions, signal: AbortSignal): Promise<Tryouts>;
}

/** What a template sees beside the chat. */
export interface RenderOptions {
  readonly bosToken: string;
  readonly eosToken: string;
  /** Extra template variables, e.g. `enable_thinking: false`. */
  readonly arguments?: Readonly<Record<string, unknown>>;
  /** false: the conversation so far; true (default): up to where the reply starts. */
  readonly addGenerationPrompt?: boolean;
}

/** Forced texts of an exact score: the reply's start up to a tool's name, and what ends the name. */
export interface ScoringFrame {
  readonly prefix: string;
  readonly suffix: string;
}

/** The work of one case on one model. Everything asked for shares one evaluation of the prompt. */
export interface Job {
  readonly caseId: string;
  readonly prompt: string;
  /** Tools whose names are scored; absent: no score. */
  readonly score?: { readonly frame: ScoringFrame; readonly tools: readonly string[] };
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

/** How trials are sampled. */
export interface Sampling {
  /** 0: greedy. */
  readonly temperature: number;
  /** Tokens at most; >= 1. */
  readonly maxTokens: number;
  /** How calls are read, where only the call matters: a reply ends (`stop`) as soon as one is complete. */
  readonly stopAtCall?: Pick<FormatRecord, 'format' | 'markers' | 'generationPrompt'>;
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
}

/** What a model's process uses and works on, by its own account. */
export interface ModelUse {
  readonly pid: number;
  /** Resident memory. */
  readonly memoryBytes: number;
  /** Of the whole GPU, whoever uses it; absent without one. */
  readonly vram?: { readonly usedBytes: number; readonly totalBytes: number } | undefined;
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

/** Where a run is kept. Every method is durable when it resolves. */
export interface Store extends AsyncDisposable {
  readonly location: string;
  run(): Promise<RunRecord | undefined>;
  saveRun(run: RunRecord): Promise<void>;
  /** Adds cases; a case already there is left as it is. */
  addCases(cases: readonly Case[]): Promise<void>;
  cases(): Promise<Case[]>;
  /** Adds observations; one already there is left as it is, so that a batch done twice is harmless. */
  addObservations(observations: readonly Observation[]): Promise<void>;
  /** All observations, in the order stored. */
  observations(): AsyncIterable<Observation>;
  /** Keys of all observations (see observationKey). */
  keys(): Promise<Set<string>>;
}

/** What people decided about a run's cases; only ever added to. */
export interface DecisionLog {
  /** All decisions, in the order added. */
  decisions(): Promise<Decision[]>;
  /** Adds decisions; one already there is left as it is. Returns how many were new. Durable when it resolves. */
  addDecisions(decisions: readonly Decision[]): Promise<number>;
}

/**
 * Texts that were computed from a run and can be computed again, kept because computing takes long. They are gone once
 * the run changes.
 */
export interface DerivedCache {
  /** @param version of what computed it; another version's is not found */
  derived(name: string, version: string): Promise<string | undefined>;
  /** Texts whose names start with a prefix, by name. */
  allDerived(prefix: string, version: string): AsyncIterable<{ readonly name: string; readonly body: string }>;
  /** Replaces everything kept. */
  saveDerived(version: string, texts: Iterable<readonly [name: string, body: string]>): Promise<void>;
}

/** Everything that is kept of one run: what a file or a database is opened as. */
export interface RunStore extends Store, DecisionLog, DerivedCache {
  /** One case by its id. */
  case(id: string): Promise<Case | undefined>;
}

/** What a sweep says while it works; data, not text. */
export type ProgressEvent =
  | { readonly kind: 'phase'; readonly phase: string; readonly total: number; readonly done: number }
  /** `caseId`: the last of them. */
  | { readonly kind: 'advanced'; readonly role: Role; readonly cases: number; readonly caseId?: string | undefined }
  /** Cases that later events may name. */
  | { readonly kind: 'cases'; readonly cases: readonly Pick<Case, 'id' | 'scenario' | 'levels'>[] }
  /** What stage 1 says of the design; `strongest` in words. */
  | { readonly kind: 'effects'; readonly count: number; readonly strongest?: string | undefined }
  /** `use` is undefined once the process is gone. */
  | { readonly kind: 'usage'; readonly role: Role; readonly use: ModelUse | undefined }
  | { readonly kind: 'engine'; readonly role: Role; readonly facts: EngineFacts }
  | { readonly kind: 'note'; readonly code: string; readonly detail: string };

export type Progress = (event: ProgressEvent) => void;
