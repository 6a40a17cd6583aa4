// Differences of pairs come in one after the other; evidence against "no difference" goes out, valid at any stop.

/** Evidence after each pair. All arrays have one entry a pair. */
export interface EProcess {
  /** E_n, > 0; 1 is no evidence. Values beyond the range of numbers stay at its end, see `logPath`. */
  readonly path: Float64Array;
  /** ln E_n. */
  readonly logPath: Float64Array;
  /** max of 1 and E_1 … E_n: 1 / it is an anytime-valid p-value. */
  readonly runningMaximum: Float64Array;
  /** lambda_n, in [0, 0.9]: the share of the stake put on pair n, chosen before it was seen. */
  readonly bets: Float64Array;
  /** E after the last pair; 1 before any. */
  readonly eValue: number;
}

export interface BettingOptions {
  /** What a difference must exceed to count as one, in its units. */
  readonly shift: number;
  /** Differences this far from the shift win or lose the whole bet; > 0, same units. */
  readonly scale: number;
}

const mostBet = 0.9;

/**
 * Betting e-process for paired differences D: g_n = clip((D_n - shift) / scale, -1, 1),
 * lambda_n = min(0.9, max(0, (0.5 + sum g) / (1 + sum g^2))) over the pairs before n, E_n = prod(1 + lambda_i g_i).
 *
 * Valid when E[g_n | pairs before n] <= 0 under the null: then E_n is a non-negative supermartingale that starts at 1,
 * and the chance that it ever reaches 1 / alpha is at most alpha (Ville), so one may look after each pair and stop at
 * will. The null is about the clipped g: a mean difference below the shift is not enough if rare large negative
 * differences, cut off at -1, are what keeps it there. Pairs must be fresh: not the ones that raised the suspicion.
 *
 * @param differences D, in the order they were seen, finite
 * @throws RangeError for a scale that is not positive, or differences or a shift that are not finite
 * Source: Waudby-Smith & Ramdas (2024), Estimating means of bounded random variables by betting, JRSS B 86:1: capital
 * process of section 4; lambda is their approximate GRAPA bet, mean g / mean g^2, with 0.5 and 1 added to the sums.
 */
export function bettingProcess(differences: readonly number[], { shift, scale }: BettingOptions): EProcess {
  if (!(scale > 0 && Number.isFinite(scale + shift))) throw new RangeError(`not a shift and scale: ${shift}, ${scale}`);
  const count = differences.length;
  const [path, logPath] = [new Float64Array(count), new Float64Array(count)];
  const [runningMaximum, bets] = [new Float64Array(count), new Float64Array(count)];
  let [sum, squares, logE, most] = [0, 0, 0, 1];
  differences.forEach((difference, n) => {
    if (!Number.isFinite(difference)) throw new RangeError(`difference ${n} is ${difference}`);
    const gain = Math.max(-1, Math.min(1, (difference - shift) / scale));
    const bet = Math.min(mostBet, Math.max(0, (0.5 + sum) / (1 + squares)));
    logE += Math.log1p(bet * gain);
    sum += gain;
    squares += gain * gain;
    const e = withinRange(logE);
    most = Math.max(most, e);
    bets[n] = bet;
    logPath[n] = logE;
    path[n] = e;
    runningMaximum[n] = most;
  });
  return { path, logPath, runningMaximum, bets, eValue: path.at(-1) ?? 1 };
}

function withinRange(logE: number): number {
  return Math.min(Number.MAX_VALUE, Math.max(Number.MIN_VALUE, Math.exp(logE)));
}

/**
 * Weight of the h-th hypothesis in a list that may go on forever: 6 / (pi^2 h^2); all together sum to 1.
 * @param h 1, 2, 3, …: the order must be fixed before the pairs are seen
 * @throws RangeError for h that is not whole and >= 1
 */
export function hypothesisWeight(h: number): number {
  if (!(Number.isInteger(h) && h >= 1)) throw new RangeError(`hypotheses are numbered from 1, got ${h}`);
  return 6 / (Math.PI * h) ** 2;
}

/**
 * Mixture of e-values: sum of w_h E_h plus what is left of the weight as 1, an e-value for "all are null", however they
 * depend on each other.
 * @param eValues >= 0
 * @param weights >= 0, as many, sum at most 1
 * @throws RangeError outside these ranges
 * Source: Vovk & Wang (2021), E-values: calibration, combination and applications, Annals of Statistics 49:1736, section 3.
 */
export function mixtureEValue(eValues: readonly number[], weights: readonly number[]): number {
  if (eValues.length !== weights.length) throw new RangeError('e-values and weights differ in length');
  if (!eValues.every(e => e >= 0) || !weights.every(w => w >= 0)) throw new RangeError('e-values and weights are >= 0');
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total > 1 + 1e-9) throw new RangeError(`weights sum to ${total}`);
  return eValues.reduce((sum, e, h) => sum + (weights[h] as number) * e, Math.max(0, 1 - total));
}

export type AnytimeAlarm =
  | { readonly kind: 'alarm' /** Number of pairs it took. */; readonly pairs: number; readonly eValue: number }
  | { readonly kind: 'none' };

/**
 * First pair at which weight * E >= 1 / alpha. With weights that sum to at most 1 over all hypotheses, the chance of
 * any false alarm, ever, is at most alpha.
 * @param alpha in (0, 1)
 * @param weight in (0, 1], see {@link hypothesisWeight}; default 1 for a single hypothesis
 * @throws RangeError outside these ranges
 * Source: Ville (1939); Ramdas, Grünwald, Vovk & Shafer (2023), Statistical Science 38:576, fact 1; union over weights.
 */
export function anytimeAlarm({ path }: EProcess, alpha: number, weight = 1): AnytimeAlarm {
  if (!(alpha > 0 && alpha < 1 && weight > 0 && weight <= 1)) throw new RangeError(`alpha ${alpha}, weight ${weight}`);
  const at = path.findIndex(e => weight * e >= 1 / alpha);
  return at < 0 ? { kind: 'none' } : { kind: 'alarm', pairs: at + 1, eValue: path[at] as number };
}
