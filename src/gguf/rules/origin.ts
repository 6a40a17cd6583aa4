// Where two files say they come from -> whether one can be made of the other.
import type { InspectionFinding } from '../../records/inspections/inspection.ts';
import { bare } from '../inspection-findings.ts';
import type { ModelFile } from '../model.ts';
import { provenance } from '../settings.ts';
import { few, found, quoted } from './found.ts';

/** Licence and base model against the baseline's. */
export function originFindings(candidate: ModelFile, baseline: ModelFile): InspectionFinding[] {
  const [licence, licenceBefore] = [provenance(candidate).licence, provenance(baseline).licence];
  const [bases, basesBefore] = [baseNames(candidate), baseNames(baseline)];
  const gone = [
    ...(licence === undefined && licenceBefore !== undefined ? [`the licence ${quoted(licenceBefore)}`] : []),
    ...(bases.length === 0 && basesBefore.length > 0 ? [`the base model ${few(basesBefore.map(quoted), 1)}`] : []),
  ];
  const relicensed = licence !== undefined && licenceBefore !== undefined && bare(licence) !== bare(licenceBefore);
  // A fine-tune names the model it was made from, which may be the baseline or what that was made from.
  const known = new Set([...basesBefore, ...namesOf(baseline)].map(bare));
  const rebased = bases.length > 0 && basesBefore.length > 0 && !bases.some(name => known.has(bare(name)));
  return [
    ...(relicensed ? [found('licence-changed', `${quoted(licence)}, was ${quoted(licenceBefore)}`)] : []),
    ...(rebased
      ? [found('base-model-changed', `${few(bases.map(quoted), 2)}, was ${few(basesBefore.map(quoted), 2)}`)]
      : []),
    ...(gone.length > 0 ? [found('provenance-dropped', gone.join(' and '))] : []),
  ];
}

function baseNames({ metadata }: ModelFile): string[] {
  return Object.entries(metadata).flatMap(([key, value]) =>
    /^general\.base_model\.\d+\.(name|repo_url)$/.test(key) && typeof value === 'string' && value !== '' ? [value] : [],
  );
}

function namesOf({ metadata }: ModelFile): string[] {
  const keys = ['general.name', 'general.basename', 'general.repo_url', 'general.source.repo_url', 'general.url'];
  return keys.flatMap(key => (typeof metadata[key] === 'string' ? [metadata[key]] : []));
}
