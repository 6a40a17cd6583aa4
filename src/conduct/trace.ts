// A case's sampled conversations with what they were asked, did and took.
import type { Case, Message } from '../records/suites/case.ts';
import type { Conduct } from '../records/conduct.ts';
import type { Role } from '../records/observation.ts';

/** One trial of one model. */
export interface TracedTrial {
  readonly role: Role;
  /** As the user named it. */
  readonly model: string;
  readonly trial: number;
  readonly seed: number;
  /** The whole chat: the case's messages, replies, results. */
  readonly messages: readonly Message[];
  readonly conduct: Conduct;
  /** Of each reply. */
  readonly turns: readonly {
    readonly durationMs: number;
    readonly promptTokens: number;
    readonly tokens: number;
    readonly finish: 'stop' | 'length';
  }[];
}

export interface Trace {
  readonly run: string;
  /** When the run was made, ISO 8601. */
  readonly createdAt: string;
  readonly about: Case;
  readonly trials: readonly TracedTrial[];
}
