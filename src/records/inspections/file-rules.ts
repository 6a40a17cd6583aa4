// The static rules for tokenizer, metadata, tensors and layout of a model file, and how grave it is to break one. Ids are
// stable: suppressions and SARIF name them; words/file-rules.ts says what they mean.

export const fileRules = {
  // What the file is.
  'is-adapter': 'alarm',
  'not-a-language-model': 'alarm',
  'vision-tensors': 'notice',
  'tensors-missing': 'alarm',
  'shape-contradicts': 'alarm',
  'file-type-contradicts': 'alarm',
  'file-type-unknown': 'notice',
  // Bytes and texts.
  'trailing-bytes': 'alarm',
  'trailing-zeros': 'notice',
  'padding-not-empty': 'alarm',
  'hidden-characters': 'alarm',
  'hidden-characters-in-token': 'alarm',
  'not-utf8': 'alarm',
  'oversized-text': 'alarm',
  // Tokenizer.
  'no-token-types': 'alarm',
  'token-type-unknown': 'alarm',
  'token-id-out-of-range': 'alarm',
  'end-is-plain-text': 'alarm',
  'begin-is-plain-text': 'alarm',
  'end-not-control': 'notice',
  'end-never-written': 'alarm',
  'no-end-token': 'notice',
  'end-is-appended': 'alarm',
  'duplicate-tokens': 'alarm',
  'token-lookalikes': 'alarm',
  'token-not-byte-encoded': 'alarm',
  'merge-unknown': 'alarm',
  'merges-out-of-order': 'alarm',
  'merges-unordered': 'notice',
  'scores-out-of-order': 'alarm',
  'no-pre-tokenizer': 'notice',
  // Numbers of the tensors, of the candidate alone.
  'weights-not-finite': 'alarm',
  'weights-outlier': 'alarm',
  'weights-zeroed': 'alarm',
  'weights-zero-run': 'notice',
  'weights-not-read': 'notice',
  // Against a baseline.
  'special-tokens-changed': 'alarm',
  'pre-tokenizer-changed': 'alarm',
  'merges-changed': 'alarm',
  'scores-changed': 'alarm',
  'licence-changed': 'alarm',
  'base-model-changed': 'alarm',
  'provenance-dropped': 'notice',
  'zeroed-against-baseline': 'alarm',
  'few-weights-changed': 'alarm',
  'outlier-against-baseline': 'alarm',
  'some-rows-changed': 'notice',
  'edited-in-one-place': 'alarm',
  'rows-added': 'notice',
} as const satisfies Readonly<Record<string, 'alarm' | 'notice'>>;

export type FileRuleId = keyof typeof fileRules;
