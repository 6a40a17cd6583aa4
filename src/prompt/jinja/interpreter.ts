// Runs a parsed template: statements in order, expressions through the engine.
import type { Engine, LoopState } from './engine.ts';
import { TemplateFails } from './errors.ts';
import { Evaluator, located, nameOf } from './evaluator.ts';
import { bindAsLlama, bindAsPython, macroMembers } from './macros.ts';
import { Output, type Printed } from './output.ts';
import type { Applied, Block, Expression, Parameter, Statement, Target } from './parser/syntax.ts';
import { func, type Func, joined, Scope, tuple, type Value } from './values.ts';

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

export class Interpreter extends Evaluator {
  readonly #visit: Visit | undefined;

  constructor(engine: Engine, visit?: Visit) {
    super(engine);
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
    const { reads, writes } = this.engine;
    return { text: writes(out.parts.join('')), lineAfter: start => out.lineAt(reads(start).length) };
  }

  /** A scope for what stands inside a block: llama.cpp has them for loops and macros alone. */
  #inner(scope: Scope): Scope {
    return this.python ? new Scope(scope) : scope;
  }

  #block(block: Block, scope: Scope, out: Output): void {
    for (const statement of block) {
      this.#visit?.(statement);
      try {
        this.#statement(statement, scope, out);
      } catch (error) {
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
        out.print(this.engine.printed(this.value(statement.value, scope)), statement.line);
        return;
      case 'if': {
        const taken = this.engine.truth(this.value(statement.test, scope)) ? statement.body : statement.otherwise;
        // In llama.cpp what an `if` printed before it leaves a loop is lost.
        if (this.python) this.#block(taken, scope, out);
        else out.append(this.#captured(taken, scope));
        return;
      }
      case 'for':
        this.#for(statement, scope, out, 0);
        return;
      case 'set':
        this.#assign(statement.target, this.value(statement.value, scope), scope);
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
        out.print(this.engine.printed(this.#callBlock(statement, scope)), statement.line);
        return;
      case 'filter-block': {
        const { parts } = this.#captured(statement.body, this.#inner(scope));
        out.print(this.engine.printed(this.#filtered(statement.filters, joined(parts), scope)), statement.line);
        return;
      }
      case 'with': {
        const inner = new Scope(scope);
        for (const [name, value] of statement.bound) inner.set(name, this.value(value, scope));
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
      return this.engine.filter(name, value, this.args(args, scope), { scope });
    }, input);
  }

  #for(statement: For, scope: Scope, out: Output, depth: number, given?: Value): void {
    const outer = new Scope(scope);
    const iterated = this.engine.iterated(
      given ?? this.value(statement.iterated, outer),
      statement.target.kind === 'names',
    );
    const items = iterated.flatMap(item => this.#wanted(statement, item, outer));
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
      inner.set('loop', this.engine.loop(items, index, state));
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

  /** The item, if it is gone through. */
  #wanted({ target, test }: For, item: Value, scope: Scope): Value[] {
    const several = target.kind === 'names';
    if (test === undefined) {
      // llama.cpp looks at all items before it begins; Python takes each apart when it comes, and once.
      if (several && !this.python) this.#unpacked(target, item);
      return [item];
    }
    const inner = new Scope(scope);
    const kept = several && this.python ? tuple(this.#unpacked(target, item)) : item;
    this.#assign(target, kept, inner);
    return this.engine.truth(this.value(test, inner)) ? [kept] : [];
  }

  #unpacked({ targets }: Extract<Target, { kind: 'names' }>, value: Value): Value[] {
    const values = this.engine.unpacked(value);
    if (values.length === targets.length) return values;
    throw new TemplateFails(`too ${values.length < targets.length ? 'few' : 'many'} values to unpack`);
  }

  #assign(target: Target, value: Value, scope: Scope): void {
    if (target.kind === 'name') scope.set(target.name, value);
    else if (target.kind === 'member') this.engine.assign(this.value(target.object, scope), target.name, value);
    else {
      const values = this.#unpacked(target, value);
      // llama.cpp unpacks into names alone.
      const other = this.python ? undefined : target.targets.find(({ kind }) => kind !== 'name');
      if (other !== undefined) throw new TemplateFails('a value is unpacked into something that is no name');
      for (const [index, one] of target.targets.entries()) this.#assign(one, values[index] as Value, scope);
    }
  }

  /** A macro sees what stands around its definition in Python, and around its call in llama.cpp. */
  #macro(name: string, { parameters, body }: { parameters: readonly Parameter[]; body: Block }, scope: Scope): Value {
    const call: Func['call'] = (args, calling) => {
      const inner = new Scope(this.python ? scope : calling);
      const value = (standard: Expression, within: Scope) => this.value(standard, within);
      if (this.python) bindAsPython({ name, parameters, body }, args, inner, value);
      else bindAsLlama({ name, parameters, body }, args, inner, standard => value(standard, calling));
      return joined(this.#captured(body, inner).parts);
    };
    return func(name, call, this.python ? macroMembers({ name, parameters, body }) : undefined);
  }

  #callBlock(statement: Extract<Statement, { kind: 'call-block' }>, scope: Scope): Value {
    const { call } = statement;
    if (call.kind !== 'call') throw new TemplateFails('call needs a call');
    const callee = this.value(call.callee, scope);
    if (callee.type !== 'function') throw this.engine.uncallable(callee, nameOf(call.callee), undefined);
    const caller = this.#macro('caller', statement, scope);
    const args = this.args(call.args, scope);
    if (this.python) return callee.call([...args, { type: 'named', name: 'caller', value: caller }], scope);
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
}
