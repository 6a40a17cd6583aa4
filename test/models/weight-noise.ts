// A model file with noise in its weights: the same size, another quality.
import { readFileSync, writeFileSync } from 'node:fs';
import { readModelFile } from '../../src/gguf/index.ts';
import { createRandom } from '../../src/statistics/index.ts';

/** A block of Q8_0: an f16 scale and 32 signed bytes. */
const block = 34;

/** Each weight moves by so many of the 127 steps of its block, up or down, with this chance. */
export interface Noise {
  readonly chance: number;
  readonly steps: number;
  readonly seed: string;
}

/** Writes a copy of a GGUF with noise on its Q8_0 weights. */
export async function withNoise(source: string, target: string, { chance, steps, seed }: Noise): Promise<void> {
  const bytes = Buffer.from(readFileSync(source));
  const { tensors } = await readModelFile(source);
  const random = createRandom(seed);
  for (const { type, offset, bytes: size } of tensors) {
    if (type !== 'Q8_0') continue;
    for (let at = 0; at < size; at++) {
      if (at % block < 2 || random.next() >= chance) continue;
      const moved = bytes.readInt8(offset + at) + (random.next() < 0.5 ? -steps : steps);
      bytes.writeInt8(Math.max(-127, Math.min(127, moved)), offset + at);
    }
  }
  writeFileSync(target, bytes);
}
