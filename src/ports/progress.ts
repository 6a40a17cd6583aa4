// What hears how far the work is.
import type { Case } from '../records/suites/case.ts';
import type { Effect } from '../records/comparison.ts';
import type { Phase } from '../records/sweeps/phase.ts';
import type { Role } from '../records/observation.ts';
import type { EngineFacts, ModelUse } from './engine.ts';

/** What a sweep says while it works; data, not text. */
export type ProgressEvent =
  | { readonly kind: 'phase'; readonly phase: Phase; readonly total: number; readonly done: number }
  /** `caseId`: the last of them. */
  | { readonly kind: 'advanced'; readonly role: Role; readonly cases: number; readonly caseId?: string | undefined }
  /** Cases that later events may name. */
  | { readonly kind: 'cases'; readonly cases: readonly Pick<Case, 'id' | 'scenario' | 'levels'>[] }
  /** What stage 1 says of the design. */
  | { readonly kind: 'effects'; readonly count: number; readonly strongest?: Effect | undefined }
  /** `use` is undefined once the process is gone. */
  | { readonly kind: 'usage'; readonly role: Role; readonly use: ModelUse | undefined }
  | { readonly kind: 'engine'; readonly role: Role; readonly facts: EngineFacts }
  | { readonly kind: 'note'; readonly code: string; readonly detail: string };

export type Progress = (event: ProgressEvent) => void;
