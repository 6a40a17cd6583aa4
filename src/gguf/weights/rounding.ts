// A quantised tensor beside one in full precision -> whether each stored level is the one that rounding the full weight gives.
// Any change that a quantisation's noise would hide shows here: rounding always takes the nearest level.
import type { Tensor } from '../model.ts';
import { dequantiser } from './dequantise.ts';
import { blockOf, tensorRows } from './tensor-stream.ts';

/** How a type stores its levels: all else in a block are scales. */
interface Grid {
  /** Numbers that share a scale, and those whose scales share one. */
  readonly group: number;
  readonly above: number;
  /** Bytes of a block that hold levels. */
  readonly from: number;
  readonly to: number;
  /** Levels of a number, evenly spaced between the lowest and the highest. */
  readonly count: number;
  /** Share of a step beyond half of one that llama.cpp's quantiser may be off (ggml-quants.c). */
  readonly slack: number;
  /** Steps beyond the first and the last level that it may leave a number, which then takes that level. */
  readonly beyond: number;
  /** Into how many parts the scale above divides that of a group; absent: a group has its own. */
  readonly parts?: number;
}

/**
 * With an importance matrix the types of 32 numbers keep levels found with another scale than the one that is stored; K-quants
 * round again with what is stored.
 */
const grids: Readonly<Record<string, Grid>> = {
  Q4_0: { group: 32, above: 32, from: 2, to: 18, count: 16, slack: 0.35, beyond: 2.5 },
  Q4_1: { group: 32, above: 32, from: 4, to: 20, count: 16, slack: 0.35, beyond: 2.5 },
  Q5_0: { group: 32, above: 32, from: 2, to: 22, count: 32, slack: 0.35, beyond: 2.5 },
  Q5_1: { group: 32, above: 32, from: 4, to: 24, count: 32, slack: 0.35, beyond: 2.5 },
  Q8_0: { group: 32, above: 32, from: 2, to: 34, count: 256, slack: 0.1, beyond: 0.5 },
  Q2_K: { group: 16, above: 256, from: 16, to: 80, count: 4, slack: 0.1, beyond: 3.5, parts: 15 },
  Q3_K: { group: 16, above: 256, from: 0, to: 96, count: 8, slack: 0.1, beyond: 3.5, parts: 31 },
  Q4_K: { group: 32, above: 256, from: 16, to: 144, count: 16, slack: 0.1, beyond: 3.5, parts: 63 },
  Q5_K: { group: 32, above: 256, from: 16, to: 176, count: 32, slack: 0.1, beyond: 3.5, parts: 63 },
  Q6_K: { group: 16, above: 256, from: 0, to: 192, count: 64, slack: 0.1, beyond: 3.5, parts: 127 },
};

/** Half of a unit in the last place of the full type, relative: the quantiser may have seen more digits. */
const digits: Readonly<Record<string, number>> = { F64: 0, F32: 0, F16: 2 ** -11, BF16: 2 ** -8 };

/** Numbers that it takes to tell how they lie in their boxes. */
const fewest = 2000;

/** How many times wider than its weights need a scale may be; an importance matrix moves it by an eighth. */
const mostWide = 2;
/** Scales of a group are kept as parts of the widest one above them. */
const partsOfScale = 8;
/** Such parts that a group's levels may fall short of its numbers by. Most with ggml's quantisers: 4.1 (golden/rounded.json). */
const partsShort = 5;

/** Scales underflow below it, or keep few digits: another level than the nearest of so small a number is no edit for sure. */
const tiny = 1e-5;
/** Half of the smallest number of F16: rounding to it moves small ones by so much. BF16 goes as far as F32 does. */
const underflow: Readonly<Record<string, number>> = { F16: 2 ** -25, F32: 2 ** -25 };

/** A number whose level no rounding gives. */
export interface Moved {
  readonly row: number;
  readonly column: number;
  readonly quantised: number;
  readonly full: number;
}

/** Counts the levels of a pair of tensors, piece by piece. */
export class Rounding {
  /** Numbers looked at, and those with another level than the nearest. */
  of = 0;
  moved = 0;
  /** Other levels than the nearest of numbers so small that a quantiser may have done it, or anybody. */
  #unclear = 0;
  first: Moved | undefined;
  /** Which of the two is quantised. */
  readonly side: 'candidate' | 'baseline';
  /** undefined: a float of fewer digits. */
  readonly #grid: Grid | undefined;
  readonly #digits: number;
  readonly #type: string;
  readonly #block: number;
  readonly #columns: number;
  /** Numbers between the first and the last level since the last stretch that was long enough to tell, and the sum of their
   * squared distances from it, in steps. */
  #inside = 0;
  #squares = 0;
  #worst: number | undefined;
  #steps = new Float32Array(0);
  #short = new Float32Array(0);
  #ends: [low: Float32Array, high: Float32Array] = [new Float32Array(0), new Float32Array(0)];

  private constructor(quantised: Tensor, full: Tensor, side: 'candidate' | 'baseline') {
    this.side = side;
    this.#type = quantised.type;
    this.#grid = grids[quantised.type];
    this.#digits = (digits[full.type] as number) + (digits[quantised.type] ?? 0);
    this.#block = blockOf(quantised).blockBytes;
    this.#columns = tensorRows(quantised).columns;
  }

  /** undefined: neither can be the other rounded, or the type's levels lie on no even grid. */
  static of(candidate: Tensor, baseline: Tensor): Rounding | undefined {
    const [own, other] = [digits[candidate.type], digits[baseline.type]];
    if (own !== undefined && other !== undefined && own !== other)
      return own > other
        ? new Rounding(candidate, baseline, 'candidate')
        : new Rounding(baseline, candidate, 'baseline');
    if (candidate.type in grids && baseline.type in digits) return new Rounding(candidate, baseline, 'candidate');
    if (baseline.type in grids && candidate.type in digits) return new Rounding(baseline, candidate, 'baseline');
    return undefined;
  }

  /**
   * Adds a piece.
   * @param bytes of the quantised tensor, whole blocks
   * @param quantised the numbers in them
   * @param full the other tensor's
   * @param start place of the first number in the tensor
   */
  add(bytes: Buffer, quantised: Float32Array, full: Float32Array, start: number): void {
    this.of += quantised.length;
    if (this.#grid === undefined) return this.#addDigits(quantised, full, start);
    const [low, high] = this.#range(bytes, quantised.length, this.#grid);
    const { count, slack, beyond } = this.#grid;
    const most = 0.5 + slack;
    const needed = this.#needed(low, high, full, this.#grid);
    for (let index = 0; index < quantised.length; index++) {
      const [value, weight] = [quantised[index] as number, full[index] as number];
      const [first, last] = [low[index] as number, high[index] as number];
      const step = Math.abs(last - first) / (count - 1);
      // What lies beyond the last level takes that level.
      const within = Math.min(Math.max(weight, Math.min(first, last)), Math.max(first, last));
      const allowed = most * Math.min(step, needed[index] as number) + Math.abs(weight) * this.#digits;
      // A scale that is too small for its weights leaves them beyond all levels: an edit, not a rounding.
      const isBeyond = Math.abs(weight - within) > Math.max(beyond * step, this.#short[index] as number);
      // What is no number is told elsewhere.
      if (isBeyond || Math.abs(value - within) > allowed) {
        if (Math.abs(value - weight) > tiny) this.#note(start + index, value, weight);
        // A scale that is zero leaves nothing to choose.
        else if (step > 0) this.#unclear++;
      }
      if (step > 0 && value !== first && value !== last) {
        this.#stretch(((weight - value) / step) ** 2);
      }
    }
  }

  #addDigits(rounded: Float32Array, full: Float32Array, start: number): void {
    for (let index = 0; index < rounded.length; index++) {
      const [value, weight] = [rounded[index] as number, full[index] as number];
      const off = Math.abs(value - weight);
      if (off > Math.abs(weight) * this.#digits && off > (underflow[this.#type] ?? 0))
        this.#note(start + index, value, weight);
    }
  }

  #stretch(square: number): void {
    this.#squares += square;
    if (++this.#inside < fewest) return;
    this.#worst = Math.max(this.#worst ?? 0, (12 * this.#squares) / this.#inside);
    this.#inside = 0;
    this.#squares = 0;
  }

  /**
   * The widest step that each number's neighbours are a reason for: a scale that is wider rounds them all to a few levels, or
   * to zero, and each level would still be the nearest.
   */
  #needed(low: Float32Array, high: Float32Array, full: Float32Array, grid: Grid): Float32Array {
    const { group, above, count, parts } = grid;
    if (this.#steps.length < full.length) this.#steps = new Float32Array(full.length);
    if (this.#short.length < full.length) this.#short = new Float32Array(full.length);
    const steps = this.#steps;
    const largest = (values: (at: number) => number, from: number, to: number, by: number): number => {
      let most = 0;
      for (let at = from; at < to; at += by) most = Math.max(most, values(at));
      return most;
    };
    for (let start = 0; start < full.length; start += above) {
      const end = Math.min(start + above, full.length);
      const step = (at: number) => Math.abs((high[at] as number) - (low[at] as number)) / (count - 1);
      const scale = above === group ? 0 : largest(step, start, end, group);
      const widest = scale / partsOfScale;
      this.#short.fill(parts === undefined ? 0 : (partsShort * scale * (count - 1)) / parts, start, end);
      for (let at = start; at < end; at += group) {
        const weight = largest(index => Math.abs(full[index] as number), at, Math.min(at + group, end), 1);
        steps.fill(Math.max(widest, (mostWide * 2 * weight) / (count - 1)), at, Math.min(at + group, end));
      }
    }
    return steps;
  }

  /**
   * How far the full weights lie from their levels: mean square, over that of weights which fall anywhere between two levels.
   * 1 for what was rounded, less where rounding was optimised or the full file was on a grid itself; up to 3 where somebody kept the
   * weights within the box that rounds alike, and pushed them to its sides. Of stretches of 2000 numbers the worst:
   * where only some rows were pushed, the others would hide them. undefined: too few to tell.
   */
  get spread(): number | undefined {
    return this.#worst;
  }

  /** Whether rounding gives each level. Small tensors may be all of a model: what they hold another makes large again. */
  get explains(): boolean {
    return this.moved === 0 && this.#unclear === 0;
  }

  #note(index: number, quantised: number, full: number): void {
    this.moved++;
    const row = Math.floor(index / this.#columns);
    this.first ??= { row, column: index - row * this.#columns, quantised, full };
  }

  /** The lowest and the highest level of each number: what the blocks say with all levels set to these. */
  #range(bytes: Buffer, length: number, grid: Grid): [low: Float32Array, high: Float32Array] {
    if (this.#ends[0].length < length) this.#ends = [new Float32Array(length), new Float32Array(length)];
    const [low, high] = this.#ends.map(all => all.subarray(0, length)) as [Float32Array, Float32Array];
    const decode = dequantiser(this.#type) as NonNullable<ReturnType<typeof dequantiser>>;
    // Levels of eight bits are signed.
    const signed = grid.count === 256;
    const blocks = Buffer.from(bytes);
    this.#setLevels(blocks, grid, signed ? 0x80 : 0);
    decode(blocks, low);
    this.#setLevels(blocks, grid, signed ? 0x7f : 0xff);
    decode(blocks, high);
    return [low, high];
  }

  #setLevels(blocks: Buffer, { from, to }: Grid, byte: number): void {
    for (let at = 0; at < blocks.length; at += this.#block) blocks.fill(byte, at + from, at + to);
  }
}
