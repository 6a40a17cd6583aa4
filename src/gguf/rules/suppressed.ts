// Tokens that a file forbids to write: llama.cpp's programs heed the list (common/sampling.cpp), the engine of a comparison
// does not. A model that can't write a word answers otherwise than it was tested to.
import type { InspectionFinding } from '../../records/inspections/inspection.ts';
import { readMetadataArray, suppressedKey, type Token } from '../file/arrays.ts';
import type { ModelFile } from '../model.ts';
import { endId, knownEnds, specialIds } from './end-tokens.ts';
import { few, found, quoted } from './found.ts';
import { tokenTypes } from './tokens.ts';

/** Ids that are never written, as far as they are tokens; the list may be as long as the vocabulary. */
export async function suppressedIds(model: ModelFile): Promise<number[]> {
  const values = await readMetadataArray(model, suppressedKey);
  const tokens = model.tokenizer?.tokens ?? 0;
  return values.flatMap(id => (typeof id === 'number' && Number.isInteger(id) && id >= 0 && id < tokens ? [id] : []));
}

/** Honest files keep a model from writing what stands for pictures and sound, or for nothing: no words, and no ends. */
export function suppressedFindings(
  model: ModelFile,
  tokens: readonly Token[],
  suppressed: readonly number[],
): InspectionFinding[] {
  const named = specialIds(model.metadata);
  const ends = new Set([endId(model), ...['eot', 'eom', 'eog'].flatMap(name => named.get(name) ?? [])]);
  const words = suppressed.filter(id => {
    const { text, type } = tokens[id] as Token;
    return type === tokenTypes.normal || type === tokenTypes.byte || ends.has(id) || knownEnds.has(text);
  });
  if (words.length === 0) return [];
  return [found('tokens-suppressed', few(words.map(id => quoted((tokens[id] as Token).text))))];
}
