// A sweep's folder -> what the review page asks for: its pairs, and each run when it is opened.
import { readStatus } from '../sweep/journal.ts';
import { sweepModel } from '../../report/sweep.ts';
import type { ReviewSource, SweepSource } from '../../review/server.ts';
import { builtPage, reviewSource } from './reviewing.ts';
import { openRun, type RunPlace } from '../runs/runs.ts';

/**
 * What the server asks for. Runs stay open until the result is disposed of.
 * @throws UserError `no-sweep`, `bad-sweep-status`
 */
export async function sweepSource(
  folder: string,
  reviewer: string,
  signal: AbortSignal,
): Promise<SweepSource & AsyncDisposable> {
  readStatus(folder);
  const opened: AsyncDisposable[] = [];
  const sources = new Map<string, Promise<ReviewSource>>();
  const place: RunPlace = { out: folder };
  const open = async (file: string): Promise<ReviewSource> => {
    const store = await openRun(file, place);
    opened.push(store);
    const source = await reviewSource({ store, against: undefined, beside: place, place }, reviewer, signal);
    opened.push(source);
    return source;
  };
  return {
    page: builtPage(),
    // Read again each time: the sweep may still be running.
    model: async () => JSON.stringify(sweepModel(readStatus(folder))),
    run: async id => {
      if (!readStatus(folder).pairs.some(({ run }) => run === id)) return undefined;
      const known = sources.get(id) ?? open(id);
      sources.set(id, known);
      return await known;
    },
    [Symbol.asyncDispose]: async () => {
      for (const one of opened.toReversed()) await one[Symbol.asyncDispose]();
    },
  };
}
