// The tensors of one file -> numbers that no training gives: NaN and infinities, outliers, zeros where none are.
import type { WeightAnomaly } from '../../records/inspections/inspection.ts';
import type { ModelFile, Tensor } from '../model.ts';
import { largeWeight, quickLook } from './quick-look.ts';
import { isMatrix, pieces, TensorReader } from './tensor-stream.ts';
import { detailOf } from './weight-detail.ts';
import type { WeightsProgress } from './weights.ts';

const mostAnomalies = 1000;

export interface ScannedWeights {
  readonly anomalies: WeightAnomaly[];
  /** Names of tensors with the same bytes in the baseline, as far as that was seen on the way. */
  readonly same: ReadonlySet<string>;
}

/**
 * All anomalies of a model's weights, tensor by tensor.
 * @param baseline read beside it
 * @param onProgress bytes of tensors that are done
 */
export async function scanWeights(
  model: ModelFile,
  options: {
    readonly baseline?: ModelFile | undefined;
    readonly signal?: AbortSignal | undefined;
    readonly onProgress?: ((progress: WeightsProgress) => void) | undefined;
  } = {},
): Promise<ScannedWeights> {
  await using reader = new TensorReader(model);
  await using beside = options.baseline && new TensorReader(options.baseline);
  const others = new Map(options.baseline?.tensors.map(tensor => [tensor.name, tensor]));
  const bytesTotal = model.tensors.reduce((sum, { bytes }) => sum + bytes, 0);
  const anomalies: WeightAnomaly[] = [];
  const same = new Set<string>();
  let bytesDone = 0;
  for (const tensor of model.tensors) {
    const other = others.get(tensor.name);
    const twin = beside && other && isAlike(tensor, other) ? { reader: beside, tensor: other } : undefined;
    const look = await lookAt({ reader, tensor }, twin, options.signal);
    if (look === 'suspicious') anomalies.push(...(await detailOf(reader, tensor, options.signal)));
    if (look === 'same') same.add(tensor.name);
    bytesDone += tensor.bytes;
    options.onProgress?.({ bytesDone, bytesTotal });
    if (anomalies.length >= mostAnomalies) break;
  }
  return { anomalies: anomalies.slice(0, mostAnomalies), same };
}

interface Opened {
  readonly reader: TensorReader;
  readonly tensor: Tensor;
}

const isAlike = (a: Tensor, b: Tensor): boolean => a.type === b.type && a.shape.join() === b.shape.join();

/**
 * Whether any number of a tensor is worth a closer look: no number, very large, or one of many zeros. Otherwise, whether
 * its bytes are those of its twin.
 */
async function lookAt(
  { reader, tensor }: Opened,
  twin: Opened | undefined,
  signal: AbortSignal | undefined,
): Promise<'suspicious' | 'same' | 'other'> {
  const matrix = isMatrix(tensor);
  const large = matrix ? largeWeight.matrix : largeWeight.list;
  const elements = tensor.shape.reduce((product, size) => product * size, 1);
  let isSame = twin !== undefined;
  for (const piece of pieces(elements)) {
    signal?.throwIfAborted();
    const [bytes, others] = await Promise.all([
      reader.bytes(tensor, piece),
      isSame ? twin?.reader.bytes(twin.tensor, piece) : undefined,
    ]);
    isSame = others?.equals(bytes) ?? false;
    const odd = quickLook(reader, tensor, bytes, piece.count, large);
    if (odd === 'number' || (odd === 'zeros' && matrix)) return 'suspicious';
  }
  return isSame ? 'same' : 'other';
}
