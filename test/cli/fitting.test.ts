// Both models at once, or in turns: by what the loaded one takes.
import { expect, test } from 'vitest';
import { fitsBeside } from '../../src/app/compare/fitting.ts';

const GB = 1e9;
const onCpu = { memory: { ramBytes: 5 * GB, vramBytes: 0 }, loadedBytes: 4 * GB, otherBytes: 4 * GB };
const onGpu = { ...onCpu, memory: { ramBytes: 0.5 * GB, vramBytes: 6 * GB, vramFreeBytes: 18 * GB } };

test.each([
  ['RAM that is enough, with a quarter to spare', onCpu, 6.3, true],
  ['RAM that is not', onCpu, 6.2, false],
  ['a model twice as large needs twice as much', { ...onCpu, otherBytes: 8 * GB }, 12, false],
  ['a GPU with room', onGpu, 4, true],
  ['a GPU that the first one fills', { ...onGpu, memory: { ...onGpu.memory, vramFreeBytes: 7 * GB } }, 64, false],
  ['a GPU that says nothing of itself', { ...onGpu, memory: { ramBytes: 0, vramBytes: 6 * GB } }, 64, false],
  ['a GPU with room beside RAM without', onGpu, 0.5, false],
])('%s', (_, footing, freeGb, fits) => {
  expect(fitsBeside({ ...footing, freeRamBytes: freeGb * GB })).toBe(fits);
});
