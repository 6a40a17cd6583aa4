// A model file -> what it says about itself, and how it differs from another, without running either.
export { type AdapterFile, isAdapter, misfits, readAdapter } from './adapters/adapter.ts';
export { baseModels } from './settings.ts';
export { withIds } from './finding-ids.ts';
export { alarmsFirst } from './inspection-findings.ts';
export { readMetadataArray, readVocabulary, type Token, vocabularyDigest } from './file/arrays.ts';
export { hashFile } from './hash.ts';
export { readModelFile } from './file/header.ts';
export type { MetadataArray, MetadataValue, ModelFile, Scalar, Tensor, Tokenizer } from './model.ts';
export { splitName, splitNames } from './file/split.ts';
export { type InspectOptions, inspect } from './inspect.ts';
export type { WeightsProgress } from './weights/weights.ts';
export { bytesOf } from './file/text.ts';
