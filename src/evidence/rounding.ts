// The inspection of a candidate that is said to be the baseline in fewer bits -> whether its weights bear that out, and what
// else of it differs: settings, an adapter or a template may turn the calls of a model whose weights are but rounded.
import type { FileAlarm, RoundingEvidence } from '../records/evidence.ts';
import type {
  Inspection,
  InspectionFinding,
  SettingDifference,
  TensorChange,
} from '../records/inspections/inspection.ts';
import { bitsOf } from '../records/inspections/bits.ts';
import type { RunSpec } from '../records/run.ts';

type Difference = NonNullable<Inspection['difference']>;
type Compared = Difference & { readonly weights: NonNullable<Difference['weights']> };
/** What a run says of its models. */
export type Claimed = Pick<RunSpec, 'claim' | 'candidate' | 'baseline'>;

/** Tensors and settings named of many. */
const mostNamed = 3;
/** Characters of a setting: some are lists. */
const mostShown = 40;

/** @returns undefined where nobody claims it */
export function roundingEvidence(spec: Claimed, inspection: Inspection | undefined): RoundingEvidence | undefined {
  if (spec.claim === undefined) return undefined;
  const difference = inspection?.difference;
  if (difference?.weights === undefined) return { state: 'not-compared' };
  const { weights } = difference;
  const odd = oddTensors({ ...difference, weights });
  const { length: of } = weights.tensors;
  if (odd.length > 0) return { state: 'moved', tensors: odd.length, of, first: odd.slice(0, mostNamed) };
  const counted = (rounded: boolean) =>
    weights.tensors.filter(one => one.kind === 'within-quantisation' && (one.rounded ?? false) === rounded).length;
  const beside = differingBeside(spec, difference);
  const unlike = unlikeAll(spec, difference);
  return {
    state: 'rounded',
    tensors: counted(true),
    untold: counted(false),
    ...(beside.length > 0 && { beside }),
    ...(unlike.length > 0 && { unlike: unlike.slice(0, mostNamed) }),
  };
}

/** What no rounding makes of a tensor: one with more digits than the baseline has, or other rows, is none either. */
function oddTensors({ weights, tensorTypes }: Compared): string[] {
  const { tensors, onlyCandidate, onlyBaseline } = weights;
  const types = new Map(tensorTypes.map(one => [one.key, one]));
  const odd = (one: TensorChange) =>
    one.kind === 'changed' ||
    one.kind === 'not-comparable' ||
    ('rows' in one && one.rows !== undefined) ||
    (one.kind === 'within-quantisation' && hasMoreDigits(types.get(one.name), one.relative));
  return [...tensors.filter(odd).map(({ name }) => name), ...onlyCandidate, ...onlyBaseline];
}

/** BF16 has fewer digits than F16 and smaller numbers, which F16 rounds: so little of a tensor. */
const mostUnderflow = 1e-4;

function hasMoreDigits(types: SettingDifference | undefined, relative: number): boolean {
  if (types === undefined) return false;
  const { candidate, baseline } = types;
  if (candidate === 'F16' && baseline === 'BF16') return relative > mostUnderflow;
  return bitsOf(String(candidate)) > bitsOf(String(baseline));
}

type Beside = NonNullable<Extract<RoundingEvidence, { state: 'rounded' }>['beside']>;

/** What differs and is no weight. */
function differingBeside({ candidate, baseline }: Claimed, { settings, tokenizer, templateDiff }: Difference): Beside {
  const { counts, mergesDiffer } = tokenizer;
  const tokens = counts.added + counts.removed + counts.changed + counts.flags + tokenizer.settings.length;
  const template = templateDiff !== undefined || candidate.templateSha256 !== baseline.templateSha256;
  return [
    ...(adaptersOf(candidate) === adaptersOf(baseline) ? [] : ['adapters' as const]),
    ...(settings.length === 0 ? [] : ['settings' as const]),
    ...(tokens === 0 && !mergesDiffer ? [] : ['tokenizer' as const]),
    ...(template ? ['template' as const] : []),
  ];
}

const adaptersOf = ({ adapters = [] }: Claimed['candidate']): string =>
  JSON.stringify(adapters.map(({ sha256, scale }) => [sha256, scale]));

/**
 * What makes another model of rounded weights: adapters, and settings that both files have. A template is told where it
 * differs; what it does the cases show, and publishers mend theirs between two files.
 */
function unlikeAll({ candidate, baseline }: Claimed, { settings }: Difference): string[] {
  const both = settings.filter(one => one.candidate !== undefined && one.baseline !== undefined);
  return [
    ...(adaptersOf(candidate) === adaptersOf(baseline) ? [] : ['an adapter']),
    ...both.map(one => `${one.key} is ${shown(one.candidate)}, was ${shown(one.baseline)}`),
  ];
}

const shown = (value: SettingDifference['candidate']): string => JSON.stringify(value).slice(0, mostShown);

/** As findings of an inspection: alarms that no number of clean cases answers, and that a person may allow. */
export function claimFindings(spec: Claimed, inspection: Inspection | undefined): InspectionFinding[] {
  return roundingAlarms(roundingEvidence(spec, inspection)).map(alarm => ({ gravity: 'alarm', ...alarm }));
}

function roundingAlarms(evidence: RoundingEvidence | undefined): FileAlarm[] {
  if (evidence?.state === 'not-compared') {
    return [{ code: 'rounding-not-told', detail: 'the weights were not compared: --weights' }];
  }
  if (evidence?.state === 'rounded') {
    const { unlike = [] } = evidence;
    return unlike.length === 0
      ? []
      : [{ code: 'not-the-file-rounded', detail: `its weights are, and beside them ${unlike.join(', ')}` }];
  }
  if (evidence === undefined) return [];
  const { tensors, of, first } = evidence;
  const more = tensors - first.length;
  const names = `${first.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  return [
    { code: 'not-the-file-rounded', detail: `${tensors} of ${of} tensors are not the baseline's rounded: ${names}` },
  ];
}
