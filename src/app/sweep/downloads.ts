// Models of a sweep, fetched while earlier comparisons already run.
import type { ResolvedModel } from '../../hub/index.ts';
import type { Pair } from '../../sweep/plan.ts';
import type { CompareRequest } from '../compare/comparing.ts';
import { resolvedRequest } from '../models/models.ts';
import { type PullListener, resolveReferences } from '../models/references.ts';

/** All models of a sweep, fetched one after the other in the order of the plan. */
export class Downloads {
  readonly #models = new Map<string, Promise<ResolvedModel>>();

  constructor(pairs: readonly Pair[], lockFile: string, note: PullListener['note'], signal: AbortSignal) {
    const listener = { report: () => {}, note };
    let last: Promise<unknown> = Promise.resolve();
    const fetch = async (reference: string, before: Promise<unknown>) => {
      await before.catch(() => {});
      signal.throwIfAborted();
      const [model] = await resolveReferences([reference], { lockFile, listener, signal });
      return model as ResolvedModel;
    };
    for (const { candidate, baseline } of pairs) {
      for (const { reference } of [candidate, baseline]) {
        if (this.#models.has(reference)) continue;
        const model = fetch(reference, last);
        // It is awaited by its pairs, maybe long after it failed.
        model.catch(() => {});
        this.#models.set(reference, model);
        last = model;
      }
    }
  }

  async get(reference: string): Promise<CompareRequest['candidate']> {
    return resolvedRequest(await (this.#models.get(reference) as Promise<ResolvedModel>));
  }
}
