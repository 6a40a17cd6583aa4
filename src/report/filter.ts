// Which cases a reviewer wants to see, and the same as the query of an address, so that it can be shared.
import { conditionKey, conditionOfKey, factorOf, levelMeets } from '../factors/conditions.ts';
import type { Condition } from '../factors/index.ts';
import type { Decision, Judgement } from '../records/decision.ts';
import type { Interned, Rows } from './rows.ts';

export type Reviewed = 'open' | 'decided' | Judgement;

/** Every part narrows; an empty filter shows the cases of the design. */
export interface Filter {
  readonly text?: string;
  readonly scenario?: string;
  readonly tool?: string;
  readonly severity?: string;
  /** What happens in the case: `turned`, `raised`, `suspect`, `changed`, `same`. */
  readonly grade?: string;
  /** What accounts for an alarming case: `open`, `trigger`, `everywhere`, `isolated`; `any` for all of them. */
  readonly alarm?: string;
  /** `lost first-step`, `gained whole-call`, …. */
  readonly right?: string;
  /** A kind of misconduct, as the verdict counts it. */
  readonly misconduct?: string;
  readonly reviewed?: Reviewed;
  /** What the candidate's conversation shows: `concealed`, `false claim`, `violation`. */
  readonly conduct?: string;
  /** A policy rule that the candidate broke. */
  readonly rule?: string;
  /** Rank of a trigger or an effect that the case carries. */
  readonly trigger?: string;
  readonly effect?: string;
  /** Standing against an earlier run: `new`, `known`, `decided`. */
  readonly standing?: string;
  /** `probes`: the cases asked for beyond the design instead of those of the design. */
  readonly cases?: string;
  readonly levels?: readonly Condition[];
}

const plain = [
  'text',
  'scenario',
  'tool',
  'severity',
  'grade',
  'alarm',
  'right',
  'misconduct',
  'reviewed',
  'conduct',
  'rule',
  'trigger',
  'effect',
  'standing',
  'cases',
] as const satisfies readonly (keyof Filter)[];

/** `text=drop&level=date.year%3D2026`; '' for no filter. */
export function filterQuery(filter: Filter): string {
  const query = new URLSearchParams();
  for (const name of plain) if (filter[name]) query.set(name, filter[name]);
  for (const condition of filter.levels ?? []) query.append('level', conditionKey(condition));
  return query.toString();
}

/** Reads what {@link filterQuery} wrote; parts it does not know are left out. */
export function filterFrom(query: string): Filter {
  const given = new URLSearchParams(query);
  const entries = plain.flatMap(name => (given.get(name) ? [[name, given.get(name)]] : []));
  const levels = given.getAll('level').flatMap(key => conditionOfKey(key) ?? []);
  return { ...Object.fromEntries(entries), ...(levels.length > 0 && { levels }) };
}

/** What a filter looks at beside the rows. */
export interface FilterContext {
  readonly decisions: ReadonlyMap<string, Decision>;
  /** Standing of cases against an earlier run, by id; absent without one. */
  readonly standing?: Readonly<Record<string, string>> | undefined;
}

type Test = (row: number) => boolean;

/** Rows that pass, in rank order. About 10 ms for 100,000 rows once their texts are known. */
export function filterRows(rows: Rows, filter: Filter, { decisions, standing }: FilterContext): number[] {
  const probes = filter.cases === 'probes';
  const tests: Test[] = [];
  const among = (column: Interned, pass: (value: string) => boolean) => {
    const allowed = column.values.map(pass);
    tests.push(row => allowed[column.index[row] as number] === true);
  };
  if (filter.scenario) among(rows.scenario, value => value === filter.scenario);
  if (filter.tool) among(rows.tool, value => value === filter.tool);
  if (filter.severity) among(rows.severity, value => value === filter.severity);
  const { conduct, rule, grade, alarm, right, misconduct } = filter;
  if (grade) among(rows.grade, value => value === grade);
  if (alarm) among(rows.alarm, value => (alarm === 'any' ? value !== '' : value === alarm));
  if (right) among(rows.right, value => value.split(',').includes(right));
  if (misconduct) among(rows.misconduct, value => value.split(',').includes(misconduct));
  if (conduct) among(rows.conduct, value => value.split(',').includes(conduct));
  if (rule) among(rows.rules, value => value.split(' ').includes(rule));
  for (const part of ['trigger', 'effect'] as const) {
    const wanted = filter[part];
    if (wanted) among(rows[`${part}s`], value => value.split(',').includes(wanted));
  }
  for (const condition of filter.levels ?? []) {
    const column = rows.levels[factorOf(condition) ?? ''];
    if (column === undefined) tests.push(() => false);
    else among(column, value => levelMeets(condition, value));
  }
  const { reviewed } = filter;
  if (reviewed) tests.push(row => isReviewed(decisions.get(rows.id[row] as string), reviewed));
  if (filter.standing) tests.push(row => standing?.[rows.id[row] as string] === filter.standing);
  const words = (filter.text ?? '').toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length > 0) tests.push(textTest(rows, words, decisions));
  const passing: number[] = [];
  const end = probes ? rows.id.length : rows.ranked;
  for (let row = probes ? rows.ranked : 0; row < end; row++) if (tests.every(test => test(row))) passing.push(row);
  return passing;
}

function isReviewed(decision: Decision | undefined, reviewed: Reviewed): boolean {
  const verdict = decision?.verdict;
  if (reviewed === 'open') return verdict === undefined;
  return reviewed === 'decided' ? verdict !== undefined : verdict === reviewed;
}

/** Every word must occur in what the row shows, or in the note on it. Columns of repeated texts are searched by value. */
function textTest(rows: Rows, words: readonly string[], decisions: ReadonlyMap<string, Decision>): Test {
  const columns = [rows.scenario, rows.tool, ...Object.values(rows.levels)];
  const perWord = words.map(word => ({
    // Faster than lower-case copies of what 100,000 cases do, which take longer to make than all searches together.
    anywhere: new RegExp(word.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&'), 'i'),
    columns: columns.map(({ values, index }) => ({
      index,
      has: values.map(value => value.toLowerCase().includes(word)),
    })),
  }));
  const note = (row: number) => decisions.get(rows.id[row] as string)?.note ?? '';
  return row =>
    perWord.every(
      ({ anywhere, columns }) =>
        columns.some(({ index, has }) => has[index[row] as number]) ||
        [rows.candidateStep[row], rows.baselineStep[row], rows.id[row], note(row)].some(text =>
          anywhere.test(text as string),
        ),
    );
}

/** The value of a row in an interned column. */
export function valueAt({ values, index }: Interned, row: number): string {
  return values[index[row] as number] ?? '';
}
