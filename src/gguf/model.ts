// What is known of a model file without running it. Plain data.

export type Scalar = string | number | boolean;

/** An array of the metadata: short ones whole, long ones as where to read them. */
export type MetadataArray =
  | { readonly kind: 'array'; readonly elementType: string; readonly values: readonly Scalar[] }
  | {
      readonly kind: 'long-array';
      readonly elementType: string;
      readonly length: number;
      /** Position in the first file, and size there; see readMetadataArray. */
      readonly offset: number;
      readonly bytes: number;
    };

export type MetadataValue = Scalar | MetadataArray;

export interface Tensor {
  readonly name: string;
  /** ggml's order: the first dimension is contiguous (columns). */
  readonly shape: readonly number[];
  /** `Q8_0`, `F32` … */
  readonly type: string;
  /** Position in its file. */
  readonly offset: number;
  readonly bytes: number;
  /** Index into `parts`. */
  readonly part: number;
}

export interface Tokenizer {
  /** `gpt2`, `llama`, `bert` … */
  readonly model: string;
  /** Pre-tokenizer, such as `qwen2`. */
  readonly pre: string | undefined;
  readonly tokens: number;
  /** Texts of control tokens, such as `<|im_end|>`, in order of their ids. */
  readonly special: readonly string[];
  /** Texts of user-defined tokens, such as `<tool_call>` or runs of blanks: whole in any text, but not control. */
  readonly userDefined: readonly string[];
}

export interface ModelFile {
  readonly path: string;
  /** All files of a split model in order; otherwise the path alone. */
  readonly parts: readonly string[];
  readonly sizeBytes: number;
  /** GGUF version, 2 or 3. */
  readonly version: number;
  readonly architecture: string;
  readonly name: string | undefined;
  /** `Q8_0`, `Q4_K_M` …: what the file claims, otherwise the type of most of its numbers. */
  readonly quantisation: string;
  readonly parameterCount: number;
  readonly contextLength: number | undefined;
  readonly chatTemplate: string | undefined;
  /** Other templates by name, such as `tool_use`. */
  readonly namedTemplates: Readonly<Record<string, string>>;
  readonly bosToken: string | undefined;
  readonly eosToken: string | undefined;
  /** Whether the tokenizer puts the begin token in front by itself; undefined: the file does not say. */
  readonly addBos: boolean | undefined;
  readonly tokenizer: Tokenizer | undefined;
  readonly tensors: readonly Tensor[];
  readonly metadata: Readonly<Record<string, MetadataValue>>;
}
