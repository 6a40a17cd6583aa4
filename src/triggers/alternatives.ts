// A recovered trigger that fresh cases refute -> what else it could have been: the nominated condition itself, and the
// steps that recovery went past on its way. A refuted recovery says that these conditions are wrong, not that there is none.
import type { Case } from '../records/suites/case.ts';
import { conditionKey, factorsOf, narrowerThan } from '../factors/conditions.ts';
import type { Condition } from '../factors/index.ts';
import type { Suite } from '../records/suites/suite.ts';

/** Each costs up to three dozen cases. */
const mostAlternatives = 4;

/**
 * Other sets of conditions that the case meets, the likeliest first.
 * @param recovered what was refuted
 * @param nominated conditions of the effect that led to the case; empty for none
 */
export function alternatives(
  suite: Suite,
  about: Case,
  recovered: readonly Condition[],
  nominated: readonly Condition[],
): Condition[][] {
  const narrower = recovered.flatMap((condition, index) =>
    stepsBelow(suite, about, condition).map(step => recovered.with(index, step)),
  );
  const all = [...(nominated.length === 0 ? [] : [[...nominated]]), ...narrower];
  const seen = new Set([textOf(recovered)]);
  return all.filter(one => !seen.has(textOf(one)) && seen.add(textOf(one))).slice(0, mostAlternatives);
}

const textOf = (conditions: readonly Condition[]) => conditions.map(conditionKey).toSorted().join('&');

/** Narrower conditions on the same factor that the case meets: for a folder every one below it, for a date the other units. */
function stepsBelow({ factors }: Suite, about: Case, condition: Condition): Condition[] {
  const [name] = factorsOf(factors, condition);
  const level = name === undefined ? undefined : about.levels[name];
  const factor = name === undefined ? undefined : factors[name];
  if (name === undefined || level === undefined || factor === undefined) return [];
  return narrowerThan(condition, name, factor, level);
}
