// Tokens -> what operators stand between: literals, names, and what is reached from them by `.`, `[]` and `()`.
import { TemplateLacks, TemplateSyntax } from '../errors.ts';
import type { Argument, Expression } from './syntax.ts';
import { TokenStream } from './token-stream.ts';

interface Bounds {
  readonly parts: (Expression | undefined)[];
  readonly sliced: boolean;
}

export abstract class OperandParser extends TokenStream {
  protected abstract expression(): Expression;
  protected abstract sequence(): Expression;

  protected operand(): Expression {
    return this.members(this.#primary());
  }

  /** What is taken out of a value, and calls of it. */
  protected members(value: Expression): Expression {
    let object = value;
    for (;;) {
      const { line } = this.peek();
      if (this.skip('op', '.')) object = this.#attribute(object, line);
      else if (this.skip('op', '[')) object = this.#item(object, line);
      else if (this.is('op', '(')) object = { kind: 'call', callee: object, args: this.args(), line };
      else return object;
    }
  }

  #attribute(object: Expression, line: number): Expression {
    const { kind, text } = this.next();
    if (kind === 'name') return { kind: 'attribute', object, name: text, line };
    if (kind === 'int') return { kind: 'item', object, key: { kind: 'int', value: BigInt(text), line }, line };
    throw new TemplateSyntax(`a name expected after ".", ${JSON.stringify(text)} found`, line);
  }

  #item(object: Expression, line: number): Expression {
    const { parts, sliced } = this.engine === 'python' ? this.#pythonBounds() : this.#llamaBounds();
    this.expect('op', ']');
    if (sliced) return { kind: 'slice', object, bounds: parts, line };
    return { kind: 'item', object, key: parts[0], line };
  }

  #pythonBounds(): Bounds {
    const { line } = this.peek();
    const first = this.is('op', ':') ? undefined : this.is('op', ']') ? this.#nothing() : this.expression();
    if (this.skip('op', ':')) {
      const parts = [first, this.#bound(), this.skip('op', ':') ? this.#bound() : undefined];
      if (this.is('op', ',')) throw new TemplateLacks('syntax', 'a slice beside other keys', line);
      return { parts, sliced: true };
    }
    if (!this.is('op', ',')) return { parts: [first], sliced: false };
    const items = [first as Expression];
    while (this.skip('op', ',')) items.push(this.expression());
    return { parts: [{ kind: 'tuple', items, line }], sliced: false };
  }

  /** `[]`: the key is an empty tuple. */
  #nothing(): Expression {
    return { kind: 'tuple', items: [], line: this.peek().line };
  }

  #bound(): Expression | undefined {
    return this.is('op', ':') || this.is('op', ']') || this.is('op', ',') ? undefined : this.expression();
  }

  /** llama.cpp reads on up to the bracket, and takes three of what it found, or one where there is no colon. */
  #llamaBounds(): Bounds {
    const parts: (Expression | undefined)[] = [];
    let sliced = false;
    while (!this.is('op', ']')) {
      const colon = this.skip('op', ':');
      parts.push(colon ? undefined : this.expression());
      if (colon || this.skip('op', ':')) sliced = true;
    }
    return { parts: parts.slice(0, 3), sliced };
  }

  protected args(): Argument[] {
    this.expect('op', '(');
    const args: Argument[] = [];
    while (!this.is('op', ')')) {
      const arg = this.#argument();
      if (this.engine === 'python') orderly(args, arg);
      args.push(arg);
      if (!this.skip('op', ',') && !this.is('op', ')')) {
        if (this.engine === 'python' || this.is('close') || this.is('end')) throw this.unexpected(')');
      }
    }
    this.next();
    return args;
  }

  #argument(): Argument {
    const { line } = this.peek();
    if (this.skip('op', '*')) {
      this.pythonOnly('*', line);
      return { kind: 'spread', name: '', value: this.expression(), line };
    }
    if (this.skip('op', '**')) return { kind: 'spread-named', name: '', value: this.expression(), line };
    if (!this.is('name') || !this.is('op', '=', 1)) return { kind: 'plain', name: '', value: this.expression(), line };
    const { text: name } = this.next();
    this.next();
    return { kind: 'named', name, value: this.expression(), line };
  }

  #primary(): Expression {
    const { line } = this.peek();
    const { kind, text } = this.next();
    switch (kind) {
      case 'int':
        return { kind: 'int', value: BigInt(text), line };
      case 'float':
        return { kind: 'float', value: Number(text), line };
      case 'string': {
        let value = text;
        while (this.is('string')) value += this.next().text;
        return { kind: 'string', value, line };
      }
      case 'name':
        return { kind: 'name', name: text, line };
      default:
        if (text === '(') return this.#bracketed(line);
        if (text === '[') return { kind: 'list', items: this.#items(']'), line };
        if (text === '{') return { kind: 'dict', pairs: this.#pairs(), line };
        this.back();
        throw this.unexpected('a value');
    }
  }

  #bracketed(line: number): Expression {
    if (this.is('op', ')')) {
      this.pythonOnly('()', line);
      this.next();
      return { kind: 'tuple', items: [], line };
    }
    const value = this.sequence();
    this.expect('op', ')');
    return value;
  }

  #items(end: string): Expression[] {
    const items: Expression[] = [];
    while (!this.is('op', end)) {
      items.push(this.expression());
      if (!this.skip('op', ',') && this.engine === 'python') break;
    }
    this.expect('op', end);
    return items;
  }

  #pairs(): [Expression, Expression][] {
    const pairs: [Expression, Expression][] = [];
    while (!this.is('op', '}')) {
      const key = this.expression();
      this.expect('op', ':');
      pairs.push([key, this.expression()]);
      if (!this.skip('op', ',') && this.engine === 'python') break;
    }
    this.expect('op', '}');
    return pairs;
  }
}

/** @throws TemplateSyntax for arguments in an order that Python refuses, or two of one name */
function orderly(before: readonly Argument[], { kind, name, line }: Argument): void {
  const had = (...kinds: Argument['kind'][]) => before.some(one => kinds.includes(one.kind));
  const misplaced =
    had('spread-named') || (kind === 'spread' && had('spread')) || (kind === 'plain' && had('spread', 'named'));
  if (misplaced) throw new TemplateSyntax('an argument out of place', line);
  if (kind === 'named' && before.some(one => one.name === name)) {
    throw new TemplateSyntax(`the argument ${name} is given twice`, line);
  }
}
