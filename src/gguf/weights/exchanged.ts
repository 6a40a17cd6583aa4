// Weights that stand in another's place: a tensor with the bytes that another one has in the baseline, a token's row with
// another token's. No training moves them; each by itself is as good as before.
import type { ExchangedWeights, TensorChange } from '../../records/inspections/inspection.ts';
import type { Token } from '../file/arrays.ts';
import type { ModelFile, Tensor } from '../model.ts';
import { isMatrix, TensorReader, tensorRows } from './tensor-stream.ts';
import { sameBytes } from './weights.ts';

/** Numbers at the start of a tensor that tell which it may be; a multiple of every block. */
const headElements = 1024;
/** Bytes at each end of a row that tell which it is: trained rows share so many with none. */
const endBytes = 32;
/** Rows read at once. */
const rowsAtOnce = 1024;

/** What may have exchanged rows: one for each token. */
const byToken = /^(?:token_embd|output)\.weight$/;

interface Vocabularies {
  readonly candidate: readonly Token[];
  readonly baseline: readonly Token[];
}

/**
 * Whole tensors and rows of tokens that are the baseline's, but of another place.
 * @param changes of all tensors; the identical ones are where they were
 * @param vocabularies a row that moved with its token's text stands where it belongs
 */
export async function exchangedWeights(
  candidate: ModelFile,
  baseline: ModelFile,
  changes: readonly TensorChange[],
  { vocabularies, signal }: { readonly vocabularies: Vocabularies; readonly signal?: AbortSignal },
): Promise<ExchangedWeights[]> {
  const moved = new Set(changes.filter(({ kind }) => kind !== 'identical').map(({ name }) => name));
  const own = candidate.tensors.filter(({ name }) => moved.has(name));
  if (own.length === 0) return [];
  await using readOwn = new TensorReader(candidate);
  await using readOther = new TensorReader(baseline);
  const found: ExchangedWeights[] = [];
  const heads = await headsOf(baseline.tensors, readOther, signal);
  for (const tensor of own) {
    const head = await headOf(tensor, readOwn);
    // Of several that start alike nobody can say whose these are; lists of equal numbers are many's.
    const [from, ...more] = (head === undefined ? undefined : heads.get(head)) ?? [];
    if (from !== undefined && more.length === 0 && from.name !== tensor.name) {
      const pair = { a: tensor, b: from, readA: readOwn, readB: readOther, signal };
      if (await sameBytes(pair, tensorRows(tensor).elements)) found.push({ name: tensor.name, from: from.name });
    }
    const other = baseline.tensors.find(({ name }) => name === tensor.name);
    if (byToken.test(tensor.name) && other?.type === tensor.type && other.shape[0] === tensor.shape[0])
      found.push(...(await exchangedRows([readOwn, tensor], [readOther, other], vocabularies, signal)));
  }
  return found;
}

/** What a tensor starts with; undefined where that is one byte again and again. */
async function headOf(tensor: Tensor, reader: TensorReader): Promise<string | undefined> {
  const { elements } = tensorRows(tensor);
  const bytes = await reader.bytes(tensor, { first: 0, count: Math.min(headElements, elements) });
  const first = bytes.subarray(0, 4);
  if (bytes.every((byte, at) => byte === first[at % 4])) return undefined;
  return `${tensor.type} ${tensor.shape.join()} ${bytes.toString('latin1')}`;
}

async function headsOf(
  tensors: readonly Tensor[],
  reader: TensorReader,
  signal: AbortSignal | undefined,
): Promise<Map<string, Tensor[]>> {
  const heads = new Map<string, Tensor[]>();
  for (const tensor of tensors) {
    signal?.throwIfAborted();
    const head = await headOf(tensor, reader);
    if (head !== undefined) heads.set(head, [...(heads.get(head) ?? []), tensor]);
  }
  return heads;
}

type Opened = readonly [TensorReader, Tensor];

async function exchangedRows(
  own: Opened,
  other: Opened,
  { candidate, baseline }: Vocabularies,
  signal: AbortSignal | undefined,
): Promise<ExchangedWeights[]> {
  const { name } = own[1];
  if (!isMatrix(own[1])) return [];
  const keys = await rowKeys(other, signal);
  const rows = new Map<string, number | 'several'>();
  for (const [row, key] of keys.entries()) rows.set(key, rows.has(key) ? 'several' : row);
  const moves = (await rowKeys(own, signal)).flatMap((key, row) => {
    const from = rows.get(key);
    if (typeof from !== 'number' || from === row) return [];
    const text = candidate[row]?.text;
    return text !== undefined && text === baseline[from]?.text ? [] : [{ row, from }];
  });
  const [first] = moves;
  return first === undefined
    ? []
    : [{ name, from: name, rows: { count: moves.length, row: first.row, of: first.from } }];
}

/** Both ends of each row, as text. */
async function rowKeys([reader, tensor]: Opened, signal: AbortSignal | undefined): Promise<string[]> {
  const { rows, columns } = tensorRows(tensor);
  const keys: string[] = [];
  for (let first = 0; first < rows; first += rowsAtOnce) {
    signal?.throwIfAborted();
    const count = Math.min(rowsAtOnce, rows - first);
    const bytes = await reader.bytes(tensor, { first: first * columns, count: count * columns });
    const length = bytes.length / count;
    for (let at = 0; at < bytes.length; at += length) {
      const ends = [
        bytes.subarray(at, at + endBytes),
        bytes.subarray(Math.max(at, at + length - endBytes), at + length),
      ];
      keys.push(ends.map(end => end.toString('latin1')).join(''));
    }
  }
  return keys;
}
