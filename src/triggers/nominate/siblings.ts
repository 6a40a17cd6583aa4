// A level against its siblings: the other levels of the same factor, other windows as wide, other pairs of the same two
// factors. What stands out must stand out from them, by a random-effects test.
import type { CaseDivergence } from '../../divergence/index.ts';
import { meets, siblingOf } from '../../factors/conditions.ts';
import type { Condition } from '../../factors/index.ts';
import { leaveOneOutTest } from '../../statistics/index.ts';
import type { Hypothesis } from './hypotheses.ts';
import type { Response } from './responses.ts';

/** Siblings with fewer cases than this have no usable spread. */
const leastCases = 2;
/** log-odds differences are clipped here before averaging: one saturated case must not be a level's mean. */
const clipAt = 12;

interface Estimate {
  readonly mean: number;
  readonly standardError: number;
}

/**
 * p-value that a hypothesis is an outlier among its siblings (one-sided, corrected for their number), by the
 * leave-one-level-out random-effects test on log-odds differences.
 * @returns undefined where there are too few siblings to say
 */
export function outlierP(
  all: readonly CaseDivergence[],
  response: Response,
  hypothesis: Hypothesis,
): number | undefined {
  const residual = residuals(response);
  const cases = response.positions.map(position => all[position] as CaseDivergence);
  const groups = siblingGroups(cases, hypothesis.conditions);
  const own = groups.own.length;
  const estimates = [groups.own, ...groups.others]
    .filter(group => group.length >= leastCases)
    .map(group => estimate(group.map(index => residual[index] as number)));
  if (own < leastCases || estimates.length < 3) return undefined;
  const test = leaveOneOutTest(
    estimates.map(e => e.mean),
    estimates.map(e => e.standardError),
    0,
  );
  return test.kind === 'tested' ? Math.min(1, test.pValue * estimates.length) : undefined;
}

/** Clipped log-odds change less the mean of its scenario. */
function residuals({ leak, strata }: Response): number[] {
  const clipped = Array.from(leak, value => Math.max(-clipAt, Math.min(clipAt, value)));
  const sums = new Map<number, { total: number; count: number }>();
  clipped.forEach((value, index) => {
    const entry = sums.get(strata[index] as number) ?? { total: 0, count: 0 };
    sums.set(strata[index] as number, { total: entry.total + value, count: entry.count + 1 });
  });
  return clipped.map((value, index) => {
    const { total, count } = sums.get(strata[index] as number) as { total: number; count: number };
    return value - total / count;
  });
}

/** Mean and its standard error; a floor keeps a handful of equal values from looking infinitely sure. */
function estimate(values: readonly number[]): Estimate {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return { mean, standardError: Math.sqrt(Math.max(variance, 0.01) / values.length) };
}

interface Groups {
  readonly own: number[];
  readonly others: number[][];
}

/** Indices of the hypothesis' own cases and of each sibling's. */
function siblingGroups(cases: readonly CaseDivergence[], conditions: readonly Condition[]): Groups {
  const keys = cases.map(one => siblingKey(one, conditions));
  const groups = new Map<string, number[]>();
  keys.forEach((key, index) => {
    if (key === undefined) return;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [index]);
    else group.push(index);
  });
  const own = conditions.map(() => met).join('\n');
  return { own: groups.get(own) ?? [], others: [...groups].filter(([key]) => key !== own).map(([, group]) => group) };
}

/** Stands for a condition that a case meets: no level is empty. */
const met = '';

/** Which sibling a case belongs to: the hypothesis' own, or what it carries in place of each condition. */
function siblingKey(one: CaseDivergence, conditions: readonly Condition[]): string | undefined {
  const parts = conditions.map(condition => (meets(one.case, condition) ? met : siblingOf(condition, one.case)));
  return parts.includes(undefined) ? undefined : parts.join('\n');
}
