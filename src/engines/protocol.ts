// What a parent and its model process say to each other over IPC. Both sides are ours and of one version.
import type { Observation, Role } from '../records/observation.ts';
import type { Containment, EngineFacts, Job, ModelUse, Sampling } from '../ports/engine.ts';

/**
 * Windows of jobs that the parent has under way: enough that the model never waits while results are stored. It sends
 * another only once the oldest is done, which the session must know.
 */
export const windowsAhead = 3;

export type GpuChoice = 'auto' | 'cuda' | 'vulkan' | 'metal' | 'off';

/** What llama.cpp runs on. */
export interface Devices {
  /** Its backend; `off`: the processor. */
  readonly gpu: Exclude<GpuChoice, 'auto'>;
  /** Of GPUs. */
  readonly names: readonly string[];
  /** Of all of them. */
  readonly memory?: { readonly totalBytes: number; readonly freeBytes: number } | undefined;
  /** `llama.cpp b9999` */
  readonly engine: string;
}

/** An adapter's file, and what its change is multiplied with. */
export interface AdapterToLoad {
  readonly path: string;
  readonly scale: number;
}

export interface LoadRequest {
  readonly path: string;
  readonly gpu: GpuChoice;
  /** Numbers of the devices to use, `0,1`; absent: all. */
  readonly gpuDevice?: string | undefined;
  /** Layers on the GPU; absent: as many as fit. */
  readonly gpuLayers?: number | undefined;
  readonly threads: number;
  readonly sequences: number;
  /** About the tokens of the longest prompt with its reply, to leave room for on a GPU; 0: not known. */
  readonly contextTokens: number;
  /** Try how the model runs fastest, `threads` being the most; else it runs as it is told. */
  readonly calibrate?: boolean;
}

/**
 * A process holds one model, and a context for each lane: contexts with other adapters share the model's weights. An open
 * context of a lane is replaced.
 */
export type Request =
  /** Is answered as soon as it is heard. */
  | { readonly kind: 'hello' }
  /** Which GPUs this choice leads to; no model is needed. */
  | { readonly kind: 'devices'; readonly gpu: GpuChoice }
  | { readonly kind: 'load'; readonly load: LoadRequest }
  | { readonly kind: 'count'; readonly texts: readonly string[] }
  | {
      readonly kind: 'open-context';
      readonly lane: number;
      readonly contextTokens: number;
      readonly adapters: readonly AdapterToLoad[];
    }
  | {
      readonly kind: 'observe';
      readonly lane: number;
      readonly role: Role;
      readonly jobs: readonly Job[];
      readonly sampling: Sampling;
      /** No more jobs follow. */
      readonly last: boolean;
    }
  | { readonly kind: 'cancel'; readonly lane: number };

export type Reply =
  | { readonly kind: 'hello' }
  | { readonly kind: 'devices'; readonly devices: Devices }
  | { readonly kind: 'loaded'; readonly gpu: GpuChoice }
  /** Of each text, and the length of text that the model was trained on. */
  | { readonly kind: 'counted'; readonly tokens: readonly number[]; readonly trained: number }
  | { readonly kind: 'opened'; readonly facts: EngineFacts }
  | { readonly kind: 'observed'; readonly observations: Observation[] }
  | { readonly kind: 'cancelled' }
  | {
      readonly kind: 'failed';
      readonly code: string;
      readonly message: string;
      readonly log: string;
      /** What to do, where the process knows. */
      readonly hint?: string | undefined;
    };

/** Sent about once a second, whatever the process is asked; its number is {@link unasked}. */
export interface Pulse {
  readonly kind: 'pulse';
  readonly use: ModelUse;
}

/** The first that a process says: it can be asked. Its number is {@link unasked}. */
export interface Started {
  readonly kind: 'started';
  readonly containment: Containment;
}

/** In the place of the number of a request, for what no request asked for. */
export const unasked = -1;

/** Several requests can be under way; a reply carries the number of its request. */
export interface Numbered<T> {
  readonly id: number;
  readonly body: T;
}
