// Baseline observations of the runs in a folder, for a new run there.
import { resolve } from 'node:path';
import { UserError } from '../errors.ts';
import { openSqliteStore, type SqliteStore } from '../stores/sqlite.ts';
import { baselineKey, shareBaseline } from '../sweep/share.ts';
import type { CompareRequest } from './comparing.ts';
import { runLocations } from './runs.ts';

/**
 * Takes over what the baseline did in other runs of a folder.
 * @param taken hears how many observations came from which run file
 */
export function takeOverFrom(
  folder: string,
  taken: (count: number, file: string) => void,
): NonNullable<CompareRequest['takeOver']> {
  return async (store, run, cases) => {
    for (const file of (await runLocations({ out: folder })).map(name => resolve(name))) {
      if (file === store.location) continue;
      await using other = opened(file);
      const known = await other?.run();
      if (other === undefined || known === undefined || baselineKey(known.spec) !== baselineKey(run.spec)) continue;
      const count = await shareBaseline(other, store, run, cases);
      if (count > 0) taken(count, file);
      // A finished run has all that the others could add.
      if (known.finishedAt !== undefined) return;
    }
  };
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
