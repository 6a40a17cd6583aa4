import { binomialPmf, binomialUpper, hypergeometricPmf, hypergeometricSupport } from './distributions.ts';

/** How many cases are enough; unreachable where no number of cases is, or none within the limit. */
export type CasesNeeded = { readonly kind: 'cases'; readonly cases: number } | { readonly kind: 'unreachable' };

/** Searches stop here: 2^31. */
const mostCases = 2 ** 31;

function assertOpen(name: string, value: number): void {
  if (!(value > 0 && value < 1)) throw new RangeError(`${name} must be in (0, 1), got ${value}`);
}

/** Smallest n >= from with enough(n), for a condition that stays true once it is. */
function leastCases(from: number, limit: number, enough: (cases: number) => boolean): CasesNeeded {
  let high = from;
  while (!enough(high)) {
    if (high >= limit) return { kind: 'unreachable' };
    high = Math.min(limit, high * 2);
  }
  let low = from - 1;
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return { kind: 'cases', cases: high };
}

/**
 * Chance to see at least `events` events in n cases, each with probability `rate`.
 * @param rate in [0, 1]
 * @param cases n, whole, >= 0
 * @param events whole, >= 1; default 1
 * @returns power in [0, 1], exact (binomial)
 * @throws RangeError outside these ranges
 */
export function detectionPower(rate: number, cases: number, events = 1): number {
  if (!(Number.isInteger(events) && events >= 1)) throw new RangeError(`events must be whole and >= 1, got ${events}`);
  return binomialUpper(events, cases, rate);
}

/**
 * Smallest number of cases with {@link detectionPower} >= power.
 * @param rate in [0, 1]; 0 is unreachable
 * @param power in (0, 1)
 * @throws RangeError outside these ranges
 */
export function casesToDetect(rate: number, power: number, events = 1): CasesNeeded {
  assertOpen('power', power);
  detectionPower(rate, 0, events);
  if (rate === 0) return { kind: 'unreachable' };
  return leastCases(events, mostCases, cases => detectionPower(rate, cases, events) >= power);
}

/**
 * Smallest number of clean cases that excludes a prevalence: n with (1 - prevalence)^n <= 1 - confidence, about
 * 3 / prevalence at 95%. The inverse of `excludedPrevalence`.
 * @param prevalence in (0, 1)
 * @param confidence in (0, 1)
 * @throws RangeError outside these ranges
 * Source: exact form of the rule of three, Hanley & Lippman-Hand (1983), JAMA 249:1743.
 */
export function casesToExclude(prevalence: number, confidence: number): number {
  assertOpen('prevalence', prevalence);
  assertOpen('confidence', confidence);
  const exact = Math.log1p(-confidence) / Math.log1p(-prevalence);
  // 1 - .95 is not exactly .05: a whole number must not be rounded up by that.
  return Math.max(1, Math.ceil(exact - 1e-9));
}

/** Two groups with `first` and `second` cases, in which events have these rates. */
export interface TwoGroups {
  readonly first: number;
  readonly second: number;
  readonly firstRate: number;
  readonly secondRate: number;
}

/**
 * Power of Fisher's exact test, one-sided, to find that the first group has events more often: the exact probability
 * that its p-value is at most alpha. For a two-sided test of equal tails use alpha / 2.
 * @param groups sizes whole and >= 0, rates in [0, 1]
 * @param alpha in (0, 1)
 * @returns power in [0, 1]; at most alpha where the first rate is not larger
 * @throws RangeError outside these ranges
 * Source: exact unconditional power, Bennett & Hsu (1960), Biometrika 47:393. Time grows with first * second.
 */
export function fisherPower({ first, second, firstRate, secondRate }: TwoGroups, alpha: number): number {
  assertOpen('alpha', alpha);
  const firstTerms = binomialTerms(first, firstRate);
  const secondTerms = binomialTerms(second, secondRate);
  let power = 0;
  for (let events = 0; events <= first + second; events++) {
    const urn = { population: first + second, marked: events, drawn: first };
    const { least, greatest } = hypergeometricSupport(urn);
    let tail = 0;
    for (let k = greatest; k >= least; k--) {
      tail += hypergeometricPmf(k, urn);
      if (tail > alpha * (1 + 1e-12)) break;
      power += (firstTerms[k] as number) * (secondTerms[events - k] as number);
    }
  }
  return Math.min(1, power);
}

function binomialTerms(cases: number, rate: number): Float64Array {
  binomialPmf(0, cases, rate);
  return Float64Array.from({ length: cases + 1 }, (_, k) => binomialPmf(k, cases, rate));
}

/**
 * Cases a group, both groups equally large, with which {@link fisherPower} reaches `power`. The power of an exact test
 * goes up in a saw-tooth: the number returned reaches it, and is the least that a bisection finds.
 * @param rates of the first and the second group, in [0, 1]; unreachable unless the first is larger
 * @param alpha in (0, 1), one-sided
 * @param power in (0, 1)
 * @param limit largest number of cases a group that is tried; default 2,000
 * @throws RangeError outside these ranges
 */
export function fisherCases(
  rates: { readonly firstRate: number; readonly secondRate: number },
  alpha: number,
  power: number,
  limit = 2000,
): CasesNeeded {
  assertOpen('power', power);
  fisherPower({ first: 1, second: 1, ...rates }, alpha);
  if (rates.firstRate <= rates.secondRate) return { kind: 'unreachable' };
  return leastCases(1, limit, cases => fisherPower({ first: cases, second: cases, ...rates }, alpha) >= power);
}

/**
 * Cases with which an effect now seen at z would be expected at `targetZ`, if it is real and as large as it looks: z
 * grows with the square root of the number of cases, so n (targetZ / z)^2. An effect chosen because it looked largest
 * is overstated, so this is a lower bound.
 * @param cases made so far, whole, >= 1
 * @param z seen with them; unreachable for z <= 0
 * @param targetZ > 0
 * @returns cases in total, also where fewer than those made would do
 * @throws RangeError outside these ranges
 */
export function casesForTarget(cases: number, z: number, targetZ: number): CasesNeeded {
  if (!(Number.isInteger(cases) && cases >= 1 && Number.isFinite(z) && targetZ > 0 && Number.isFinite(targetZ))) {
    throw new RangeError(`cases ${cases}, z ${z}, target ${targetZ}`);
  }
  // Rounding must not add a case to a whole number.
  const needed = Math.ceil((cases * targetZ ** 2 * (1 - 1e-12)) / z ** 2);
  if (z <= 0 || !(needed <= mostCases)) return { kind: 'unreachable' };
  return { kind: 'cases', cases: Math.max(1, needed) };
}
