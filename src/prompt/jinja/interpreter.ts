// Runs a parsed template: statements in order, expressions through the engine.
import type { Engine, LoopState } from './engine.ts';
import { atLine, TemplateFails } from './errors.ts';
import type { Applied, Argument, Block, Expression, Parameter, Statement, Target } from './syntax.ts';
import {
  at,
  bool,
  callable,
  dict,
  float,
  func,
  int,
  joined,
  list,
  missing,
  record,
  Scope,
  text,
  tuple,
  type Value,
} from './values.ts';

/** What was printed, and the line that each piece of it came from. */
class Output {
  readonly parts: string[] = [];
  readonly #sources: Source[] = [];

  /** @param spans the text stands in the template as it is, over several lines perhaps */
  print(parts: readonly string[], line: number, spans = false): void {
    for (const part of parts) this.#add(part, { line, spans });
  }

  append(other: Output): void {
    for (const [index, part] of other.parts.entries()) this.#add(part, other.#sources[index] as Source);
  }

  #add(part: string, source: Source): void {
    this.parts.push(part);
    this.#sources.push(source);
  }

  /** Line that printed the character at a place of the whole text. */
  lineAt(place: number): number | undefined {
    let start = 0;
    for (const [index, part] of this.parts.entries()) {
      const { line, spans } = this.#sources[index] as Source;
      if (place < start + part.length) return spans ? line + part.slice(0, place - start).split('\n').length - 1 : line;
      start += part.length;
    }
    return this.#sources.at(-1)?.line;
  }
}

interface Source {
  readonly line: number;
  readonly spans: boolean;
}

/** A text, and where its pieces came from. */
export interface Printed {
  readonly text: string;
  /** Line of the template that printed what follows the first characters. */
  lineAfter(start: string): number | undefined;
}

class LoopSignal extends Error {
  readonly kind: 'break' | 'continue';
  constructor(kind: 'break' | 'continue') {
    super(`${kind} outside of a loop`);
    this.kind = kind;
  }
}

/** Hears of every statement that runs: what never runs can then be told. */
export type Visit = (statement: Statement) => void;

type For = Extract<Statement, { kind: 'for' }>;

export class Interpreter {
  readonly #engine: Engine;
  readonly #visit: Visit | undefined;

  constructor(engine: Engine, visit?: Visit) {
    this.#engine = engine;
    this.#visit = visit;
  }

  /**
   * @throws TemplateLacks, TemplateRaised or TemplateFails, with the line
   */
  run(program: Block, variables: ReadonlyMap<string, Value>): Printed {
    const scope = new Scope();
    for (const [name, value] of variables) scope.set(name, value);
    const out = new Output();
    this.#block(program, scope, out);
    const { reads, writes } = this.#engine;
    return { text: writes(out.parts.join('')), lineAfter: start => out.lineAt(reads(start).length) };
  }

  get #python(): boolean {
    return this.#engine.name === 'python';
  }

  /** A scope for what stands inside a block: llama.cpp has them for loops and macros alone. */
  #inner(scope: Scope): Scope {
    return this.#python ? new Scope(scope) : scope;
  }

  #block(block: Block, scope: Scope, out: Output): void {
    for (const statement of block) {
      this.#visit?.(statement);
      try {
        this.#statement(statement, scope, out);
      } catch (error) {
        if (error instanceof LoopSignal) throw error;
        throw located(error, statement.line);
      }
    }
  }

  #captured(block: Block, scope: Scope): Output {
    const out = new Output();
    this.#block(block, scope, out);
    return out;
  }

  #statement(statement: Statement, scope: Scope, out: Output): void {
    switch (statement.kind) {
      case 'text':
        out.print([statement.text], statement.line, true);
        return;
      case 'print':
        out.print(this.#engine.printed(this.#value(statement.value, scope)), statement.line);
        return;
      case 'if': {
        const taken = this.#engine.truth(this.#value(statement.test, scope)) ? statement.body : statement.otherwise;
        // In llama.cpp what an `if` printed before it leaves a loop is lost.
        if (this.#python) this.#block(taken, scope, out);
        else out.append(this.#captured(taken, scope));
        return;
      }
      case 'for':
        this.#for(statement, scope, out, 0);
        return;
      case 'set':
        this.#assign(statement.target, this.#value(statement.value, scope), scope);
        return;
      case 'set-block': {
        const { parts } = this.#captured(statement.body, this.#inner(scope));
        this.#assign(statement.target, this.#filtered(statement.filters, joined(parts), scope), scope);
        return;
      }
      case 'macro':
        scope.set(statement.name, this.#macro(statement.name, statement, scope));
        return;
      case 'call-block':
        out.print(this.#engine.printed(this.#callBlock(statement, scope)), statement.line);
        return;
      case 'filter-block': {
        const { parts } = this.#captured(statement.body, this.#inner(scope));
        out.print(this.#engine.printed(this.#filtered(statement.filters, joined(parts), scope)), statement.line);
        return;
      }
      case 'with': {
        const inner = new Scope(scope);
        for (const [name, value] of statement.bound) inner.set(name, this.#value(value, scope));
        this.#block(statement.body, inner, out);
        return;
      }
      case 'scope':
        this.#block(statement.body, this.#inner(scope), out);
        return;
      default:
        throw new LoopSignal(statement.kind);
    }
  }

  #filtered(filters: readonly Applied[], input: Value, scope: Scope): Value {
    return filters.reduce<Value>((value, { name, args }) => {
      return this.#engine.filter(name, value, this.#args(args, scope), { scope });
    }, input);
  }

  #for(statement: For, scope: Scope, out: Output, depth: number, given?: Value): void {
    const outer = new Scope(scope);
    const iterated = this.#engine.iterated(
      given ?? this.#value(statement.iterated, outer),
      statement.target.kind === 'names',
    );
    const items = iterated.filter(item => this.#wanted(statement, item, outer));
    const state: LoopState = { depth, changed: undefined, again: undefined };
    if (statement.recursive) {
      state.again = value => {
        const inner = new Output();
        this.#for(statement, scope, inner, depth + 1, value);
        return joined(inner.parts);
      };
    }
    let ran = false;
    for (const [index, item] of items.entries()) {
      const inner = this.#inner(outer);
      inner.set('loop', this.#engine.loop(items, index, state));
      this.#assign(statement.target, item, inner);
      try {
        this.#block(statement.body, inner, out);
        ran = true;
      } catch (error) {
        if (!(error instanceof LoopSignal)) throw error;
        if (error.kind === 'break') break;
      }
    }
    // A loop that only ever continued counts as empty, in both engines.
    if (!ran) this.#block(statement.otherwise, this.#inner(scope), out);
  }

  #wanted({ target, test }: For, item: Value, scope: Scope): boolean {
    if (test === undefined) {
      if (target.kind === 'names') this.#unpacked(target, item);
      return true;
    }
    const inner = new Scope(scope);
    this.#assign(target, item, inner);
    return this.#engine.truth(this.#value(test, inner));
  }

  #unpacked({ targets }: Extract<Target, { kind: 'names' }>, value: Value): Value[] {
    const values = this.#engine.unpacked(value);
    if (values.length === targets.length) return values;
    throw new TemplateFails(`too ${values.length < targets.length ? 'few' : 'many'} values to unpack`);
  }

  #assign(target: Target, value: Value, scope: Scope): void {
    if (target.kind === 'name') scope.set(target.name, value);
    else if (target.kind === 'member') this.#engine.assign(this.#value(target.object, scope), target.name, value);
    else {
      const values = this.#unpacked(target, value);
      for (const [index, one] of target.targets.entries()) this.#assign(one, values[index] as Value, scope);
    }
  }

  /** A macro sees what stands around its definition in Python, and around its call in llama.cpp. */
  #macro(name: string, { parameters, body }: { parameters: readonly Parameter[]; body: Block }, scope: Scope): Value {
    return func(name, (args, calling) => {
      const inner = new Scope(this.#python ? scope : calling);
      if (this.#python) this.#bindPython(name, parameters, args, inner, body);
      else this.#bindLlama(name, parameters, args, inner, calling);
      return joined(this.#captured(body, inner).parts);
    });
  }

  #bindPython(name: string, parameters: readonly Parameter[], args: Value[], scope: Scope, body: Block): void {
    const plain = args.filter(({ type }) => type !== 'named');
    const named = new Map(args.flatMap(one => (one.type === 'named' ? [[one.name, one.value] as const] : [])));
    const caller = named.get('caller');
    const late: [string, Expression][] = [];
    for (const [index, { name: parameter, standard }] of parameters.entries()) {
      const value = plain[index] ?? named.get(parameter);
      named.delete(parameter);
      if (value === undefined && standard !== undefined) late.push([parameter, standard]);
      else scope.set(parameter, value ?? missing(parameter));
    }
    for (const [parameter, standard] of late) scope.set(parameter, this.#value(standard, scope));
    if (caller !== undefined && !parameters.some(one => one.name === 'caller')) scope.set('caller', caller);
    named.delete('caller');
    const takes = (word: string) => JSON.stringify(body, plainText).includes(`"name":"${word}"`);
    if (plain.length > parameters.length && !takes('varargs')) {
      throw new TemplateFails(`macro ${name} takes not more than ${parameters.length} argument(s)`);
    }
    const [extra] = named.keys();
    if (extra !== undefined && !takes('kwargs')) {
      throw new TemplateFails(`macro ${name} takes no keyword argument ${extra}`);
    }
    scope.set('varargs', tuple(plain.slice(parameters.length)));
    scope.set('kwargs', dict([...named].map(([key, value]) => [text(key), value] as const)));
  }

  #bindLlama(name: string, parameters: readonly Parameter[], args: Value[], scope: Scope, calling: Scope): void {
    for (const [index, { name: parameter, standard }] of parameters.entries()) {
      if (index >= args.length) {
        if (standard === undefined) throw new TemplateFails(`not enough arguments for ${name}`);
        scope.set(parameter, this.#value(standard, calling));
        continue;
      }
      const named = args.find(one => one.type === 'named' && one.name === parameter);
      const plain = args[index]?.type === 'named' ? undefined : args[index];
      const value = named?.type === 'named' ? named.value : plain;
      scope.set(parameter, value ?? missing());
    }
  }

  #callBlock(statement: Extract<Statement, { kind: 'call-block' }>, scope: Scope): Value {
    const { call } = statement;
    if (call.kind !== 'call') throw new TemplateFails('call needs a call');
    const callee = this.#value(call.callee, scope);
    if (callee.type !== 'function') throw this.#engine.uncallable(callee, nameOf(call.callee), undefined);
    const caller = this.#macro('caller', statement, scope);
    const args = this.#args(call.args, scope);
    if (this.#python) return callee.call([...args, { type: 'named', name: 'caller', value: caller }], scope);
    const bound = this.#bound(caller, scope);
    const calling = new Scope(scope);
    calling.set('caller', bound);
    return callee.call(args, calling);
  }

  /** A block's own `caller` runs where the block stands. */
  #bound(caller: Value, scope: Scope): Value {
    if (caller.type !== 'function') return caller;
    return func('caller', args => caller.call(args, scope));
  }

  #args(args: readonly Argument[], scope: Scope): Value[] {
    return args.flatMap(({ kind, name, value: expression }): Value[] => {
      const value = this.#value(expression, scope);
      if (kind === 'plain') return [value];
      if (kind === 'named') return [{ type: 'named', name, value }];
      if (kind === 'spread') return this.#engine.iterated(value);
      if (value.type !== 'dict') throw new TemplateFails('** needs a dictionary');
      return [...value.entries.values()].map(([key, one]) => {
        return { type: 'named', name: key.type === 'text' ? key.value : '', value: one };
      });
    });
  }

  #value(expression: Expression, scope: Scope): Value {
    try {
      return this.#evaluated(expression, scope);
    } catch (error) {
      if (error instanceof LoopSignal) throw error;
      throw located(error, expression.line);
    }
  }

  #evaluated(expression: Expression, scope: Scope): Value {
    const engine = this.#engine;
    switch (expression.kind) {
      case 'int':
        return int(expression.value);
      case 'float':
        return float(expression.value);
      case 'string':
        return text(expression.value);
      case 'name':
        return this.#name(expression.name, scope);
      case 'list':
        return list(expression.items.map(item => this.#value(item, scope)));
      case 'tuple':
        return tuple(expression.items.map(item => this.#value(item, scope)));
      case 'dict':
        return dict(
          expression.pairs.map(([key, value]) => [this.#value(key, scope), this.#value(value, scope)] as const),
        );
      case 'attribute':
        return engine.attribute(this.#value(expression.object, scope), expression.name);
      case 'item': {
        const object = this.#value(expression.object, scope);
        return engine.item(object, expression.key === undefined ? missing() : this.#value(expression.key, scope));
      }
      case 'slice': {
        const object = this.#value(expression.object, scope);
        const [start, stop, step] = [0, 1, 2].map(index => {
          const bound = expression.bounds[index];
          return bound === undefined ? undefined : this.#value(bound, scope);
        });
        return engine.slice(object, start, stop, step);
      }
      case 'call':
        return this.#call(expression, scope);
      case 'filter': {
        const { name, args } = expression.applied;
        const input = this.#value(expression.operand, scope);
        return engine.filter(name, input, this.#args(args, scope), { scope });
      }
      case 'test': {
        const { name, args, negated } = expression.applied;
        const input = this.#value(expression.operand, scope);
        return bool(engine.test(name, input, this.#args(args, scope), { scope }) !== negated);
      }
      case 'unary':
        return engine.unary(expression.operator, this.#value(expression.operand, scope));
      case 'binary':
        return this.#binary(expression, scope);
      case 'compared': {
        let left = this.#value(expression.first, scope);
        for (const { operator, right } of expression.rest) {
          const value = this.#value(right, scope);
          if (!engine.truth(engine.binary(operator, left, value))) return bool(false);
          left = value;
        }
        return bool(true);
      }
      case 'choice': {
        if (engine.truth(this.#value(expression.test, scope))) return this.#value(expression.yes, scope);
        return expression.no === undefined ? missing() : this.#value(expression.no, scope);
      }
    }
  }

  #name(name: string, scope: Scope): Value {
    const known = scope.get(name);
    // In llama.cpp a variable without a value does not hide a function of that name.
    if (known !== undefined && (known.type !== 'undefined' || this.#python)) return known;
    return this.#engine.global(name) ?? known ?? missing(name);
  }

  #binary({ operator, left, right }: Extract<Expression, { kind: 'binary' }>, scope: Scope): Value {
    const first = this.#value(left, scope);
    if (operator === 'and') return this.#engine.truth(first) ? this.#value(right, scope) : first;
    if (operator === 'or') return this.#engine.truth(first) ? first : this.#value(right, scope);
    return this.#engine.binary(operator, first, this.#value(right, scope));
  }

  #call({ callee, args }: Extract<Expression, { kind: 'call' }>, scope: Scope): Value {
    let of: Value | undefined;
    let called: Value | undefined;
    // llama.cpp looks at the arguments first; it shows where both fail.
    const given = this.#python ? undefined : this.#args(args, scope);
    if (callee.kind === 'attribute') {
      of = this.#value(callee.object, scope);
      called = this.#engine.attribute(of, callee.name);
    } else called = this.#value(callee, scope);
    if (called.type === 'dict' && called.role === 'object') called = at(called, callable) ?? called;
    if (called.type !== 'function') throw this.#engine.uncallable(called, nameOf(callee), of);
    return called.call(given ?? this.#args(args, scope), scope);
  }
}

/** The name that something is called by. */
function nameOf(callee: Expression): string {
  if (callee.kind === 'name' || callee.kind === 'attribute') return callee.name;
  return callee.kind === 'item' && callee.key?.kind === 'string' ? callee.key.value : 'expression';
}

/** JSON has no large integers; what is looked for here are names. */
const plainText = (_: string, value: unknown): unknown => (typeof value === 'bigint' ? String(value) : value);

function located(error: unknown, line: number): unknown {
  const deep = error instanceof RangeError && /call stack/.test(error.message);
  return atLine(deep ? new TemplateFails('nested too deeply', { cause: error }) : error, line);
}

/** `namespace(a=1)`, the same in both engines. */
export function namespaceOf(args: readonly Value[]): Value {
  const made = record({}, 'namespace');
  for (const one of args) {
    if (one.type === 'named') made.entries.set(`s${one.name}`, [text(one.name), one.value]);
    else if (one.type === 'dict') for (const [key, entry] of one.entries) made.entries.set(key, [...entry]);
  }
  return made;
}
