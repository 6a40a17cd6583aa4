// Baseline observations of the runs in a folder, for a new run there.
import { resolve } from 'node:path';
import { UserError } from '../../errors.ts';
import type { RunRecord } from '../../records/run.ts';
import { openSqliteStore, type SqliteStore } from '../../stores/sqlite.ts';
import type { Store } from '../../ports/store.ts';
import { baselineKey, pairKey, shareBaseline, sharePair } from '../../sweep/share.ts';
import type { CompareRequest } from '../compare/comparing.ts';
import { runLocations } from '../runs/runs.ts';

/**
 * Takes over what the same pair did in a run that may ask for fewer cases, else what the baseline did in other runs.
 * @param taken hears how many observations came from which run file
 */
export function takeOverFrom(
  folder: string,
  taken: (count: number, file: string) => void,
): NonNullable<CompareRequest['takeOver']> {
  return async (store, run, cases) => {
    const files = (await runLocations({ out: folder })).map(name => resolve(name));
    const others = files.filter(file => file !== store.location);
    const samePair = await takeFirst(others, taken, known =>
      pairKey(known.spec) === pairKey(run.spec) ? other => sharePair(other, store) : undefined,
    );
    if (samePair) return;
    await takeFirst(others, taken, known =>
      baselineKey(known.spec) === baselineKey(run.spec) ? other => shareBaseline(other, store, run, cases) : undefined,
    );
  };
}

/** Takes over from each file that has something to take, until one is finished: it has all that the others could add. */
async function takeFirst(
  files: readonly string[],
  taken: (count: number, file: string) => void,
  shareOf: (known: RunRecord) => ((other: Store) => Promise<number>) | undefined,
): Promise<boolean> {
  for (const file of files) {
    await using other = opened(file);
    const known = await other?.run();
    const share = known && shareOf(known);
    if (other === undefined || share === undefined) continue;
    const count = await share(other);
    if (count > 0) taken(count, file);
    if (known?.finishedAt !== undefined) return true;
  }
  return false;
}

/** undefined for a file that is no run: what can't be shared is observed. */
function opened(file: string): SqliteStore | undefined {
  try {
    return openSqliteStore(file, { create: false });
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}
