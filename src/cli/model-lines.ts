// What `turncoat models` prints. Every name is somebody else's: made harmless, and quoted where a shell would obey it.
import type { ListedModel, Said } from '../app/models/listing.ts';
import type { Bond, SuggestedPair } from '../app/models/pairing.ts';
import { columnsOf, padTo } from '../words/columns.ts';
import { line } from '../words/safe.ts';
import { sizeText } from '../words/units.ts';
import { visible } from '../words/visible.ts';

const heads = ['size', 'quantisation', 'parameters', 'template', 'model'];

/** A table, files that can't be read, and what to compare. */
export function modelLines(models: readonly ListedModel[], pairs: readonly SuggestedPair[]): string[] {
  if (models.length === 0) {
    return [
      'no model lies in the Hugging Face cache, nor in the stores of Ollama, LM Studio or llama.cpp; name a folder to look in',
    ];
  }
  const rows = [heads, ...models.flatMap(one => (one.says === undefined ? [] : [cellsOf(one, one.says)]))];
  const widths = heads.map((_, column) => Math.max(...rows.map(row => columnsOf(row[column] ?? ''))));
  const table = rows.map(row =>
    row
      .map((cell, column) => padTo(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  const unread = models.flatMap(({ reference, error }) =>
    error === undefined ? [] : [`can't be used: ${visible(reference)}: ${line(error)}`],
  );
  return [...(rows.length === 1 ? [] : table), ...unread, ...pairs.flatMap(pairLines)];
}

function cellsOf({ reference, also }: ListedModel, says: Said): string[] {
  const names = also.length === 0 ? '' : ` (also ${also.map(visible).join(', ')})`;
  return [
    sizeText(says.sizeBytes),
    line(says.quantisation, 20),
    countText(says.parameterCount),
    says.adapter ? 'adapter' : says.template,
    `${visible(reference)}${names}`,
  ];
}

/** `7.6 B`, `135 M`. */
function countText(count: number): string {
  if (count >= 1e9) return `${(count / 1e9).toFixed(1)} B`;
  return count >= 1e6 ? `${(count / 1e6).toFixed(0)} M` : `${(count / 1e3).toFixed(0)} k`;
}

const bondTexts: Readonly<Record<Bond, string>> = {
  'made-from': 'the first says that it was made from the second',
  'same-base': 'both say that they were made from the same model',
  'same-vocabulary': 'one vocabulary',
  'same-quantisation': 'one quantisation',
};

function pairLines({ candidate, baseline, bonds, eitherWay }: SuggestedPair, index: number): string[] {
  const why = [...bonds.map(bond => bondTexts[bond]), ...(eitherWay ? ['the one you trust goes second'] : [])];
  return [
    '',
    index === 0 ? 'Likeliest comparison' : 'or',
    `  turncoat compare ${quoted(candidate)} ${quoted(baseline)}`,
    `  ${why.join('; ')}`,
  ];
}

/** One word of a shell. */
function quoted(reference: string): string {
  const text = visible(reference);
  return /^[\w./:@][\w./:@#+~-]*$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
