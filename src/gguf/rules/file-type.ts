// The quantisation that a file claims -> whether its matrices have it.
import type { InspectionFinding } from '../../records/inspections/inspection.ts';
import type { ModelFile, Tensor } from '../model.ts';
import { tensorTypes } from '../settings.ts';
import { fileTypeName } from '../file/tensor-types.ts';
import { found } from './found.ts';

/** Types that a claimed quantisation is made of, where the name does not say it (llama-quant.cpp). */
const madeOf: Readonly<Record<string, readonly string[]>> = {
  Q2_K_S: ['Q2_K'],
  Q3_K_S: ['Q3_K'],
  Q3_K_M: ['Q3_K'],
  Q3_K_L: ['Q3_K'],
  Q4_K_S: ['Q4_K'],
  Q4_K_M: ['Q4_K'],
  Q5_K_S: ['Q5_K'],
  Q5_K_M: ['Q5_K'],
  IQ2_S: ['IQ2_XS', 'IQ2_S'],
  IQ2_M: ['IQ2_S'],
  IQ3_XS: ['IQ3_XXS', 'IQ3_S'],
  IQ3_M: ['IQ3_S'],
  MXFP4_MOE: ['MXFP4'],
};

/** What llama.cpp takes for rows that are no multiple of 256 (tensor_type_fallback_impl). */
const fallback: Readonly<Record<string, readonly string[]>> = {
  TQ1_0: ['Q4_0', 'F16'],
  TQ2_0: ['Q4_0', 'F16'],
  Q2_K: ['IQ4_NL', 'Q4_0'],
  Q3_K: ['IQ4_NL', 'Q4_0'],
  Q4_K: ['Q5_0'],
  Q5_K: ['Q5_1'],
  Q6_K: ['Q8_0'],
};
const iq = ['IQ4_NL', 'Q4_0'];

/** Bit that llama.cpp sets where it guessed (LLAMA_FTYPE_GUESSED). */
const guessed = 1024;

/** An alarm where no matrix has a type that the claim stands for. */
export function fileTypeFindings({ metadata, tensors }: ModelFile): InspectionFinding[] {
  const claimed = metadata['general.file_type'];
  if (typeof claimed !== 'number') return [];
  const name = fileTypeName(claimed >= guessed ? claimed - guessed : claimed);
  if (name === undefined) return [found('file-type-unknown', `general.file_type is ${claimed}`)];
  const matrices = tensors.filter(isMatrix);
  if (matrices.length === 0) return [];
  const types = madeOf[name] ?? [name];
  if (matrices.some(tensor => types.some(type => fits(tensor, type)))) return [];
  const real = tensorTypes({ tensors: matrices }).map(({ type, tensors: count }) => `${count} ${type}`);
  return [found('file-type-contradicts', `it says ${name}, and its matrices are ${real.slice(0, 4).join(', ')}`)];
}

const isMatrix = ({ shape }: Tensor): boolean => shape.length >= 2 && shape.slice(1).some(size => size > 1);

function fits({ type, shape }: Tensor, wanted: string): boolean {
  if (type === wanted) return true;
  const odd = (shape[0] ?? 0) % 256 !== 0;
  return odd && (fallback[wanted] ?? (wanted.startsWith('IQ') ? iq : [])).includes(type);
}
