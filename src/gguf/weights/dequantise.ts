// Bytes of a tensor -> its numbers, for every tensor type of llama.cpp; checked against gguf-py's and ggml's numbers.
import { bf16, f16, f32, f64, i8, i16, i32, i64, mxfp4, nvfp4 } from './dequantise/blocks.ts';
import { q1_0, q2_0, q4_0, q4_1, q5_0, q5_1, q8_0, q8_1 } from './dequantise/blocks.ts';
import { iq1_m, iq1_s, iq2_s, iq2_xs, iq2_xxs, iq3_s, iq3_xxs, iq4_nl, iq4_xs } from './dequantise/iq.ts';
import { q2_k, q3_k, q4_k, q5_k, q6_k, q8_k } from './dequantise/k-quants.ts';
import type { Dequantiser } from './dequantise/numbers.ts';
import { tq1_0, tq2_0 } from './dequantise/ternary.ts';

const dequantisers: Readonly<Record<string, Dequantiser>> = {
  F32: f32,
  F16: f16,
  BF16: bf16,
  F64: f64,
  I8: i8,
  I16: i16,
  I32: i32,
  I64: i64,
  Q1_0: q1_0,
  Q2_0: q2_0,
  Q4_0: q4_0,
  Q4_1: q4_1,
  Q5_0: q5_0,
  Q5_1: q5_1,
  Q8_0: q8_0,
  Q8_1: q8_1,
  Q2_K: q2_k,
  Q3_K: q3_k,
  Q4_K: q4_k,
  Q5_K: q5_k,
  Q6_K: q6_k,
  Q8_K: q8_k,
  IQ1_S: iq1_s,
  IQ1_M: iq1_m,
  IQ2_XXS: iq2_xxs,
  IQ2_XS: iq2_xs,
  IQ2_S: iq2_s,
  IQ3_XXS: iq3_xxs,
  IQ3_S: iq3_s,
  IQ4_NL: iq4_nl,
  IQ4_XS: iq4_xs,
  TQ1_0: tq1_0,
  TQ2_0: tq2_0,
  MXFP4: mxfp4,
  NVFP4: nvfp4,
};

/** Fills `values` from the bytes of whole blocks; undefined for a type whose layout is not known here. */
export function dequantiser(type: string): Dequantiser | undefined {
  return dequantisers[type];
}

/**
 * How far a quantisation moves normally distributed weights, relative to their size (root mean square of the difference).
 * Measured with ggml's own quantisers (ggml_quantize_chunk, no importance matrix) on 64 x 2048 numbers; Q8_1 and Q8_K,
 * which no file has weights in, as Q8_0.
 */
export const quantisationNoise: Readonly<Record<string, number>> = {
  F64: 0,
  F32: 0,
  F16: 0.0002,
  BF16: 0.0017,
  Q8_0: 0.0054,
  Q8_1: 0.0054,
  Q8_K: 0.0054,
  Q6_K: 0.0174,
  Q5_1: 0.0338,
  Q5_K: 0.0354,
  Q5_0: 0.0406,
  Q4_1: 0.0702,
  Q4_K: 0.0711,
  IQ4_NL: 0.075,
  IQ4_XS: 0.0757,
  Q4_0: 0.082,
  NVFP4: 0.103,
  MXFP4: 0.114,
  IQ3_S: 0.137,
  Q3_K: 0.145,
  IQ3_XXS: 0.182,
  IQ2_S: 0.249,
  Q2_K: 0.269,
  IQ2_XS: 0.3,
  IQ2_XXS: 0.343,
  IQ1_M: 0.452,
  IQ1_S: 0.487,
  Q1_0: 0.601,
  Q2_0: 0.72,
  TQ1_0: 0.81,
  TQ2_0: 0.81,
};
