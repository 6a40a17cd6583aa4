// Evaluates expressions: what the parts mean is the engine's answer.
import type { Engine } from './engine.ts';
import { atLine, TemplateFails } from './errors.ts';
import type { Argument, Expression } from './parser/syntax.ts';
import { at, bool, callable, dict, float, int, list, missing, type Scope, text, tuple, type Value } from './values.ts';

export class Evaluator {
  protected readonly engine: Engine;

  constructor(engine: Engine) {
    this.engine = engine;
  }

  protected get python(): boolean {
    return this.engine.name === 'python';
  }

  protected args(args: readonly Argument[], scope: Scope): Value[] {
    const given = this.#args(args, scope);
    const names = given.flatMap(one => (one.type === 'named' ? [one.name] : []));
    if (this.python && new Set(names).size < names.length) throw new TemplateFails('an argument is given twice');
    return given;
  }

  #args(args: readonly Argument[], scope: Scope): Value[] {
    return args.flatMap(({ kind, name, value: expression }): Value[] => {
      const value = this.value(expression, scope);
      if (kind === 'plain') return [value];
      if (kind === 'named') return [{ type: 'named', name, value }];
      if (kind === 'spread') return this.engine.iterated(value);
      if (value.type !== 'dict') throw new TemplateFails('** needs a dictionary');
      return [...value.entries.values()].map(([key, one]) => {
        return { type: 'named', name: key.type === 'text' ? key.value : '', value: one };
      });
    });
  }

  protected value(expression: Expression, scope: Scope): Value {
    try {
      return this.#evaluated(expression, scope);
    } catch (error) {
      throw located(error, expression.line);
    }
  }

  #evaluated(expression: Expression, scope: Scope): Value {
    const engine = this.engine;
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
        return list(expression.items.map(item => this.value(item, scope)));
      case 'tuple':
        return tuple(expression.items.map(item => this.value(item, scope)));
      case 'dict':
        return dict(
          expression.pairs.map(([key, value]) => [this.value(key, scope), this.value(value, scope)] as const),
        );
      case 'attribute':
        return engine.attribute(this.value(expression.object, scope), expression.name);
      case 'item': {
        const object = this.value(expression.object, scope);
        return engine.item(object, expression.key === undefined ? missing() : this.value(expression.key, scope));
      }
      case 'slice': {
        const object = this.value(expression.object, scope);
        const [start, stop, step] = [0, 1, 2].map(index => {
          const bound = expression.bounds[index];
          return bound === undefined ? undefined : this.value(bound, scope);
        });
        return engine.slice(object, start, stop, step);
      }
      case 'call':
        return this.#call(expression, scope);
      case 'filter': {
        const { name, args } = expression.applied;
        const input = this.value(expression.operand, scope);
        return engine.filter(name, input, this.args(args, scope), { scope });
      }
      case 'test': {
        const { name, args, negated } = expression.applied;
        const input = this.value(expression.operand, scope);
        return bool(engine.test(name, input, this.args(args, scope), { scope }) !== negated);
      }
      case 'unary':
        return engine.unary(expression.operator, this.value(expression.operand, scope));
      case 'binary':
        return this.#binary(expression, scope);
      case 'compared': {
        let left = this.value(expression.first, scope);
        for (const { operator, right } of expression.rest) {
          const value = this.value(right, scope);
          if (!engine.truth(engine.binary(operator, left, value))) return bool(false);
          left = value;
        }
        return bool(true);
      }
      case 'choice': {
        if (engine.truth(this.value(expression.test, scope))) return this.value(expression.yes, scope);
        return expression.no === undefined ? missing() : this.value(expression.no, scope);
      }
    }
  }

  #name(name: string, scope: Scope): Value {
    const known = scope.get(name);
    // In llama.cpp a variable without a value does not hide a function of that name.
    if (known !== undefined && (known.type !== 'undefined' || this.python)) return known;
    return this.engine.global(name) ?? known ?? missing(name);
  }

  #binary({ operator, left, right }: Extract<Expression, { kind: 'binary' }>, scope: Scope): Value {
    const first = this.value(left, scope);
    if (operator === 'and') return this.engine.truth(first) ? this.value(right, scope) : first;
    if (operator === 'or') return this.engine.truth(first) ? first : this.value(right, scope);
    return this.engine.binary(operator, first, this.value(right, scope));
  }

  #call({ callee, args }: Extract<Expression, { kind: 'call' }>, scope: Scope): Value {
    let of: Value | undefined;
    let called: Value | undefined;
    // llama.cpp looks at the arguments first; it shows where both fail.
    const given = this.python ? undefined : this.args(args, scope);
    if (callee.kind === 'attribute') {
      of = this.value(callee.object, scope);
      called = this.engine.attribute(of, callee.name);
    } else called = this.value(callee, scope);
    if (called.type === 'dict' && called.role === 'object') called = at(called, callable) ?? called;
    if (called.type !== 'function') throw this.engine.uncallable(called, nameOf(callee), of);
    return called.call(given ?? this.args(args, scope), scope);
  }
}

/** The name that something is called by. */
export function nameOf(callee: Expression): string {
  if (callee.kind === 'name' || callee.kind === 'attribute') return callee.name;
  return callee.kind === 'item' && callee.key?.kind === 'string' ? callee.key.value : 'expression';
}

/** An error with its line; running out of stack is the template's doing. */
export function located(error: unknown, line: number): unknown {
  const deep = error instanceof RangeError && /call stack/.test(error.message);
  return atLine(deep ? new TemplateFails('nested too deeply', { cause: error }) : error, line);
}
