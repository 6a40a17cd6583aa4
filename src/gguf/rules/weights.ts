// What became of the weights -> findings: numbers that no training gives, and edits that are no training.
import type {
  InspectionFinding,
  TensorChange,
  WeightAnomaly,
  WeightsSummary,
} from '../../records/inspections/inspection.ts';
import type { FileRuleId } from '../../records/inspections/file-rules.ts';
import { show } from '../file/parse.ts';
import { asInBaseline, few, found } from './found.ts';
import { byContext } from './structure.ts';

/** Of the candidate's numbers; what the baseline's have at the same place nobody did to the candidate. */
export function anomalyFindings(
  anomalies: readonly WeightAnomaly[],
  baseline: readonly WeightAnomaly[],
): InspectionFinding[] {
  const [own, shared] = [
    anomalies.filter(one => !hasToo(baseline, one)),
    anomalies.filter(one => hasToo(baseline, one)),
  ];
  return [...ruledBy(own), ...ruledBy(shared).map(asInBaseline)];
}

const zeroKinds: readonly string[] = ['zero-tensor', 'zero-rows', 'zero-run'];

/** Whether the baseline's tensor has the same at the same place, or at least as many zeros. */
function hasToo(baseline: readonly WeightAnomaly[], { tensor, kind, row, column, count }: WeightAnomaly): boolean {
  return baseline.some(other => {
    if (other.tensor !== tensor) return false;
    if (other.kind === kind)
      return (other.row === row && other.column === column) || (zeroKinds.includes(kind) && other.count >= count);
    return zeroKinds.indexOf(other.kind) < zeroKinds.indexOf(kind) && zeroKinds.includes(other.kind);
  });
}

function ruledBy(anomalies: readonly WeightAnomaly[]): InspectionFinding[] {
  return Object.entries(rules).flatMap(([id, kinds]) => {
    const texts = anomalies.filter(({ kind }) => (kinds as readonly string[]).includes(kind)).map(anomalyText);
    return texts.length === 0 ? [] : [found(id as keyof typeof rules, few(texts))];
  });
}

const rules = {
  'weights-not-finite': ['not-finite'],
  'weights-outlier': ['outlier'],
  'weights-zeroed': ['zero-tensor', 'zero-rows'],
  'weights-zero-run': ['zero-run'],
} as const satisfies Partial<Record<FileRuleId, readonly WeightAnomaly['kind'][]>>;

function anomalyText({ tensor, kind, count, row, column, value }: WeightAnomaly): string {
  const at = `${show(tensor)} row ${row}`;
  switch (kind) {
    case 'not-finite':
      return `${at} column ${column} is ${value}${count > 1 ? `, and ${count - 1} more there` : ''}`;
    case 'outlier':
      return `${at} column ${column} is ${shortNumber(Number(value))}`;
    case 'zero-tensor':
      return `all of ${show(tensor)}`;
    case 'zero-rows':
      return count === 1 ? at : `${count} rows of ${show(tensor)}, the first ${row}`;
    case 'zero-run':
      return `${at} from column ${column} on${count > 1 ? `, and ${count - 1} more places there` : ''}`;
  }
}

type Changed = Extract<TensorChange, { kind: 'changed' }>;
type Edited = Changed & { edit: NonNullable<Changed['edit']> };

/** Against the baseline. */
export function editFindings(weights: WeightsSummary): InspectionFinding[] {
  const changed = weights.tensors.filter((one): one is Changed => one.kind === 'changed');
  const edited = changed.filter((one): one is Edited => one.edit !== undefined);
  const trained = changed.filter(({ edit }) => edit === undefined || edit.kind === 'levels').length;
  const of = (kind: Edited['edit']['kind']) => edited.filter(({ edit }) => edit.kind === kind);
  // Rounding lets a light training move only some weights of a short list.
  const few_ = of('few').filter(({ name }) => trained === 0 || !/norm|bias/.test(name));
  const lines = [...of('rows'), ...of('columns')];
  const details = (list: readonly Edited[]) => few(list.map(editText));
  return [
    ...(of('zeroed').length > 0 ? [found('zeroed-against-baseline', details(of('zeroed')))] : []),
    ...(of('outlier').length > 0 ? [found('outlier-against-baseline', details(of('outlier')))] : []),
    ...(few_.length > 0 ? [found('few-weights-changed', details(few_))] : []),
    ...(lines.length > 0 ? [found('some-rows-changed', details(lines))] : []),
    ...oneMatrix(weights, changed),
    ...otherFactors(changed),
    ...moved(weights, changed, of('levels')),
    ...exchanged(weights),
    ...atEdges(weights),
    ...grown(weights),
  ];
}

function editText({ name, edit }: Edited): string {
  const { kind, weights, row, column, rows, candidate, baseline } = edit;
  const at = `${show(name)} row ${row} column ${column}`;
  const was = `${shortNumber(candidate)}, was ${shortNumber(baseline)}`;
  switch (kind) {
    case 'zeroed':
      return `${weights} of ${show(name)}${rows === undefined ? '' : ` in ${rows} rows`}, from row ${row} column ${column} on`;
    case 'outlier':
      return `${at} is ${was}`;
    case 'few':
      return weights === 1 ? `${at} is ${was}` : `${weights} of ${show(name)}; ${at} is ${was}`;
    case 'rows':
      return `${rows} rows of ${show(name)}, the first ${row}`;
    case 'columns':
      return `${rows} columns of ${show(name)}, the first ${column}`;
    case 'levels':
      return `${weights} of ${edit.of ?? 'its'} levels of ${show(name)}, the first in row ${row} column ${column}`;
  }
}

/** No training changes them. */
function otherFactors(changed: readonly Changed[]): InspectionFinding[] {
  const names = changed.flatMap(({ name }) => (byContext.test(name) ? [`${name} changed`] : []));
  return names.length === 0 ? [] : [found('context-switches-weights', few(names))];
}

/** Training changes more tensors than this; edits of a fact were published for one matrix and for a few. */
const mostEdited = 3;
/** Tensors beside each that must be the same before so few changes say something. */
const fewestSame = 8;
const isAlone = (changed: number, same: number): boolean =>
  changed > 0 && changed <= mostEdited && same >= fewestSame * changed;

function oneMatrix({ counts }: WeightsSummary, changed: readonly Changed[]): InspectionFinding[] {
  if (!isAlone(changed.length, counts.identical)) return [];
  const texts = changed.flatMap(({ name, rank }) =>
    rank?.kind === 'low' ? [`${show(name)}, ${rank.rank} of its directions`] : [],
  );
  return texts.length < changed.length ? [] : [found('edited-in-one-place', few(texts))];
}

/** A quantised file beside a full one: where so few tensors are no rounding of the other's, nobody trained them. */
function moved(
  { tensors }: WeightsSummary,
  changed: readonly Changed[],
  edited: readonly Edited[],
): InspectionFinding[] {
  const rounded = tensors.filter(one => one.kind === 'within-quantisation' && one.rounded === true).length;
  if (edited.length > 0 && isAlone(changed.length, rounded))
    return [found('edited-among-rounding', few(edited.map(editText)))];
  // Those that moved further are told as changed.
  const near = edited.filter(({ rank }) => rank === undefined);
  return near.length === 0 ? [] : [found('levels-not-nearest', few(near.map(editText)))];
}

/** Of what rounding leaves anywhere between two levels, measured with ggml's quantisers: 0.84 to 1.01 (golden/rounded.json). */
const mostSpread = 1.2;

/** Weights that were kept within the box that rounds alike, and pushed to its sides. */
function atEdges({ tensors }: WeightsSummary): InspectionFinding[] {
  const spread = tensors
    .flatMap(one => (one.kind === 'within-quantisation' ? [{ name: one.name, spread: one.spread ?? 0 }] : []))
    .filter(one => one.spread > mostSpread)
    .toSorted((one, other) => other.spread - one.spread);
  const [worst] = spread;
  if (worst === undefined) return [];
  const tensorsText = spread.length === 1 ? '1 tensor' : `${spread.length} tensors`;
  const detail = `${tensorsText}, ${worst.spread.toFixed(1)} times as far as rounding leaves them in ${show(worst.name)}`;
  return [found('weights-at-rounding-edges', detail)];
}

function exchanged({ exchanged: moves = [] }: WeightsSummary): InspectionFinding[] {
  const texts = moves.map(({ name, from, rows }) => {
    if (rows === undefined) return `${show(name)} has those of ${show(from)}`;
    const { count, row, of } = rows;
    return `${count} rows of ${show(name)} have other tokens', the first ${row} that of ${of}`;
  });
  return texts.length === 0 ? [] : [found('weights-exchanged', few(texts))];
}

function grown({ tensors }: WeightsSummary): InspectionFinding[] {
  const texts = tensors.flatMap(tensor => {
    if (tensor.kind === 'not-comparable' || tensor.rows === undefined) return [];
    const { candidate, baseline, shared } = tensor.rows;
    return [`${show(tensor.name)} has ${candidate} rows, had ${baseline}; the first ${shared} were compared`];
  });
  return texts.length === 0 ? [] : [found('rows-added', few(texts))];
}

/** A number in few digits. */
function shortNumber(value: number): string {
  return Number(value.toPrecision(3)).toString();
}
