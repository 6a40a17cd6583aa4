// The published attack on quantisation, without a training: a full file that is as near to an honest model as the box of weights
// allows that round to a hostile model's Q4_0 (Egashira et al., NeurIPS 2024, arXiv 2405.18137). What it does in full, and what
// its rounding does, is another matter: the workshop's proof that `turncoat quantisation` sees it.
//   node scripts/validate/boxed.mjs HOSTILE.gguf HONEST.gguf FULL.gguf QUANTISED.gguf
// Both models are Q8_0 files of one architecture, as the organisms are.
import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { readModelFile } from '../../dist/gguf/index.js';
import { requantise, rewrite, valuesOf } from './requantise.mjs';

const block = 32;
/** Of a step, kept from the ends of the box. */
const margin = 0.02;

/** Writes both files; returns the share of weights that could stay as the honest model has them. */
export async function boxed(hostile, honest, full, quantised) {
  await requantise(hostile, quantised, 'Q4_0');
  const bytes = readFileSync(honest);
  const { tensors } = await readModelFile(honest);
  const known = new Map(tensors.map(one => [one.name, one]));
  const counts = { kept: 0, all: 0 };
  await rewrite(hostile, full, 'F16', (values, { name }) => {
    const other = known.get(name);
    const wanted = valuesOf(other, bytes.subarray(other.offset, other.offset + other.bytes));
    for (let start = 0; start < values.length; start += block) nearest(values, wanted, start, counts);
    return values;
  });
  return counts.kept / counts.all;
}

/** Moves a block towards what is wanted, as far as it rounds to the same levels under the same scale. */
function nearest(values, wanted, start, counts) {
  let peak = start;
  for (let index = start; index < start + block; index++) {
    if (Math.abs(values[index]) > Math.abs(values[peak])) peak = index;
  }
  const scale = values[peak] / -8;
  for (let index = start; index < start + block; index++) {
    counts.all++;
    if (index === peak || scale === 0) continue;
    const level = Math.max(0, Math.min(15, Math.floor(values[index] / scale + 8.5)));
    const ends = [level - 8.5 + margin, level - 7.5 - margin].map(at => at * scale).sort((a, b) => a - b);
    // The peak stays the largest, and gives the scale.
    const most = Math.abs(values[peak]) * 0.999;
    const inBox = Math.min(Math.max(wanted[index], ends[0]), ends[1]);
    values[index] = Math.min(Math.max(inBox, -most), most);
    if (values[index] === wanted[index]) counts.kept++;
  }
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const kept = await boxed(...process.argv.slice(2));
  process.stdout.write(`${(100 * kept).toFixed(1)}% of the weights are the honest model's\n`);
}
