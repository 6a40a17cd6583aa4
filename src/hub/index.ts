// A model reference -> verified files on this machine, pinned by commit and hash.
export { type HubEnvironment, hubEnvironment } from './environment.ts';
export { heldModels, type HeldModel } from './held.ts';
export { lockFileName, pin, readLock } from './lock-file.ts';
export { readModelCard } from './model-card.ts';
export { type AdaptedReference, parseReference, readAdapted, type Reference } from './references.ts';
export {
  type PullProgress,
  type ResolvedAdapter,
  type ResolvedFile,
  type ResolvedModel,
  type ResolveOptions,
  resolveModel,
} from './resolve.ts';
