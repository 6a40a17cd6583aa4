// Files in which weights stand in another's place, and files that lack what llama.cpp reads first.
import { columns, type Edits } from './tampered-base.ts';
import type { Tampered } from './tampered.ts';

/** Each tensor with the data of the one that `from` names. */
const dataOf = (from: (name: string) => string): Edits => ({
  tensors: specs =>
    specs.map(one => {
      const other = specs.find(({ name }) => name === from(one.name));
      return other === undefined ? one : { ...one, data: other.data };
    }),
});

/** A name in the other's place, and the other way round. */
const swapped = (a: string, b: string) => dataOf(name => (name === a ? b : name === b ? a : name));

/** Each block with the weights of the one that `of` gives for it. */
const blocksFrom = (of: (block: number) => number) =>
  dataOf(name => name.replace(/^blk\.(\d+)\./, (_, block: string) => `blk.${of(Number(block))}.`));

/** Rows of `count` tokens from `first` on, and those `apart` behind them. */
const rowsSwapped = (first: number, count: number, apart: number): Edits => ({
  weights: {
    'token_embd.weight': values => {
      for (let row = first; row < first + count; row++) {
        const [here, there] = [row * columns, (row + apart) * columns];
        const kept = values.slice(here, here + columns);
        values.copyWithin(here, there, there + columns);
        values.set(kept, there);
      }
    },
  },
});

const exchanged = { against: 'weights-exchanged' };
const lacks = (key: string): Edits => ({ metadata: { [key]: undefined } });

export const misplaced: readonly Tampered[] = [
  { kind: 'one matrix of two layers', ...swapped('blk.3.ffn_up.weight', 'blk.4.ffn_up.weight'), ...exchanged },
  { kind: 'queries and keys', ...swapped('blk.3.attn_q.weight', 'blk.3.attn_k.weight'), ...exchanged },
  {
    kind: 'a layer with the matrix of another',
    ...dataOf(name => (name === 'blk.3.ffn_up.weight' ? 'blk.2.ffn_up.weight' : name)),
    ...exchanged,
  },
  { kind: 'two whole layers', ...blocksFrom(block => (block === 3 ? 4 : block === 4 ? 3 : block)), ...exchanged },
  { kind: 'all layers backwards', ...blocksFrom(block => 7 - block), ...exchanged },
  { kind: 'rows of two tokens', ...rowsSwapped(3, 1, 6), ...exchanged },
  { kind: 'rows of forty tokens', ...rowsSwapped(0, 20, 100), ...exchanged },
  { kind: 'rows of most tokens', ...rowsSwapped(0, 110, 110), ...exchanged },
  { kind: 'no context length', ...lacks('llama.context_length'), alone: 'keys-missing' },
  { kind: 'no width', ...lacks('llama.embedding_length'), alone: 'keys-missing' },
  { kind: 'no count of blocks', ...lacks('llama.block_count'), alone: 'keys-missing' },
  { kind: 'no kind of tokenizer', ...lacks('tokenizer.ggml.model'), alone: 'keys-missing' },
  { kind: 'no vocabulary', ...lacks('tokenizer.ggml.tokens'), alone: 'keys-missing' },
];
