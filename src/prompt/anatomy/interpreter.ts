// Jinja as Python runs it, where @huggingface/jinja stops: real templates use a few more filters and methods.
import { Environment, Interpreter } from '@huggingface/jinja';
import { pythonFormat, pythonText } from './python-text.ts';

/** A node of the syntax tree and a runtime value: the library's declarations don't resolve in an ES module. */
interface Statement {
  readonly type: string;
}
export interface Value {
  readonly type: string;
  readonly value: unknown;
  toString(): string;
}

const LibraryInterpreter = Interpreter as unknown as new (
  environment: Environment,
) => {
  run(program: unknown): Value;
  evaluate(statement: Statement | undefined, environment: Environment): Value;
};

/** The parts of the syntax tree that are looked at here; the library does not export its own types. */
interface Node extends Statement {
  readonly operand: Statement;
  readonly filter: { readonly type: string; readonly value?: unknown };
  readonly callee: Node;
  readonly args: readonly (Statement & { readonly key?: { readonly value: string }; readonly value?: Statement })[];
  readonly object: Statement;
  readonly property: { readonly type: string; readonly value?: unknown } & Statement;
  readonly computed: boolean;
  readonly loopvar: Statement;
  readonly iterable: Node;
  readonly lhs: Statement;
  readonly value: ReadonlyMap<Statement, Statement>;
}

/** A runtime value for a JavaScript value, or for a list of runtime values. */
function made(value: unknown): Value {
  return new Environment().set('value', value);
}

function list(items: readonly Value[]): Value {
  const value = made([]);
  (value.value as Value[]).push(...items);
  return value;
}

/** A node whose value is known already. */
interface Given extends Statement {
  readonly given: Value;
}

const given = (value: Value): Given => ({ type: 'Given', given: value });

/** What Python's filters make of an undefined value, which prints as nothing. */
const ofUndefined: Readonly<Record<string, unknown>> = {
  trim: '',
  string: '',
  upper: '',
  lower: '',
  join: '',
  length: 0,
  list: [],
  items: [],
};

/**
 * Adds to the library's interpreter: `|string` of lists, dictionaries and booleans, `|min`, `|max`, filters of undefined
 * values, `list.append`, `extend` and `pop`, `str.format`, dictionaries with integer keys, and tuples unpacked in `for`.
 */
export class TemplateInterpreter extends LibraryInterpreter {
  /** Dictionaries whose keys were written as integers. */
  readonly #integerKeyed = new WeakSet<object>();

  override evaluate(statement: Statement | undefined, environment: Environment): Value {
    const node = statement as Node | undefined;
    return (
      (node?.type === 'Given' && (statement as Given).given) ||
      (node?.type === 'FilterExpression' && this.#filtered(node, environment)) ||
      (node?.type === 'CallExpression' && this.#called(node, environment)) ||
      (node?.type === 'ObjectLiteral' && this.#dictionary(node, environment)) ||
      (node?.type === 'MemberExpression' && node.computed && this.#member(node, environment)) ||
      (node?.type === 'For' && this.#looped(node, environment)) ||
      super.evaluate(statement, environment)
    );
  }

  /** undefined: the library's own filter is right. The operand is evaluated once in any case. */
  #filtered(node: Node, environment: Environment): Value | undefined {
    const operand = this.evaluate(node.operand, environment);
    const name = node.filter.type === 'Identifier' ? String(node.filter.value) : '';
    return this.#ownFilter(name, operand) ?? this.#libraryFilter(node, operand, environment);
  }

  #libraryFilter(node: Node, operand: Value, environment: Environment): Value {
    const evaluated = { type: 'FilterExpression', operand: given(operand), filter: node.filter };
    return super.evaluate(evaluated, environment);
  }

  #ownFilter(name: string, operand: Value): Value | undefined {
    switch (operand.type) {
      case 'UndefinedValue':
        return Object.hasOwn(ofUndefined, name) ? made(ofUndefined[name]) : undefined;
      case 'BooleanValue':
      case 'NullValue':
        return name === 'string' ? made(pythonText(operand)) : undefined;
      case 'ArrayValue':
      case 'TupleValue': {
        const items = operand.value as Value[];
        if (name === 'string') return made(pythonText(operand));
        if (name === 'min' || name === 'max') return extreme(items, name === 'min' ? -1 : 1);
        return undefined;
      }
      case 'ObjectValue': {
        if (name === 'string') return made(pythonText(operand));
        if (!this.#integerKeyed.has(operand) || !['dictsort', 'items'].includes(name)) return undefined;
        const pairs = [...(operand.value as Map<string, Value>)].map(([key, value]) =>
          list([made(Number(key)), value]),
        );
        return list(name === 'items' ? pairs : pairs.toSorted((a, b) => numberAt(a) - numberAt(b)));
      }
      default:
        return undefined;
    }
  }

  #called({ callee, args }: Node, environment: Environment): Value | undefined {
    if (callee.type !== 'MemberExpression' || callee.computed || callee.property.type !== 'Identifier')
      return undefined;
    const method = String(callee.property.value);
    if (!['append', 'extend', 'pop', 'format'].includes(method)) return undefined;
    const object = this.evaluate(callee.object, environment);
    if (method === 'format') {
      if (object.type !== 'StringValue') return undefined;
      const named = new Map<string, string>();
      const plain: string[] = [];
      for (const argument of args) {
        const text = pythonText(
          this.evaluate(argument.key === undefined ? argument : argument.value, environment),
          true,
        );
        if (argument.key === undefined) plain.push(text);
        else named.set(argument.key.value, text);
      }
      return made(pythonFormat(String(object.value), plain, named));
    }
    if (object.type !== 'ArrayValue') return undefined;
    const values = args.map(argument => this.evaluate(argument, environment));
    const items = object.value as Value[];
    if (method === 'pop') return items.splice(Number(values[0]?.value ?? -1), 1)[0] ?? made(undefined);
    items.push(...(method === 'append' ? values : values.flatMap(value => value.value as Value[])));
    return made(null);
  }

  /** A dictionary literal with integer keys; the library takes strings alone. */
  #dictionary({ value: entries }: Node, environment: Environment): Value | undefined {
    const keys = [...entries.keys()];
    if (!keys.some(key => key.type === 'IntegerLiteral')) return undefined;
    const object = made({});
    for (const [key, value] of entries) {
      (object.value as Map<string, Value>).set(
        String(this.evaluate(key, environment).value),
        this.evaluate(value, environment),
      );
    }
    this.#integerKeyed.add(object);
    return object;
  }

  #member({ object, property }: Node, environment: Environment): Value | undefined {
    if (property.type !== 'IntegerLiteral') return undefined;
    const value = this.evaluate(object, environment);
    if (!this.#integerKeyed.has(value)) return undefined;
    return (value.value as Map<string, Value>).get(String(property.value)) ?? made(undefined);
  }

  /** Tuples are unpacked as lists are. */
  #looped(node: Node, environment: Environment): Value | undefined {
    if (node.loopvar.type !== 'TupleLiteral') return undefined;
    const { iterable } = node;
    const chosen = iterable.type === 'SelectExpression' ? iterable.lhs : iterable;
    const value = this.evaluate(chosen, environment);
    const items = value.value as readonly Value[];
    const isList = value.type === 'ArrayValue' || value.type === 'TupleValue';
    const known = isList
      ? list(items.map(item => (item.type === 'TupleValue' ? list(item.value as Value[]) : item)))
      : value;
    const lhs = given(known);
    const unpacked = {
      ...node,
      type: 'For',
      iterable: chosen === iterable ? lhs : { ...iterable, type: 'SelectExpression', lhs },
    };
    return super.evaluate(unpacked as Statement, environment);
  }
}

function numberAt(pair: Value): number {
  return Number((pair.value as Value[])[0]?.value);
}

function extreme(items: readonly Value[], sign: number): Value {
  const comparable = (value: Value) => value.value as number | string;
  const best = items.reduce<Value | undefined>((so, item) => {
    if (so === undefined) return item;
    const [a, b] = [comparable(item), comparable(so)];
    return (a < b ? -1 : a > b ? 1 : 0) * sign > 0 ? item : so;
  }, undefined);
  return best ?? made(undefined);
}
