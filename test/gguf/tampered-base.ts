// A small model with all that honest ones have, and ways to change it.
import { createRandom } from '../../src/statistics/index.ts';
import { type Entry, f32Data, type GgufSpec, type TensorSpec, writeGguf } from './writer.ts';

export const columns = 128;
export const blocks = 8;
const modules = ['attn_q', 'attn_k', 'attn_v', 'attn_output', 'ffn_gate', 'ffn_up', 'ffn_down'];

/** Letters as byte-level BPE has them, and merges whose tokens follow in their order. */
const letters = [...'abcdefghijklmnopqrstuvwxyzĠ'];
export const specials = ['<|endoftext|>', '<|im_start|>', '<|im_end|>'] as const;
const made = letters.slice(0, 20).flatMap(left => letters.slice(0, 10).map(right => [left, right] as const));
export const merges = made.map(pair => pair.join(' '));
export const tokens: readonly string[] = [
  ...letters,
  ...made.map(pair => pair.join('')),
  ...specials,
  '<tool_call>',
  '<|pad|>',
];
const userDefined = tokens.indexOf('<tool_call>');
export const types: readonly number[] = tokens.map((_, id) =>
  id === userDefined ? 4 : tokens[id]?.startsWith('<') ? 3 : 1,
);
export const idOf = (token: string): number => tokens.indexOf(token);

export const template = `{% for message in messages %}<|im_start|>{{ message.role }}
{{ message.content }}<|im_end|>
{% endfor %}{% if add_generation_prompt %}<|im_start|>assistant
{% endif %}`;

/** What a normaliser replaces, as some tokenizers have it; long enough to stay in the file. */
export const charsmap: readonly number[] = Array.from({ length: 2000 }, () => 0);

export const metadata: Readonly<Record<string, Entry>> = {
  'general.architecture': ['string', 'llama'],
  'general.type': ['string', 'model'],
  'general.name': ['string', 'Honest 1B Instruct'],
  'general.description': ['string', 'A model for tests.'],
  'general.license': ['string', 'apache-2.0'],
  'general.base_model.count': ['u32', 1],
  'general.base_model.0.name': ['string', 'Honest 1B'],
  'general.base_model.0.repo_url': ['string', 'https://huggingface.co/honest/Honest-1B'],
  'general.file_type': ['u32', 0],
  'llama.context_length': ['u32', 256],
  'llama.embedding_length': ['u32', columns],
  'llama.block_count': ['u32', blocks],
  'llama.feed_forward_length': ['u32', columns],
  'llama.attention.head_count': ['u32', 4],
  'llama.attention.head_count_kv': ['u32', 4],
  'llama.attention.layer_norm_rms_epsilon': ['f32', 1e-5],
  'tokenizer.ggml.model': ['string', 'gpt2'],
  'tokenizer.ggml.pre': ['string', 'qwen2'],
  'tokenizer.ggml.tokens': ['string', tokens],
  'tokenizer.ggml.token_type': ['i32', types],
  'tokenizer.ggml.merges': ['string', merges],
  'tokenizer.ggml.precompiled_charsmap': ['u8', charsmap],
  'tokenizer.ggml.bos_token_id': ['u32', idOf('<|endoftext|>')],
  'tokenizer.ggml.eos_token_id': ['u32', idOf('<|im_end|>')],
  'tokenizer.ggml.padding_token_id': ['u32', idOf('<|pad|>')],
  'tokenizer.ggml.add_bos_token': ['bool', false],
  'tokenizer.chat_template': ['string', template],
};

/** Weights of one tensor, the same each time. */
export function weights(name: string, length: number): Float32Array {
  const random = createRandom(name);
  return Float32Array.from({ length }, () => {
    return 0.02 * Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  });
}

export interface Shape {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Names and shapes of the honest model's tensors. */
export const shapes: readonly Shape[] = [
  { name: 'token_embd.weight', shape: [columns, tokens.length] },
  { name: 'output_norm.weight', shape: [columns] },
  ...Array.from({ length: blocks }, (_, block) => [
    { name: `blk.${block}.attn_norm.weight`, shape: [columns] },
    ...modules.map(module => ({ name: `blk.${block}.${module}.weight`, shape: [columns, columns] })),
  ]).flat(),
];

/** A tensor of this shape with its usual weights, changed by `edit`. */
export function tensor({ name, shape }: Shape, edit?: (values: Float32Array) => void): TensorSpec {
  const values = weights(
    name,
    shape.reduce((product, size) => product * size, 1),
  );
  edit?.(values);
  return { name, shape, type: 'F32', data: f32Data(values) };
}

/** Changes to the honest model. */
export interface Edits {
  /** undefined removes a key. */
  readonly metadata?: Readonly<Record<string, Entry | undefined>>;
  /** Weights by tensor name. */
  readonly weights?: Readonly<Record<string, (values: Float32Array) => void>>;
  readonly shapes?: (shapes: readonly Shape[]) => readonly Shape[];
  readonly tensors?: (tensors: readonly TensorSpec[]) => readonly TensorSpec[];
  readonly bytes?: (bytes: Buffer) => Buffer;
}

export function honest({ metadata: changes = {}, weights: edits = {}, ...more }: Edits = {}): Buffer {
  const entries = Object.entries({ ...metadata, ...changes });
  const specs = (more.shapes?.(shapes) ?? shapes).map(shape => tensor(shape, edits[shape.name]));
  const spec: GgufSpec = {
    metadata: entries.filter((entry): entry is [string, Entry] => entry[1] !== undefined),
    tensors: more.tensors?.(specs) ?? specs,
  };
  const bytes = writeGguf(spec);
  return more.bytes?.(bytes) ?? bytes;
}

/** Metadata with one token's text, or type, replaced. */
export const token = (old: string, text: string, type?: number): Record<string, Entry> => ({
  'tokenizer.ggml.tokens': ['string', tokens.map(one => (one === old ? text : one))],
  ...(type !== undefined && {
    'tokenizer.ggml.token_type': ['i32', types.map((one, id) => (tokens[id] === old ? type : one))],
  }),
});
