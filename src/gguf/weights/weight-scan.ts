// The tensors of one file -> numbers that no training gives: NaN and infinities, outliers, zeros where none are.
import type { WeightAnomaly } from '../../records/inspections/inspection.ts';
import type { ModelFile, Tensor } from '../model.ts';
import { largeWeight, quickLook } from './quick-look.ts';
import { isMatrix, pieces, TensorReader } from './tensor-stream.ts';
import { detailOf } from './weight-detail.ts';
import type { WeightsProgress } from './weights.ts';

const mostAnomalies = 1000;

/**
 * All anomalies of a model's weights, tensor by tensor.
 * @param onProgress bytes of tensors that are done
 */
export async function scanWeights(
  model: ModelFile,
  options: {
    readonly signal?: AbortSignal | undefined;
    readonly onProgress?: ((progress: WeightsProgress) => void) | undefined;
  } = {},
): Promise<WeightAnomaly[]> {
  await using reader = new TensorReader(model);
  const bytesTotal = model.tensors.reduce((sum, { bytes }) => sum + bytes, 0);
  const found: WeightAnomaly[] = [];
  let bytesDone = 0;
  for (const tensor of model.tensors) {
    if (await suspicious(reader, tensor, options.signal))
      found.push(...(await detailOf(reader, tensor, options.signal)));
    bytesDone += tensor.bytes;
    options.onProgress?.({ bytesDone, bytesTotal });
    if (found.length >= mostAnomalies) break;
  }
  return found.slice(0, mostAnomalies);
}

/** Whether any number of the tensor is worth a closer look: no number, very large, or one of many zeros. */
async function suspicious(reader: TensorReader, tensor: Tensor, signal: AbortSignal | undefined): Promise<boolean> {
  const matrix = isMatrix(tensor);
  const large = matrix ? largeWeight.matrix : largeWeight.list;
  const elements = tensor.shape.reduce((product, size) => product * size, 1);
  for (const piece of pieces(elements)) {
    signal?.throwIfAborted();
    const bytes = await reader.bytes(tensor, piece);
    const odd = quickLook(reader, tensor, bytes, piece.count, large);
    if (odd === 'number' || (odd === 'zeros' && matrix)) return true;
  }
  return false;
}
