// What a user says of two files -> refused where nothing in them can bear it out, before anything runs.
import { UserError } from '../../errors.ts';
import { bitsOf } from '../../records/inspections/bits.ts';
import type { ModelFile } from '../../gguf/index.ts';

type Claimed = Pick<ModelFile, 'tensors' | 'quantisation'>;

/**
 * @param claim what the candidate is said to be
 * @throws UserError `not-fewer-bits` where the full file was given as the quantised one
 */
export function checkClaim(claim: 'quantised' | undefined, candidate: Claimed, baseline: Claimed): void {
  if (claim === undefined) return;
  const others = new Map(baseline.tensors.map(({ name, type }) => [name, bitsOf(type)]));
  const more = candidate.tensors.map(({ name, type }) => bitsOf(type) - (others.get(name) ?? bitsOf(type)));
  if (more.some(bits => bits < 0) || !more.some(bits => bits > 0)) return;
  throw new UserError(
    'not-fewer-bits',
    `the quantised file is ${candidate.quantisation} and the full one ${baseline.quantisation}: it has no tensor in fewer bits`,
    'give the full file first: turncoat quantisation FULL QUANTISED; compare takes QUANTISED FULL --claim quantised',
  );
}
