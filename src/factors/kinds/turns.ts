// How much was said before the task.
import { atLevel, type ConditionLanguage, type LevelCondition } from '../condition.ts';
import { type FactorKind, roundSchema, type Written, type Z } from '../kind.ts';
import { reading } from '../search.ts';
import { type SetCondition, setOf } from '../sets.ts';

const schema = (z: Z) =>
  z.strictObject({
    kind: z.literal('turns'),
    from: z.int().min(0),
    to: z.int().min(1).max(20),
    rounds: z.array(roundSchema(z)).min(1).describe('drawn anew for each case, each at most once'),
  });
type TurnsFactor = Written<typeof schema>;

/** So many rounds came before, both ends included; without one, from or up to the other. */
export interface TurnsCondition {
  readonly kind: 'turns';
  readonly factor: string;
  readonly from?: number;
  readonly to?: number;
}

const range = /^(\d*)\.\.(\d*)$/;
const end = (text: string | undefined) => (text === undefined || text === '' ? undefined : Number(text));
const between = (factor: string, from: number | undefined, to: number | undefined): TurnsCondition => ({
  kind: 'turns',
  factor,
  ...(from !== undefined && { from }),
  ...(to !== undefined && { to }),
});

const language = {
  read: ({ factor, level }) => {
    const [, from, to] = range.exec(level) ?? [];
    if (!factor.endsWith('.rounds') || from === undefined) return undefined;
    return between(factor.slice(0, -'.rounds'.length), end(from), end(to));
  },
  write: ({ factor, from, to }) => ({ factor: `${factor}.rounds`, level: `${from ?? ''}..${to ?? ''}` }),
  text: ({ factor, from, to }) =>
    from === undefined ? `${factor} up to ${to}` : `${factor} from ${from} ${to === undefined ? 'on' : `to ${to}`}`,
  meets: ({ factor, from, to }, { levels }) => {
    const level = levels[factor];
    if (level === undefined) return false;
    const rounds = Number(level);
    return rounds >= (from ?? 0) && rounds <= (to ?? Number.POSITIVE_INFINITY);
  },
  sibling: ({ factor }, { levels }) => levels[factor],
} satisfies ConditionLanguage<TurnsFactor, TurnsCondition>;

const counts = ({ from, to }: TurnsFactor): string[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, n) => String(from + n));

/** How many rounds of talk came before. Level: the number. */
export const turns = {
  schema,
  levels: counts,
  mistakes: ({ from, to, rounds }) => [
    ...(from >= to ? [{ key: 'to', message: `from ${from} to ${to} is nothing to vary` }] : []),
    ...(rounds.length < to ? [{ key: 'rounds', message: `${rounds.length} rounds, and up to ${to} are wanted` }] : []),
  ],
  seenUnprinted: true,
  since: 2,
  rounds: ({ rounds }, level, random) => random.shuffle([...rounds]).slice(0, Number(level)),
  conditions: (name, level) => [atLevel(name, level)],
  language,
  *refine({ name, factor, level }) {
    const all = counts(factor);
    const { inside, outside } = yield* reading(all.filter(one => one !== level));
    const showing = all.filter(one => one === level || inside.includes(one));
    if (outside.length === 0) return [];
    const [first, last] = [Number(showing[0]), Number(showing.at(-1))];
    const told: LevelCondition | SetCondition | TurnsCondition | undefined =
      showing.length < 2 || last - first + 1 !== showing.length
        ? setOf(name, showing, outside)
        : between(name, first === factor.from ? undefined : first, last === factor.to ? undefined : last);
    return told === undefined ? [] : [told];
  },
} satisfies FactorKind<TurnsFactor, TurnsCondition>;
