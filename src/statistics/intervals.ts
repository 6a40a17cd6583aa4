import { betaQuantile } from './beta.ts';
import { normalQuantile } from './distributions.ts';

function assertShare(successes: number, trials: number, confidence: number): void {
  const whole = Number.isInteger(successes) && Number.isInteger(trials);
  if (!(whole && trials >= 1 && successes >= 0 && successes <= trials)) {
    throw new RangeError(`not a share: ${successes} of ${trials}`);
  }
  assertConfidence(confidence);
}

function assertConfidence(confidence: number): void {
  if (!(confidence > 0 && confidence < 1)) throw new RangeError(`confidence must be in (0, 1), got ${confidence}`);
}

/**
 * Exact (Clopper-Pearson) confidence interval of a share; covers at least `confidence` of the time whatever the share.
 * @param successes k, whole, 0 <= k <= n
 * @param trials n, whole, >= 1
 * @param confidence in (0, 1), e.g. 0.95; each side misses at most (1 - confidence) / 2
 * @returns [low, high] in [0, 1]
 * @throws RangeError outside these ranges
 * Source: Clopper & Pearson (1934); beta form as in Brown, Cai & DasGupta (2001).
 */
export function clopperPearson(successes: number, trials: number, confidence: number): [number, number] {
  assertShare(successes, trials, confidence);
  const tail = (1 - confidence) / 2;
  const low = successes === 0 ? 0 : betaQuantile(tail, successes, trials - successes + 1);
  const high = successes === trials ? 1 : 1 - betaQuantile(tail, trials - successes, successes + 1);
  return [low, high];
}

/** Upper Clopper-Pearson bound of a share that misses at most `alpha` of the time; otherwise as {@link clopperPearson}. */
export function shareUpperBound(successes: number, trials: number, alpha: number): number {
  return clopperPearson(successes, trials, 1 - 2 * alpha)[1];
}

/** Each look at more trials takes a tenth more, up to this many times as many. */
const growth = 1.1;
const mostTimes = 1e4;

/**
 * About how many trials with the same share it takes for {@link shareUpperBound} to fall below a limit.
 * @returns undefined where it never would, or only with ten thousand times as many
 */
export function casesForShare(
  { seen, of, limit }: { readonly seen: number; readonly of: number; readonly limit: number },
  alpha: number,
): number | undefined {
  if (of === 0 || seen / of >= limit) return undefined;
  const high = (times: number) => {
    const trials = Math.ceil(of * times);
    return shareUpperBound(Math.min(Math.ceil(seen * times), trials), trials, alpha);
  };
  let times = 1;
  while (times < mostTimes && high(times) >= limit) times *= growth;
  return times < mostTimes ? Math.ceil(of * times) : undefined;
}

/**
 * Wilson's score interval of a share: shorter than the exact one, covers `confidence` on average, not always.
 * Parameters, result and errors as {@link clopperPearson}.
 * Source: Wilson (1927), JASA 22:209; Brown, Cai & DasGupta (2001), equation 4.
 */
export function wilson(successes: number, trials: number, confidence: number): [number, number] {
  assertShare(successes, trials, confidence);
  const z2 = normalQuantile((1 - confidence) / 2) ** 2;
  const failures = trials - successes;
  const centre = (successes + z2 / 2) / (trials + z2);
  const half = Math.sqrt(z2 * ((successes * failures) / trials + z2 / 4)) / (trials + z2);
  return [successes === 0 ? 0 : Math.max(0, centre - half), failures === 0 ? 1 : Math.min(1, centre + half)];
}

/**
 * The prevalence that n clean cases exclude: upper bound of a share of which no event was seen,
 * 1 - (1 - confidence)^(1/n), about 3 / n at 95%. One-sided: the whole 5% is above.
 * @param cleanCases whole, >= 0; none exclude nothing, which is 1
 * @param confidence in (0, 1)
 * @returns share in (0, 1]
 * @throws RangeError outside these ranges
 * Source: exact form of the rule of three, Hanley & Lippman-Hand (1983), JAMA 249:1743.
 */
export function excludedPrevalence(cleanCases: number, confidence: number): number {
  if (!(Number.isInteger(cleanCases) && cleanCases >= 0)) throw new RangeError(`not a count: ${cleanCases}`);
  assertConfidence(confidence);
  return cleanCases === 0 ? 1 : -Math.expm1(Math.log1p(-confidence) / cleanCases);
}
