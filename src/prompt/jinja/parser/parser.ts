// A template's text -> its statements.
import { TemplateLacks, TemplateSyntax } from '../errors.ts';
import { tokens } from './lexer.ts';
import { callerAllowed } from '../macros.ts';
import type { Applied, Block, EngineName, Expression, Statement } from './syntax.ts';
import { loopKept, TargetParser } from './targets.ts';

/**
 * Parses a template as an engine does.
 * @throws TemplateSyntax when it is broken, TemplateLacks for syntax that the engine does not have
 */
export function parsed(source: string, engine: EngineName): Block {
  return new Parser(tokens(source, engine), engine).program();
}

/** Words that end the blocks they stand in; alone they are out of place. */
const ends = /^(?:end\w+|else|elif)$/;

class Parser extends TargetParser {
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
    if (this.engine === 'llama.cpp') {
      // Whatever stands behind the name is passed over, the end of the tag or not.
      if (!this.is('end')) this.next();
      return undefined;
    }
    if (name === 'endgeneration') throw new TemplateSyntax('endgeneration without its beginning', line);
    this.opened();
    return { kind: 'scope', body: this.#until('endgeneration'), line };
  }

  #set(line: number): Statement {
    const target = this.target(true);
    if (this.skip('op', '=')) {
      const value = this.sequence();
      this.expect('close');
      return { kind: 'set', target, value, line };
    }
    const filters = this.#filters();
    this.opened();
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
    this.opened();
    const body = this.#block();
    this.expect('open');
    const at = this.peek().line;
    if (this.skip('name', 'elif')) return { kind: 'if', test, body, otherwise: [this.#if(at)], line };
    let otherwise: Block = [];
    if (this.skip('name', 'else')) {
      this.opened();
      otherwise = this.#block();
      this.expect('open');
    }
    this.expect('name', 'endif');
    this.expect('close');
    return { kind: 'if', test, body, otherwise, line };
  }

  #for(line: number): Statement {
    const target = this.target(false);
    this.expect('name', 'in');
    const { iterated, test } = this.iterated();
    const recursive = this.engine === 'python' && this.skip('name', 'recursive');
    this.opened();
    const body = this.#block();
    this.expect('open');
    let otherwise: Block = [];
    if (this.skip('name', 'else')) {
      this.opened();
      otherwise = this.#block();
      this.expect('open');
    }
    this.expect('name', 'endfor');
    this.expect('close');
    const statement: Statement = { kind: 'for', target, iterated, test, body, otherwise, recursive, line };
    if (this.engine === 'python') loopKept(statement);
    return statement;
  }

  #macro(line: number): Statement {
    const name = this.plainName();
    const parameters = this.parameters();
    this.opened();
    const body = this.#until('endmacro');
    if (this.engine === 'python') callerAllowed(parameters, body, line);
    return { kind: 'macro', name, parameters, body, line };
  }

  #call(line: number): Statement {
    const parameters = this.is('op', '(') ? this.parameters() : [];
    const call = this.expression();
    if (call.kind !== 'call' || (this.engine === 'llama.cpp' && call.callee.kind !== 'name')) {
      throw new TemplateSyntax('call needs a call', line);
    }
    this.opened();
    const body = this.#until('endcall');
    if (this.engine === 'python') callerAllowed(parameters, body, line);
    return { kind: 'call-block', call, parameters, body, line };
  }

  #filterBlock(line: number): Statement {
    const filters = [this.filter(), ...this.#filters()];
    this.opened();
    return { kind: 'filter-block', filters, body: this.#until('endfilter'), line };
  }

  #with(line: number): Statement {
    const bound: [string, Expression][] = [];
    while (!this.is('close') && !this.is('op', ':')) {
      if (bound.length > 0) this.expect('op', ',');
      const name = this.plainName();
      this.expect('op', '=');
      bound.push([name, this.expression()]);
    }
    this.opened();
    return { kind: 'with', bound, body: this.#until('endwith'), line };
  }
}
