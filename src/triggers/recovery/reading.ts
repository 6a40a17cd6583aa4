// Does the effect show in a case? One text tells where its size is clear, for exact scores have no sampling noise; where it is
// not, the same levels are asked for in two other texts.
import type { Case } from '../../records/suites/case.ts';
import { quantile } from '../../statistics/index.ts';
import { composeCase, varyCase } from '../../suite/index.ts';
import type { Asking, Prober } from '../probes.ts';
import type { Seed } from './seed.ts';

/**
 * Excesses as near to the cut as this are not told by one text, nats: texts alone move them so far. Of a level that is asked
 * about alone, an edge hangs on it.
 */
const leastGap = { alone: 2, amongOthers: 1 } as const;
/** Of levels the fewer are looked at again, all where there are no more than this; in so many contexts. */
const fewLevels = 4;
const otherContexts = [0, 1, 2];

/** Does the effect show in each of some cases? @throws BudgetSpent */
export function* shows(prober: Prober, seed: Seed, cases: readonly Case[]): Asking<boolean[]> {
  const excesses = yield* asked(prober, seed, cases);
  const gap = cases.length === 1 ? leastGap.alone : leastGap.amongOthers;
  const open = excesses.flatMap((excess, index) => (Math.abs(excess - seed.cut) < gap ? [index] : []));
  const texts = open.flatMap(index => [0, 1].map(row => inOtherText(prober, cases[index] as Case, row)));
  const more = yield* asked(prober, seed, texts);
  return excesses.map((excess, index) => {
    const at = open.indexOf(index);
    // The middle of three.
    return (at < 0 ? excess : quantile([excess, ...more.slice(2 * at, 2 * at + 2)], 0.5)) > seed.cut;
  });
}

/**
 * Does it show at each level of a factor? Of levels at which it does and levels at which it does not the fewer are looked at
 * again in other contexts: one level that does not belong makes a condition wrong, and one that needs another factor besides
 * belongs to another trigger.
 * @param cases the seed's but for the level
 * @param elsewhere the same level, and whatever else the effect needs, in another context; undefined for none
 * @throws BudgetSpent
 */
export function* showsAt(
  prober: Prober,
  seed: Seed,
  cases: readonly Case[],
  elsewhere: (about: Case, row: number) => Case | undefined,
): Asking<boolean[]> {
  const shown = yield* shows(prober, seed, cases);
  if (cases.length < 2) return shown;
  const most = shown.filter(Boolean).length > cases.length / 2;
  const fewer = cases.flatMap((_, index) => (cases.length > fewLevels && shown[index] === most ? [] : [index]));
  const stays = yield* showsWherever(
    prober,
    seed,
    fewer.map(index =>
      otherContexts.map(row => elsewhere(cases[index] as Case, row)).filter(made => made !== undefined),
    ),
  );
  return shown.map((is, index) => stays[fewer.indexOf(index)] ?? is);
}

/** Cases of which one tells whether an effect shows, and the excess above which it does; nats. */
export interface Group {
  /** At least one. */
  readonly cases: readonly Case[];
  readonly cut: number;
}

/**
 * Does it show in most of each group's cases? One tells where its size is clear; otherwise it is the middle of all of them.
 * @throws BudgetSpent
 */
export function* showsInEach(
  prober: Prober,
  { target }: Pick<Seed, 'target'>,
  groups: readonly Group[],
): Asking<boolean[]> {
  const excesses = yield* asked(
    prober,
    { target },
    groups.map(({ cases: [about] }) => about as Case),
  );
  const isOpen = ({ cut }: Group, index: number) => Math.abs((excesses[index] as number) - cut) < leastGap.alone;
  const others = groups.map((group, index) => (isOpen(group, index) ? group.cases.slice(1) : []));
  const more = yield* asked(prober, { target }, others.flat());
  let at = 0;
  return groups.map(({ cut }, index) => {
    const own = others[index] as readonly Case[];
    return quantile([excesses[index] as number, ...more.slice(at, (at += own.length))], 0.5) > cut;
  });
}

/** Does it show in all of each group's cases? The only one in which it does not is asked again in another text. */
function* showsWherever(
  prober: Prober,
  seed: Seed,
  groups: readonly (readonly Case[])[],
): Asking<(boolean | undefined)[]> {
  const shown = yield* shows(prober, seed, groups.flat());
  let at = 0;
  const failing = groups.map(group => group.filter(() => shown[at++] !== true));
  const again = failing.map(cases => (cases.length === 1 ? cases.map(about => inOtherText(prober, about, 2)) : []));
  const late = yield* shows(prober, seed, again.flat());
  let next = 0;
  return groups.map((group, index) => {
    if (group.length === 0) return undefined;
    const asked = again[index] as readonly Case[];
    return asked.length === 1 ? late[next++] === true : (failing[index] as readonly Case[]).length === 0;
  });
}

function* asked(prober: Prober, { target }: Pick<Seed, 'target'>, cases: readonly Case[]): Asking<number[]> {
  return (yield* prober.ask(cases, target)).map(excess => excess ?? 0);
}

/** The case with the same levels in other words: new slots, phrasing and formats. */
export function inOtherText(prober: Prober, { id, scenario, levels }: Case, row: number): Case {
  const { suite, seed } = prober.spec;
  const made = composeCase(suite, scenario, levels, { seed: `${seed}/redraw/${id}`, row }, prober.nextIndex());
  return { ...made, probe: { stage: 'recover', of: id, changed: ['text'] } };
}

/** The case with other levels, marked with where it comes from. */
export function probeOf(prober: Prober, origin: Case, changes: Readonly<Record<string, string>>): Case {
  const made = varyCase(prober.spec.suite, origin, changes, prober.nextIndex());
  return { ...made, probe: { stage: 'recover', of: origin.id, changed: Object.keys(changes) } };
}
