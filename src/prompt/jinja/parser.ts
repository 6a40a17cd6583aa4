// A template's text -> its statements.
import { TemplateLacks, TemplateSyntax } from './errors.ts';
import { ExpressionParser } from './expressions.ts';
import { tokens } from './lexer.ts';
import type { Applied, Block, EngineName, Expression, Parameter, Statement, Target } from './syntax.ts';

/**
 * Parses a template as an engine does.
 * @throws TemplateSyntax when it is broken, TemplateLacks for syntax that the engine does not have
 */
export function parsed(source: string, engine: EngineName): Block {
  return new Parser(tokens(source, engine), engine).program();
}

/** Words that end the blocks they stand in; alone they are out of place. */
const ends = /^(?:end\w+|else|elif)$/;

class Parser extends ExpressionParser {
  program(): Block {
    const block = this.#block();
    if (this.is('open')) throw new TemplateSyntax(`${this.peek(1).text} without its beginning`, this.peek().line);
    if (!this.is('end')) throw this.unexpected('a tag');
    return block;
  }

  /** Statements up to a tag that ends a block. */
  #block(): Statement[] {
    const statements: Statement[] = [];
    for (;;) {
      const { kind, text, line } = this.peek();
      if (kind === 'text') {
        this.next();
        statements.push({ kind: 'text', text, line });
      } else if (kind === 'print') {
        this.next();
        const value = this.engine === 'python' ? this.sequence() : this.expression();
        this.expect('endprint');
        statements.push({ kind: 'print', value, line });
      } else if (kind === 'open') {
        if (this.#endsHere()) return statements;
        this.next();
        const statement = this.#statement();
        if (statement !== undefined) statements.push(statement);
      } else return statements;
    }
  }

  /** llama.cpp passes over both tags of a generation block. */
  #endsHere(): boolean {
    const { kind, text } = this.peek(1);
    return kind === 'name' && ends.test(text) && (this.engine === 'python' || text !== 'endgeneration');
  }

  /** A block up to `{% endname %}`. */
  #until(end: string): Block {
    const body = this.#block();
    this.#end(end);
    return body;
  }

  #end(end: string): void {
    this.expect('open');
    this.expect('name', end);
    if (end === 'endmacro' && this.engine === 'python') this.skip('name');
    this.expect('close');
  }

  #statement(): Statement | undefined {
    const { text: name, line } = this.expect('name');
    switch (name) {
      case 'set':
        return this.#set(line);
      case 'if':
        return this.#if(line);
      case 'for':
        return this.#for(line);
      case 'macro':
        return this.#macro(line);
      case 'call':
        return this.#call(line);
      case 'filter':
        return this.#filterBlock(line);
      case 'break':
      case 'continue':
        this.expect('close');
        return { kind: name, line };
      case 'generation':
      case 'endgeneration':
        return this.#generation(name, line);
      case 'with':
        if (this.engine === 'python') return this.#with(line);
        break;
      default:
    }
    throw new TemplateLacks('statement', name, line);
  }

  #generation(name: string, line: number): Statement | undefined {
    this.expect('close');
    if (this.engine === 'llama.cpp' || name === 'endgeneration') return undefined;
    return { kind: 'scope', body: this.#until('endgeneration'), line };
  }

  #target(): Target {
    const { line } = this.peek();
    const first = this.#oneTarget();
    if (!this.is('op', ',')) return first;
    const targets = [first];
    while (this.skip('op', ',')) if (this.is('name') || this.is('op', '(')) targets.push(this.#oneTarget());
    return { kind: 'names', targets, line };
  }

  #oneTarget(): Target {
    const { line } = this.peek();
    if (this.skip('op', '(')) {
      const target = this.#target();
      this.expect('op', ')');
      return target.kind === 'names' ? target : { kind: 'names', targets: [target], line };
    }
    const { text: name } = this.expect('name');
    let target: Target = { kind: 'name', name, line };
    let object: Expression = { kind: 'name', name, line };
    while (this.skip('op', '.')) {
      const member = this.expect('name').text;
      target = { kind: 'member', object, name: member, line };
      object = { kind: 'attribute', object, name: member, line };
    }
    return target;
  }

  #set(line: number): Statement {
    const target = this.#target();
    if (this.skip('op', '=')) {
      const value = this.sequence();
      this.expect('close');
      return { kind: 'set', target, value, line };
    }
    const filters = this.#filters();
    this.expect('close');
    return { kind: 'set-block', target, filters, body: this.#until('endset'), line };
  }

  #filters(): Applied[] {
    const filters: Applied[] = [];
    while (this.skip('op', '|')) {
      this.pythonOnly('set with a filter');
      filters.push(this.filter());
    }
    return filters;
  }

  #if(line: number): Statement {
    const test = this.engine === 'python' ? this.sequence() : this.expression();
    this.expect('close');
    const body = this.#block();
    this.expect('open');
    const at = this.peek().line;
    if (this.skip('name', 'elif')) return { kind: 'if', test, body, otherwise: [this.#if(at)], line };
    let otherwise: Block = [];
    if (this.skip('name', 'else')) {
      this.expect('close');
      otherwise = this.#block();
      this.expect('open');
    }
    this.expect('name', 'endif');
    this.expect('close');
    return { kind: 'if', test, body, otherwise, line };
  }

  #for(line: number): Statement {
    const target = this.#target();
    this.expect('name', 'in');
    const { iterated, test } = this.iterated();
    const recursive = this.engine === 'python' && this.skip('name', 'recursive');
    this.expect('close');
    const body = this.#block();
    this.expect('open');
    let otherwise: Block = [];
    if (this.skip('name', 'else')) {
      this.expect('close');
      otherwise = this.#block();
      this.expect('open');
    }
    this.expect('name', 'endfor');
    this.expect('close');
    return { kind: 'for', target, iterated, test, body, otherwise, recursive, line };
  }

  #parameters(): Parameter[] {
    return this.args().map(({ kind, name, value, line }) => {
      if (kind === 'named') return { name, standard: value };
      if (kind === 'plain' && value.kind === 'name') return { name: value.name, standard: undefined };
      throw new TemplateSyntax('a parameter is a name', line);
    });
  }

  #macro(line: number): Statement {
    const { text: name } = this.expect('name');
    const parameters = this.#parameters();
    this.expect('close');
    return { kind: 'macro', name, parameters, body: this.#until('endmacro'), line };
  }

  #call(line: number): Statement {
    const parameters = this.is('op', '(') ? this.#parameters() : [];
    const call = this.expression();
    if (call.kind !== 'call') throw new TemplateSyntax('call needs a call', line);
    this.expect('close');
    return { kind: 'call-block', call, parameters, body: this.#until('endcall'), line };
  }

  #filterBlock(line: number): Statement {
    const filters = [this.filter(), ...this.#filters()];
    this.expect('close');
    return { kind: 'filter-block', filters, body: this.#until('endfilter'), line };
  }

  #with(line: number): Statement {
    const bound: [string, Expression][] = [];
    while (!this.is('close')) {
      const { text: name } = this.expect('name');
      this.expect('op', '=');
      bound.push([name, this.expression()]);
      if (!this.skip('op', ',')) break;
    }
    this.expect('close');
    return { kind: 'with', bound, body: this.#until('endwith'), line };
  }
}
