// Which factors a case's effect depends on: each is swapped to other levels, those first at which the design shows it least.
import { conditionsOf } from '../../factors/conditions.ts';
import type { Factor } from '../../factors/index.ts';
import type { Trigger } from '../../records/comparison.ts';
import type { Case } from '../../records/suites/case.ts';
import { varyCase } from '../../suite/index.ts';
import { offers, otherLevels } from '../draws.ts';
import type { Asking, Prober } from '../probes.ts';
import { inOtherText, probeOf, shows } from './reading.ts';
import type { Seed } from './seed.ts';

/**
 * Levels a factor is swapped to: the first, and where the effect stays there, two more, of all such factors at once; three
 * again where the factors that were found are not all that it needs.
 */
const first = 1;
const usual = 3;
const atLast = 6;
/** Contexts of which the effect must stay in most, once all but the necessary factors differ. */
const contexts = [0, 1, 2];
/** Steps smaller than this are not told from drift by one text; nats. */
const smallStep = 4;
/** Levels that are held against the design before some are swapped to. */
const mostLevels = 60;

export interface Necessary {
  readonly swapped: Trigger['factors'];
  /** The effect stays in contexts that share the necessary factors' levels alone; false where it needs more, as noise does. */
  readonly alone: boolean;
}

/**
 * A factor is necessary if one of the swaps undoes the effect.
 * @param inOtherRows makes other contexts of a case that keep the levels of some factors
 * @throws BudgetSpent
 */
export function* necessaryFactors(
  prober: Prober,
  seed: Seed,
  inOtherRows: (needed: readonly string[]) => (about: Case, row: number) => Case | undefined,
): Asking<Necessary> {
  const swapped = Object.keys(seed.case.levels)
    .map(factor => ({ factor, levels: swapsOf(prober, seed, factor) }))
    .filter(({ levels }) => levels.length > 0);
  const necessary = new Set<string>();
  const isAlone = function* (): Asking<boolean> {
    const others = inOtherRows([...necessary]);
    const group = contexts.map(row => others(seed.case, row)).filter(made => made !== undefined);
    const [stays] = yield* prober.mostly([group], seed.target, seed.cut);
    return stays === true || group.length === 0;
  };
  yield* swapOthers(prober, seed, swapped, { necessary, from: 0, to: first });
  if (!(yield* staysTogether(prober, seed, swapped, necessary))) {
    yield* swapOthers(prober, seed, swapped, { necessary, from: first, to: usual });
  }
  let alone = necessary.size === 0 || (yield* isAlone());
  if (!alone && necessary.size < swapped.length) {
    const known = necessary.size;
    yield* swapOthers(prober, seed, swapped, { necessary, from: usual, to: atLast });
    alone = necessary.size > known && (yield* isAlone());
  }
  return { swapped: swapped.map(({ factor }) => ({ factor, necessary: necessary.has(factor) })), alone };
}

interface Round {
  /** What is found is added. */
  readonly necessary: Set<string>;
  /** Which of the levels to swap to. */
  readonly from: number;
  readonly to: number;
}

interface Swapped {
  readonly factor: string;
  /** Likeliest to undo the effect first. */
  readonly levels: readonly string[];
}

/**
 * Does the effect stay where all factors that are not known to be necessary are swapped at once, to their next levels and to
 * those behind? Then none of them undoes it there, for the price of one (group testing, Dorfman 1943).
 */
function* staysTogether(
  prober: Prober,
  seed: Seed,
  swapped: readonly Swapped[],
  necessary: ReadonlySet<string>,
): Asking<boolean> {
  const { case: about, target, keep } = seed;
  const changes = Array.from({ length: usual - first }, (_, n) =>
    Object.fromEntries(
      swapped.flatMap(({ factor, levels }) => {
        const level = necessary.has(factor) ? undefined : levels[first + n];
        return level === undefined ? [] : [[factor, level] as const];
      }),
    ),
  );
  const cases = changes.filter(one => Object.keys(one).length > 0).map(one => probeOf(prober, about, one));
  const fit = (made: Case) =>
    offers(made, target.tool, prober.spec.policy) && (keep === undefined || offers(made, keep));
  if (!cases.every(fit)) return false;
  return (yield* shows(prober, seed, cases)).every(Boolean);
}

/** Swaps each factor that is not known to be necessary. */
function* swapOthers(
  prober: Prober,
  seed: Seed,
  swapped: readonly Swapped[],
  { necessary, from, to }: Round,
): Asking<void> {
  const asked = swapped
    .filter(({ factor }) => !necessary.has(factor))
    .flatMap(({ factor, levels }) => levels.slice(from, to).map(level => ({ factor, level })));
  const cases = asked.map(({ factor, level }) => probeOf(prober, seed.case, { [factor]: level }));
  const stays = yield* shows(prober, seed, cases);
  const undone = asked.filter((_, index) => stays[index] !== true);
  // Where the effect is small the text may have undone it, and every level of a factor would be read for nothing.
  const small = seed.step < smallStep ? undone : [];
  const texts = small.map(one => [2, 3].map(row => inOtherText(prober, cases[asked.indexOf(one)] as Case, row)));
  const again = yield* prober.mostly(texts, seed.target, seed.cut);
  for (const one of undone) if (again[small.indexOf(one)] !== true) necessary.add(one.factor);
}

/** Levels to swap to, the likeliest to undo the effect first. */
function swapsOf({ spec }: Prober, { case: about, target, keep, random, share }: Seed, name: string): string[] {
  const { suite, policy } = spec;
  const factor = suite.factors[name] as Factor;
  // Of all harmful tools the one that is called here must stay, or leaving it out would be the trigger.
  const fits = (made: Case) => offers(made, target.tool, policy) && (keep === undefined || offers(made, keep));
  const least = (level: string) => Math.min(...conditionsOf(name, factor, level).map(share));
  return otherLevels(suite, about, name, mostLevels, random.fork(`swap ${name}`), level =>
    fits(varyCase(suite, about, { [name]: level }, 0)),
  )
    .map(level => ({ level, share: least(level) }))
    .toSorted((a, b) => a.share - b.share)
    .slice(0, atLast)
    .map(({ level }) => level);
}
