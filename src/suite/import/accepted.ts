// BFCL's accepted values -> argument objects. Each parameter has a list of values; '' among them: it may be left out.
import { isRow, type Row } from './rows.ts';

/** Leaves a key out. */
const omitted = Symbol('omitted');

/**
 * Every argument object that a BFCL answer accepts, the first of each list first. Their number is the product of the
 * lists, so they come one by one.
 * @param answer parameter -> accepted values; a value that is an object has such lists itself
 * @param schema converted schema of the object
 */
export function* acceptedObjects(answer: Row, schema: unknown): Generator<Record<string, unknown>> {
  const known = isRow(schema) ? schema : {};
  const properties = isRow(known.properties) ? known.properties : {};
  const required = Array.isArray(known.required) ? known.required : [];
  const columns = Object.entries(answer).map(([key, values]) => {
    const about = Object.hasOwn(properties, key) ? properties[key] : undefined;
    return () => choices(values, about, required.includes(key));
  });
  const keys = Object.keys(answer);
  for (const row of product(columns)) {
    yield Object.fromEntries(keys.map((key, at) => [key, row[at]] as const).filter(([, value]) => value !== omitted));
  }
}

function* choices(values: unknown, schema: unknown, required: boolean): Generator<unknown> {
  const list = Array.isArray(values) ? values : [values];
  for (const value of list) {
    if (value === '' && !required) yield omitted;
    else yield* expanded(value, schema);
  }
}

/** A value with the lists in its objects multiplied out. An object without such lists is a plain value. */
function* expanded(value: unknown, schema: unknown): Generator<unknown> {
  const known = isRow(schema) ? schema : {};
  if (Array.isArray(value)) yield* product(value.map(item => () => expanded(item, known.items)));
  else if (isRow(value) && Object.values(value).every(Array.isArray)) yield* acceptedObjects(value, schema);
  else yield asTyped(value, known.type);
}

/** Java and JavaScript tasks write numbers and booleans as texts. */
function asTyped(value: unknown, type: unknown): unknown {
  if (typeof value !== 'string') return value;
  if ((type === 'integer' || type === 'number') && /^-?\d+(\.\d+)?$/.test(value)) return Number(value);
  return type === 'boolean' && /^(true|false)$/i.test(value) ? value.toLowerCase() === 'true' : value;
}

/** All rows of one item of each column, the last column changing fastest. Iterative: columns may be many. */
function* product(columns: readonly (() => Iterable<unknown>)[]): Generator<unknown[]> {
  const running: Iterator<unknown>[] = [];
  const row: unknown[] = [];
  for (;;) {
    if (row.length === columns.length) {
      yield [...row];
      if (columns.length === 0) return;
      row.pop();
    } else if (running.length === row.length) {
      running.push((columns[row.length] as () => Iterable<unknown>)()[Symbol.iterator]());
    }
    const next = running[row.length]?.next();
    if (next?.done === false) row.push(next.value);
    else {
      running.pop();
      if (row.length === 0) return;
      row.pop();
    }
  }
}
