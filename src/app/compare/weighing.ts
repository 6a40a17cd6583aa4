// How what was observed is weighed: margins and allowances. They decide no observation, so that a run that is stored is
// weighed again with others.
import type { Allowances } from '../../records/inspections/allowances.ts';
import type { RunRecord, RunSpec } from '../../records/run.ts';
import { firstGiven, strictest } from './margins.ts';

export type Weighing = Pick<RunSpec, 'margins' | 'allow'>;

/** As given, key by key where several speak of one: what comes first wins. Without what nobody gave. */
export function weighingOf(...given: readonly { readonly [K in keyof Weighing]: Weighing[K] | undefined }[]): Weighing {
  const margins = firstGiven(...given.map(one => one.margins));
  const allow = allowancesOf(given.toReversed().map(one => one.allow));
  return { ...(margins && { margins }), ...(allow && { allow }) };
}

function allowancesOf(all: readonly (Allowances | undefined)[]): Allowances | undefined {
  const together = all.flatMap(one => Object.entries(one ?? {}));
  const sorted = Object.entries(Object.fromEntries(together)).toSorted(([a], [b]) => (a < b ? -1 : 1));
  return sorted.length === 0 ? undefined : Object.fromEntries(sorted);
}

/** The same run, weighed so; the record itself where that is its own weighing already. */
export function withWeighing(run: RunRecord, given: Weighing): RunRecord {
  const { margins, allow, ...spec } = run.spec;
  const asked = weighingOf(given);
  if (JSON.stringify(asked) === JSON.stringify(weighingOf({ margins, allow }))) return run;
  return { ...run, spec: { ...spec, ...asked } };
}

/** Where parts of a run were given different ones, what is clean under every one of them. */
export function strictestWeighing(all: readonly Weighing[]): Weighing {
  const [first, ...others] = all.map(({ allow = {} }) => allow);
  const inAll = Object.entries(first ?? {}).filter(([rule]) => others.every(one => Object.hasOwn(one, rule)));
  return weighingOf({ margins: strictest(all.map(({ margins }) => margins)), allow: Object.fromEntries(inAll) });
}
