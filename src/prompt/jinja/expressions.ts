// Tokens -> expressions, in the order of precedence that each engine has.
import { TemplateSyntax } from './errors.ts';
import type { Applied, Argument, Compared, Expression } from './syntax.ts';
import { TokenStream } from './token-stream.ts';

export class ExpressionParser extends TokenStream {
  protected expression(): Expression {
    return this.nested(() => this.#choice());
  }

  /** `a` or the tuple `a, b`. */
  protected sequence(one: () => Expression = () => this.expression()): Expression {
    const { line } = this.peek();
    const first = one();
    if (!this.is('op', ',')) return first;
    const items = [first];
    while (this.skip('op', ',')) {
      if (this.is('op', ')') || this.is('op', '=') || this.is('close') || this.is('endprint')) {
        this.pythonOnly('a tuple that ends with a comma');
        break;
      }
      items.push(one());
    }
    return { kind: 'tuple', items, line };
  }

  /** What `for` goes through: in Python its `if` is a filter, never a choice. */
  protected iterated(): { iterated: Expression; test: Expression | undefined } {
    if (this.engine === 'python') {
      const iterated = this.sequence(() => this.#or());
      return { iterated, test: this.skip('name', 'if') ? this.expression() : undefined };
    }
    const value = this.expression();
    if (value.kind !== 'choice' || value.no !== undefined) return { iterated: value, test: undefined };
    return { iterated: value.yes, test: value.test };
  }

  #choice(): Expression {
    let value = this.#or();
    while (this.is('name', 'if')) {
      const { line } = this.next();
      const test = this.#or();
      const no = this.skip('name', 'else') ? this.#choice() : undefined;
      value = { kind: 'choice', test, yes: value, no, line };
      if (this.engine === 'llama.cpp') break;
    }
    return value;
  }

  #or(): Expression {
    return this.#leftToRight(
      () => this.#and(),
      () => this.is('name', 'or'),
    );
  }

  #and(): Expression {
    return this.#leftToRight(
      () => this.#not(),
      () => this.is('name', 'and'),
    );
  }

  #leftToRight(part: () => Expression, continues: () => boolean): Expression {
    let left = part();
    while (continues()) {
      const { text: operator, line } = this.next();
      left = { kind: 'binary', operator, left, right: part(), line };
    }
    return left;
  }

  #not(): Expression {
    if (!this.is('name', 'not')) return this.#compared();
    const { line } = this.next();
    const operand = this.nested(() => this.#not());
    return { kind: 'unary', operator: 'not', operand, line };
  }

  #compared(): Expression {
    const first = this.#sum();
    const rest: Compared[] = [];
    for (;;) {
      const { line } = this.peek();
      let operator: string;
      if (this.is('name', 'not') && this.is('name', 'in', 1)) {
        this.next();
        this.next();
        operator = 'not in';
      } else if (this.is('name', 'in') || (this.is('op') && /^(?:[<>]=?|[=!]=)$/.test(this.peek().text))) {
        operator = this.next().text;
      } else break;
      rest.push({ operator, right: this.#sum(), line });
    }
    const [only] = rest;
    if (only === undefined) return first;
    if (this.engine === 'python' && rest.length > 1) return { kind: 'compared', first, rest, line: only.line };
    return rest.reduce<Expression>((left, { operator, right, line }) => {
      return { kind: 'binary', operator, left, right, line };
    }, first);
  }

  #sum(): Expression {
    const operators = this.engine === 'python' ? ['+', '-'] : ['+', '-', '~'];
    return this.#leftToRight(
      () => (this.engine === 'python' ? this.#joined() : this.#product()),
      () => {
        if (!this.is('op') || !operators.includes(this.peek().text)) return false;
        // llama.cpp's lexer takes a sign behind a dictionary for one in front of a number.
        if (this.is('op', '}', -1) && !this.is('op', '~')) this.pythonOnly(`${this.peek().text} after a dictionary`);
        return true;
      },
    );
  }

  #joined(): Expression {
    return this.#leftToRight(
      () => this.#product(),
      () => this.is('op', '~'),
    );
  }

  #product(): Expression {
    return this.#leftToRight(
      () => this.#power(),
      () => this.is('op') && ['*', '/', '//', '%'].includes(this.peek().text),
    );
  }

  #power(): Expression {
    return this.#leftToRight(
      () => this.#applied(this.#unary()),
      () => this.is('op', '**'),
    );
  }

  #unary(): Expression {
    if (!this.is('op', '-') && !this.is('op', '+')) return this.#member(this.#primary());
    const before = this.peek(-1);
    const { text: operator, line } = this.next();
    // llama.cpp's lexer takes the sign after a word for an operator between two values.
    if (before.kind === 'name') this.pythonOnly(`${operator} after ${before.text}`, line);
    const operand = this.nested(() => this.#unary());
    if (operand.kind === 'int') return { ...operand, value: operator === '-' ? -operand.value : operand.value };
    if (operand.kind === 'float') return { ...operand, value: operator === '-' ? -operand.value : operand.value };
    return { kind: 'unary', operator, operand, line };
  }

  /** Filters and tests after a value. */
  #applied(value: Expression): Expression {
    let operand = value;
    for (;;) {
      const { line } = this.peek();
      if (this.skip('op', '|')) {
        if (operand !== value && operand.kind === 'test') this.pythonOnly('a filter after a test', line);
        operand = { kind: 'filter', operand, applied: this.filter(), line };
      } else if (this.skip('name', 'is')) {
        operand = { kind: 'test', operand, applied: this.#test(), line };
      } else if (this.engine === 'python' && this.is('op', '(')) {
        operand = { kind: 'call', callee: operand, args: this.args(), line };
      } else return operand;
    }
  }

  /** A filter's name and arguments, after `|`. */
  protected filter(): Applied {
    const { text, line } = this.expect('name');
    let name = text;
    while (this.skip('op', '.')) name += `.${this.expect('name').text}`;
    return { name, args: this.is('op', '(') ? this.args() : [], negated: false, line };
  }

  #test(): Applied {
    const negated = this.skip('name', 'not');
    const { text: name, line } = this.expect('name');
    if (this.is('op', '(')) return { name, args: this.args(), negated, line };
    const { kind, text } = this.peek();
    const word = kind === 'name' && !['else', 'or', 'and', 'is', 'if', 'not', 'in'].includes(text);
    const value = word || kind === 'string' || kind === 'int' || kind === 'float';
    if (!value && !this.is('op', '[') && !this.is('op', '{')) return { name, args: [], negated, line };
    this.pythonOnly(`"is ${name}" with an argument outside brackets`, line);
    const argument: Argument = { kind: 'plain', name: '', value: this.#member(this.#primary()), line };
    return { name, args: [argument], negated, line };
  }

  #member(value: Expression): Expression {
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
    const parts: (Expression | undefined)[] = [];
    let sliced = false;
    let wanted = true;
    while (!this.is('op', ']')) {
      if (this.skip('op', ':')) {
        if (wanted) parts.push(undefined);
        sliced = true;
        wanted = true;
      } else {
        if (!wanted) throw this.unexpected(']');
        parts.push(this.sequence());
        wanted = false;
      }
      if (parts.length > 3) throw this.unexpected(']');
    }
    this.next();
    if (sliced) return { kind: 'slice', object, bounds: parts, line };
    return { kind: 'item', object, key: parts[0], line };
  }

  protected args(): Argument[] {
    this.expect('op', '(');
    const args: Argument[] = [];
    while (!this.is('op', ')')) {
      const { line } = this.peek();
      if (this.skip('op', '*')) {
        this.pythonOnly('*', line);
        args.push({ kind: 'spread', name: '', value: this.expression(), line });
      } else if (this.skip('op', '**')) {
        args.push({ kind: 'spread-named', name: '', value: this.expression(), line });
      } else if (this.is('name') && this.is('op', '=', 1)) {
        const { text: name } = this.next();
        this.next();
        args.push({ kind: 'named', name, value: this.expression(), line });
      } else args.push({ kind: 'plain', name: '', value: this.expression(), line });
      if (!this.skip('op', ',') && !this.is('op', ')')) {
        if (this.engine === 'python' || this.is('close') || this.is('end')) throw this.unexpected(')');
      }
    }
    this.next();
    return args;
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
