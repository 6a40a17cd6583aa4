// A model reference -> verified files on this machine, pinned by commit and hash.
export { type HubEnvironment, hubEnvironment } from './environment.ts';
export { type FoundText, readGenerationConfig } from './cards/generation-config.ts';
export { heldModels, type HeldModel } from './held.ts';
export { askHub, existing, type ModelFolder, modelFolders, wayOut } from './looking.ts';
export { lockFileName, pin, readLock } from './lock-file.ts';
export { readModelCard } from './cards/model-card.ts';
export { type AdaptedReference, parseReference, readAdapted, type Reference } from './references.ts';
export {
  type PullProgress,
  type ResolvedAdapter,
  type ResolvedFile,
  type ResolvedModel,
  type ResolveOptions,
  resolveModel,
} from './resolve.ts';
