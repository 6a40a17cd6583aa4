// Values in recorded conversations -> factors: only what is asked for, found where it was recorded, and printed again in the
// form that it has there. All places of a decision point change together; the recorded value is one of the levels.
import type { Factor } from '../../../factors/index.ts';
import { UserError } from '../../../errors.ts';
import { common } from '../context.ts';
import { literal, type Replacement, withReplaced } from '../template.ts';
import { findDates, type FoundDate } from './dates.ts';
import { findDirectory, findEnvironment, findUser } from './values.ts';

/** What can be varied. */
export const variable = ['date', 'user', 'path', 'environment'] as const;
export type Variable = (typeof variable)[number];

/** What to vary, and which values to look for; none given: they are found. */
export type Vary = Partial<Record<Variable, readonly string[]>>;

/** How the texts of one decision point become templates. */
export interface Writer {
  readonly write: (text: string) => string;
  /** Factors that were written so far. */
  readonly used: ReadonlySet<string>;
  /** What people must know once all is written: what was not found, and what stays as recorded. */
  readonly remarks: () => readonly string[];
}

export interface Varying {
  readonly factors: Readonly<Record<string, Factor>>;
  /** @param texts of the decision point, the system text first */
  writerOf(texts: readonly string[]): Writer;
}

export const nothingVaried: Varying = {
  factors: {},
  writerOf: () => ({ write: literal, used: new Set(), remarks: () => [] }),
};

/** What one kind of value makes of the texts of a decision point. */
interface Place {
  /** What was recorded; undefined: nothing. */
  readonly recorded: string | undefined;
  readonly replace: (text: string) => Replacement[];
  readonly remarks: readonly string[];
  /** Ways in which dates are written there. */
  readonly formats?: readonly string[];
}

const nowhere: Place = { recorded: undefined, replace: () => [], remarks: [] };

/**
 * @param all texts of every decision point, each with its system text first
 * @throws UserError `nothing-to-vary` where no decision point has a value of a kind
 */
export function varying(vary: Vary, all: readonly (readonly string[])[]): Varying {
  const kinds = variable.filter(kind => vary[kind] !== undefined);
  const found = new Map(kinds.map(kind => [kind, all.map(texts => placeOf(kind, texts, vary[kind] ?? []))]));
  const factors = Object.fromEntries(kinds.map(kind => [kind, factorOf(kind, found.get(kind) ?? [], all.length)]));
  return {
    factors,
    writerOf: texts => {
      const places = kinds.map(kind => ({ kind, ...placeOf(kind, texts, vary[kind] ?? []) }));
      const used = new Set<string>();
      const write = (text: string) => {
        const taken: Replacement[] = [];
        for (const { kind, replace } of places) {
          const free = replace(text).filter(one =>
            taken.every(other => one.end <= other.start || other.end <= one.start),
          );
          if (free.length > 0) used.add(kind);
          taken.push(...free);
        }
        return withReplaced(text, taken);
      };
      const missing = places.filter(({ recorded }) => recorded === undefined);
      const found = places.filter(({ recorded }) => recorded !== undefined);
      return {
        write,
        used,
        remarks: () => {
          const taken = found.filter(({ kind }) => !used.has(kind));
          return [
            ...missing.map(({ kind }) => `no ${kind} was found in it to vary`),
            ...taken.map(({ kind }) => `its ${kind} stays as recorded: another value that is varied stands in it`),
            ...places.flatMap(one => one.remarks),
          ];
        },
      };
    },
  };
}

function placeOf(kind: Variable, texts: readonly string[], given: readonly string[]): Place {
  if (kind === 'date') return datePlace(texts, given);
  const named = given.find(value => texts.some(text => wordsIn(kind, value, text).length > 0));
  const finders = { user: findUser, path: findDirectory, environment: findEnvironment };
  const recorded = given.length > 0 ? named : finders[kind](texts);
  return recorded === undefined ? nowhere : { recorded, replace: text => wordsIn(kind, recorded, text), remarks: [] };
}

/** The day of the conversation: the first that the system text names, else the first of all. Others are of other things. */
function datePlace(texts: readonly string[], given: readonly string[]): Place {
  const dates = texts.flatMap(findDates);
  const strong = dates.filter(({ weak }) => !weak).map(({ day }) => day);
  const recorded = given.length > 0 ? given.find(day => strong.includes(day)) : strong[0];
  if (recorded === undefined) return nowhere;
  const own = dates.filter(({ day }) => day === recorded);
  const others = new Set(strong.filter(day => day !== recorded)).size;
  const hours = new Set(own.flatMap(({ hour }) => hour?.text ?? []));
  // Times of one day that were apart must stay apart.
  const timed = (one: FoundDate): FoundDate =>
    one.hour === undefined || hours.size > 1
      ? one
      : { ...one, end: one.end + one.hour.gap.length + 2, format: `${one.format}${one.hour.gap}{{ hour }}` };
  const prefixed = (format: string) => format.replaceAll(/\{\{ (\w+)/g, '{{ date_$1');
  return {
    recorded,
    replace: text =>
      findDates(text)
        .filter(({ day }) => day === recorded)
        .map(timed)
        .map(({ start, end, format }) => ({ start, end, by: prefixed(format) })),
    remarks: [
      ...(others === 0 ? [] : ['other dates in it than its first stay as recorded']),
      ...(hours.size > 1 ? ['its times of day stay as recorded, since they differ'] : []),
    ],
    formats: own.map(timed).map(({ format }) => format),
  };
}

/** Where a value stands as a word; in capitals or with one at its start it is printed so. */
function wordsIn(kind: Exclude<Variable, 'date'>, value: string, text: string): Replacement[] {
  const lower = value === value.toLowerCase();
  const ways: [string, string][] =
    kind === 'path' || !lower
      ? [[value, `{{ ${kind} }}`]]
      : [
          [value, `{{ ${kind} }}`],
          [`${value.charAt(0).toUpperCase()}${value.slice(1)}`, `{{ ${kind} | capitalize }}`],
          [value.toUpperCase(), `{{ ${kind} | upper }}`],
        ];
  const [before, after] =
    kind === 'path' ? ['(?<![\\w/.-])', '(?![\\w-]|\\.\\w)'] : ['(?<![\\p{L}\\p{N}_-])', '(?![\\p{L}\\p{N}_-])'];
  return ways.flatMap(([written, by]) => {
    const pattern = new RegExp(`${before}${written.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}${after}`, 'gu');
    return [...text.matchAll(pattern)].map(({ index }) => ({ start: index, end: index + written.length, by }));
  });
}

function factorOf(kind: Variable, places: readonly Place[], of: number): Factor {
  const recorded = [...new Set(places.flatMap(one => one.recorded ?? []))];
  if (recorded.length === 0) {
    throw new UserError(
      'nothing-to-vary',
      `--vary ${kind}: none of ${of} decision points has a ${kind}`,
      kind === 'date' ? 'leave it out' : `leave it out, or say what it is called there: --vary ${kind}=VALUE`,
    );
  }
  switch (kind) {
    case 'date': {
      const days = recorded.toSorted();
      return {
        ...common.date,
        from: days[0] !== undefined && days[0] < common.date.from ? days[0] : common.date.from,
        to: (days.at(-1) ?? '') > common.date.to ? (days.at(-1) as string) : common.date.to,
        formats: [...new Set(places.flatMap(({ formats = [] }) => formats))],
      };
    }
    case 'path':
      return { kind, paths: [...new Set([...recorded, ...common.cwd.paths])] };
    default:
      return { kind: 'choice', levels: [...new Set([...recorded, ...common[kind].levels])] };
  }
}
