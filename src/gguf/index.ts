// A model file -> what it says about itself, and how it differs from another, without running either.
export { withIds } from './finding-ids.ts';
export { alarmsFirst } from './inspection-findings.ts';
export { readMetadataArray, readVocabulary, type Token } from './arrays.ts';
export { hashFile } from './hash.ts';
export { readModelFile } from './header.ts';
export type { MetadataArray, MetadataValue, ModelFile, Scalar, Tensor, Tokenizer } from './model.ts';
export { splitName, splitNames } from './split.ts';
export { type InspectOptions, inspect } from './inspect.ts';
export type { WeightsProgress } from './weights.ts';
export { bytesOf } from './text.ts';
