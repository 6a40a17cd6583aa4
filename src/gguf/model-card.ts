// A model card's front matter -> where its author says the model comes from.
import { parse } from 'yaml';
import type { CardProvenance } from '../records/inspections/inspection.ts';

/** Longer front matters are not read; real ones have a few hundred characters. */
const longest = 65_536;

/** What the card's front matter says; undefined when it has none that can be read. */
export function cardProvenance(card: string): CardProvenance | undefined {
  const matter = /^\ufeff?---\r?\n([\s\S]*?)\r?\n---/.exec(card.slice(0, longest))?.[1];
  if (matter === undefined) return undefined;
  let values: unknown;
  try {
    values = parse(matter, { maxAliasCount: 10 });
  } catch {
    return undefined;
  }
  if (typeof values !== 'object' || values === null) return undefined;
  const { base_model, license, license_name, quantized_by } = values as Record<string, unknown>;
  const licence = text(license) === 'other' ? (text(license_name) ?? 'other') : text(license);
  const quantisedBy = text(quantized_by);
  return {
    baseModels: [base_model].flat().flatMap(one => text(one) ?? []),
    ...(licence && { licence }),
    ...(quantisedBy && { quantisedBy }),
  };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, 300) : undefined;
}
