// Which two models `turncoat models` suggests to compare, by what their files claim.
import { expect, test } from 'vitest';
import type { ListedModel, Said } from '../../src/app/models/listing.ts';
import { suggestPairs } from '../../src/app/models/pairing.ts';

const vocabulary = 'a'.repeat(64);
let sketches = 0;

function listed(reference: string, says: Partial<Said> = {}, also: readonly string[] = []): ListedModel {
  const usual: Said = {
    sizeBytes: 1,
    architecture: 'qwen2',
    quantisation: 'Q4_K_M',
    parameterCount: 1,
    template: 'tools',
    adapter: false,
    bases: [],
    shape: 'qwen2 24 896',
    vocabulary,
    changedMs: 1,
    sketch: String(++sketches),
  };
  return { reference, also, path: reference, says: { ...usual, ...says } };
}

const base = listed('hf:Qwen/Qwen2.5-0.5B-Instruct-GGUF/qwen2.5-0.5b-instruct-q4_k_m.gguf', {
  name: 'Qwen2.5 0.5B Instruct',
});
const tuned = listed('ollama:night-shift:latest', {
  bases: ['https://huggingface.co/Qwen/Qwen2.5-0.5B-Instruct'],
  vocabulary: 'b'.repeat(64),
});

test('what says that it was made from the other goes first, whatever its age and vocabulary', () => {
  const stranger = listed('ollama:stranger:latest', { changedMs: 9 });
  for (const models of [
    [base, tuned, stranger],
    [stranger, tuned, base],
  ]) {
    const [first] = suggestPairs(models, 3);
    expect(first).toEqual({
      candidate: tuned.reference,
      baseline: base.reference,
      bonds: ['made-from', 'same-quantisation'],
      eitherWay: false,
    });
  }
});

test('two that share a base and a vocabulary are a pair; with another shape, no template or an adapter they are none', () => {
  const bases = ['Qwen/Qwen2.5-0.5B-Instruct'];
  const one = listed('ollama:one:latest', { bases, changedMs: 2 });
  const other = (says: Partial<Said>) => listed('ollama:other:latest', { bases, ...says });
  expect(suggestPairs([one, other({})], 3)).toEqual([
    {
      candidate: one.reference,
      baseline: 'ollama:other:latest',
      bonds: ['same-base', 'same-vocabulary', 'same-quantisation'],
      eitherWay: true,
    },
  ]);
  for (const says of [{ shape: 'qwen2 28 1536' }, { template: 'none' }, { adapter: true }] as const)
    expect(suggestPairs([one, other(says)], 3)).toEqual([]);
});

test('copies of one file are one model: none is compared with another, and a pair is suggested once', () => {
  const copies = ['hf:maker/base-GGUF/base.gguf', 'llamacpp:maker/base-GGUF', 'lmstudio:maker/base-GGUF:base.gguf'].map(
    reference => listed(reference, { sketch: 'base' }),
  );
  const other = listed('ollama:tuned:latest', { changedMs: 2 });
  expect(suggestPairs([...copies, other], 3)).toEqual([
    expect.objectContaining({ candidate: other.reference, baseline: 'hf:maker/base-GGUF/base.gguf' }),
  ]);
  // A name that only a copy has is known all the same.
  const named = listed('ollama:tuned:latest', { bases: ['maker/Renamed'] });
  const copy = listed('lmstudio:maker/Renamed-GGUF:x.gguf', { sketch: 'base' });
  expect(suggestPairs([...copies, copy, named], 3)).toEqual([
    expect.objectContaining({ bonds: ['made-from', 'same-vocabulary', 'same-quantisation'], eitherWay: false }),
  ]);
});
