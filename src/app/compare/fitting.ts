// Does a second model fit beside the one that is loaded? Its needs are known once it is loaded too; until then they are
// those of the loaded one, by the sizes of their files.
import type { EngineFacts } from '../../ports/engine.ts';

/** Room that is left free: what else runs here, and what an estimate misses. */
const margin = 1.25;

/** What is known of the loaded model's memory, as node-llama-cpp's insights lay it out, and of what is left. */
export interface Footing {
  readonly memory: NonNullable<EngineFacts['memory']>;
  /** Bytes of the loaded model's file and of the other's. */
  readonly loadedBytes: number;
  readonly otherBytes: number;
  readonly freeRamBytes: number;
}

/** Whether the other model can be loaded as well, in RAM and, where the loaded one uses it, in GPU memory. */
export function fitsBeside({ memory, loadedBytes, otherBytes, freeRamBytes }: Footing): boolean {
  const needed = (bytes: number) => (bytes * margin * otherBytes) / loadedBytes;
  const { ramBytes, vramBytes, vramFreeBytes } = memory;
  if (vramBytes > 0 && (vramFreeBytes === undefined || needed(vramBytes) > vramFreeBytes)) return false;
  return needed(ramBytes) <= freeRamBytes;
}
