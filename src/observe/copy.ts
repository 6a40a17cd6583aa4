// What one store observed -> another store of the same cases.
import type { Store } from '../ports/store.ts';
import type { Observation } from '../records/observation.ts';

/** Observations copied in one durable batch. */
const batchSize = 500;

/** @returns how many observations were new */
export async function copyObservations(
  from: Store,
  to: Store,
  wanted: (observation: Observation) => boolean,
): Promise<number> {
  const before = (await to.keys()).size;
  let batch: Observation[] = [];
  for await (const observation of from.observations()) {
    if (!wanted(observation)) continue;
    batch.push(observation);
    if (batch.length < batchSize) continue;
    await to.addObservations(batch);
    batch = [];
  }
  if (batch.length > 0) await to.addObservations(batch);
  return (await to.keys()).size - before;
}
