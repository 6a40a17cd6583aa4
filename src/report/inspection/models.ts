// What each inspected file says of itself, side by side.
import Table from 'cli-table3';
import type { InspectedModel, Inspection } from '../../records/inspections/inspection.ts';
import type { Colours } from '../../words/colours.ts';
import { borderless } from '../terminal/borderless.ts';
import { adapterText } from '../../words/wording.ts';
import { cut, visible } from '../../words/visible.ts';

/** A table of facts; rows that no model has are left out. */
export function modelsTable({ candidate, baseline }: Inspection, colours: Colours, width: number): string {
  const models = baseline === undefined ? [candidate] : [candidate, baseline];
  const room = Math.max(24, Math.floor((width - 20) / models.length) - 2);
  const table = new Table({ ...borderless, head: ['', 'candidate', ...(baseline ? ['baseline'] : [])] });
  for (const [name, fact] of facts) {
    const values = models.map(model => fact(model) ?? '');
    if (values.every(value => value === '')) continue;
    table.push([colours.dim(name), ...values.map(value => cut(visible(value), room))]);
  }
  return `${colours.bold('Files')}  ${colours.dim('what they say of themselves; nobody has checked it')}\n${table.toString()}`;
}

const namedText = ({ path, scale }: { path: string; scale: number }): string =>
  adapterText(path.split('/').at(-1) ?? path, scale);

type Fact = (model: InspectedModel) => string | undefined;

const facts: readonly (readonly [string, Fact])[] = [
  [
    'file',
    ({ path, called = path.split('/').at(-1), parts }) => `${called}${parts > 1 ? ` and ${parts - 1} more` : ''}`,
  ],
  ['with', ({ path, adapters = [] }) => adapters.flatMap(one => (one.path === path ? [] : namedText(one))).join(', ')],
  [
    'size',
    ({ sizeBytes }) => (sizeBytes < 1e9 ? `${(sizeBytes / 1e6).toFixed(1)} MB` : `${(sizeBytes / 1e9).toFixed(2)} GB`),
  ],
  ['name', ({ name }) => name],
  ['architecture', ({ architecture, version }) => `${architecture} (GGUF version ${version})`],
  ['parameters', ({ parameterCount }) => countText(parameterCount)],
  ['quantisation', quantisationText],
  ['context', ({ contextLength }) => contextLength?.toString().concat(' tokens')],
  ['tokenizer', ({ tokenizer }) => tokenizer && tokenizerText(tokenizer)],
  ['chat template', ({ templateSha256 }) => (templateSha256 ? `sha256 ${templateSha256.slice(0, 12)}` : 'none')],
  ['other templates', ({ namedTemplates }) => namedTemplates.join(', ')],
  ['base model', ({ provenance }) => provenance.baseModels.join(', ')],
  ['  on its card', ({ provenance }) => provenance.card?.baseModels.join(', ')],
  ['licence', ({ provenance }) => provenance.licence],
  ['  on its card', ({ provenance }) => provenance.card?.licence],
  ['author', ({ provenance }) => provenance.author],
  ['quantised by', ({ provenance }) => provenance.quantisedBy ?? provenance.card?.quantisedBy],
  ['imatrix', ({ provenance }) => provenance.importanceMatrix],
  ['source', ({ provenance }) => provenance.source],
];

function quantisationText({ quantisation, tensorTypes }: InspectedModel): string {
  return `${quantisation}: ${tensorTypes.map(({ type, tensors }) => `${tensors} ${type}`).join(', ')}`;
}

function tokenizerText({ model, pre, tokens, special }: NonNullable<InspectedModel['tokenizer']>): string {
  return `${model}${pre === undefined ? '' : `/${pre}`}, ${tokens} tokens, ${special} special`;
}

/** `7.62 B`, `494 M`. */
function countText(count: number): string {
  if (count >= 1e9) return `${(count / 1e9).toFixed(2)} B`;
  return count >= 1e6 ? `${(count / 1e6).toFixed(0)} M` : String(count);
}
