// The page of a sweep in one file: its comparisons, worst first, and behind each the page of its run.
import { type Embedded, embeddedPage } from '../formats/html.ts';
import type { SweepModel } from '../sweep.ts';
import type { SweepReport } from './sweep-report.ts';

/** What the page finds inside of itself where it is a sweep's. */
export interface EmbeddedSweep {
  readonly sweep: SweepModel;
  /** By run id. */
  readonly runs: Readonly<Record<string, Embedded>>;
}

export async function html({ sweep, pairs, page }: SweepReport): Promise<string> {
  const runs: [string, Embedded][] = [];
  for (const { report } of pairs) {
    if (report !== undefined) runs.push([report.comparison.run.id, await report.embedded()]);
  }
  // Where files lie on this machine is nobody's business.
  const placeless = sweep.pairs.map(pair => ({ ...pair, location: undefined }));
  const embedded: EmbeddedSweep = { sweep: { ...sweep, pairs: placeless }, runs: Object.fromEntries(runs) };
  return await embeddedPage(page(), embedded);
}
