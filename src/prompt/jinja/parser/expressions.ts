// Tokens -> expressions, in the order of precedence that each engine has.
import type { Applied, Argument, Compared, Expression } from './syntax.ts';
import { TemplateSyntax } from '../errors.ts';
import { OperandParser } from './operands.ts';

export class ExpressionParser extends OperandParser {
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
    if (!this.is('op', '-') && !this.is('op', '+')) return this.operand();
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
    // Python's filters have dots in their names; llama.cpp reads none there.
    while (this.engine === 'python' && this.skip('op', '.')) name += `.${this.expect('name').text}`;
    const args = this.is('op', '(') ? this.args() : undefined;
    return { name: args === undefined ? name : this.#called(name, line), args: args ?? [], negated: false, line };
  }

  /** llama.cpp reads `lower().upper()` as a filter or test, and knows none such when it comes to it. */
  #called(name: string, line: number): string {
    if (this.engine === 'python') return name;
    const plain: Expression = { kind: 'name', name, line };
    return this.members(plain) === plain ? name : `${name}().…`;
  }

  #test(): Applied {
    const negated = this.skip('name', 'not');
    const { text: name, line } = this.expect('name');
    if (this.is('op', '(')) {
      const args = this.args();
      return { name: this.#called(name, line), args, negated, line };
    }
    const { kind, text } = this.peek();
    // Python takes any other word for the argument's name, so that it can't read `a is b if c else d`.
    const ends = this.engine === 'python' ? ['else', 'or', 'and'] : ['else', 'or', 'and', 'is', 'if', 'not', 'in'];
    const word = kind === 'name' && !ends.includes(text);
    if (word && text === 'is') throw new TemplateSyntax('a test of a test', line);
    const value = word || kind === 'string' || kind === 'int' || kind === 'float';
    if (!value && !this.is('op', '[') && !this.is('op', '{')) return { name, args: [], negated, line };
    this.pythonOnly(`"is ${name}" with an argument outside brackets`, line);
    const argument: Argument = { kind: 'plain', name: '', value: this.operand(), line };
    return { name, args: [argument], negated, line };
  }
}
