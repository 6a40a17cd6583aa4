// The inspection of a candidate that is said to be the baseline in fewer bits -> whether its weights bear that out.
import type { FileAlarm, RoundingEvidence } from '../records/evidence.ts';
import type { Inspection, TensorChange } from '../records/inspections/inspection.ts';

type Weights = NonNullable<NonNullable<Inspection['difference']>['weights']>;

/** Tensors named of many. */
const mostNamed = 3;

/** @returns undefined where nobody claims it */
export function roundingEvidence(
  claim: 'quantised' | undefined,
  inspection: Inspection | undefined,
): RoundingEvidence | undefined {
  if (claim === undefined) return undefined;
  const weights = inspection?.difference?.weights;
  if (weights === undefined) return { state: 'not-compared' };
  const odd = oddTensors(weights);
  const { length: of } = weights.tensors;
  if (odd.length > 0) return { state: 'moved', tensors: odd.length, of, first: odd.slice(0, mostNamed) };
  const counted = (rounded: boolean) =>
    weights.tensors.filter(one => one.kind === 'within-quantisation' && (one.rounded ?? false) === rounded).length;
  return { state: 'rounded', tensors: counted(true), untold: counted(false) };
}

/** What no rounding makes of a tensor. */
function oddTensors({ tensors, onlyCandidate, onlyBaseline }: Weights): string[] {
  const odd = (one: TensorChange) => one.kind === 'changed' || one.kind === 'not-comparable';
  return [...tensors.filter(odd).map(({ name }) => name), ...onlyCandidate, ...onlyBaseline];
}

/** As an alarm of the files, which no number of clean cases answers. */
export function roundingAlarms(evidence: RoundingEvidence | undefined): FileAlarm[] {
  if (evidence?.state === 'not-compared') {
    return [{ code: 'rounding-not-told', detail: 'the weights were not compared: --weights' }];
  }
  if (evidence?.state !== 'moved') return [];
  const { tensors, of, first } = evidence;
  const more = tensors - first.length;
  const names = `${first.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return [
    { code: 'not-the-file-rounded', detail: `${tensors} of ${of} tensors are not the baseline's rounded: ${names}` },
  ];
}
