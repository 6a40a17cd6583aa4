// What a template sets: the targets of `set` and `for`, and the parameters of macros.
import { TemplateSyntax } from '../errors.ts';
import { ExpressionParser } from './expressions.ts';
import type { Expression, Parameter, Statement, Target } from './syntax.ts';
import { found } from './syntax.ts';

/** Python reads them as values, which nothing can be assigned to. */
const constants = /^(?:true|false|none|True|False|None)$/;

export abstract class TargetParser extends ExpressionParser {
  /** The end of a tag that begins a block: Python lets a colon stand before it. */
  protected opened(): void {
    if (this.engine === 'python') this.skip('op', ':');
    this.expect('close');
  }

  /** A name that can be set. */
  protected plainName(): string {
    const { text, line } = this.expect('name');
    if (this.engine === 'python' && constants.test(text)) throw new TemplateSyntax(`${text} can not be set`, line);
    return text;
  }

  /** @param members `set` takes members of namespaces, `for` does not */
  protected target(members: boolean): Target {
    const { line } = this.peek();
    const first = this.#oneTarget(members);
    if (!this.is('op', ',')) return first;
    const targets = [first];
    while (this.skip('op', ',')) {
      if (this.engine === 'python' && this.is('op', ')')) break;
      targets.push(this.#oneTarget(members));
    }
    return { kind: 'names', targets, line };
  }

  #oneTarget(members: boolean): Target {
    const { line } = this.peek();
    if (this.skip('op', '(')) {
      // A name in brackets is that name: only a comma makes a tuple of it.
      const target = this.nested(() => this.target(members && this.engine === 'llama.cpp'));
      this.expect('op', ')');
      return target;
    }
    const name = this.is('name') && !this.is('op', '.', 1) ? this.plainName() : this.expect('name').text;
    let target: Target = { kind: 'name', name, line };
    let object: Expression = { kind: 'name', name, line };
    while (members && (this.engine === 'llama.cpp' || target.kind === 'name') && this.skip('op', '.')) {
      const member = this.expect('name').text;
      target = { kind: 'member', object, name: member, line };
      object = { kind: 'attribute', object, name: member, line };
    }
    return target;
  }

  protected parameters(): Parameter[] {
    if (this.engine === 'python') return this.#signature();
    return this.args().map(({ kind, name, value, line }) => {
      if (kind === 'named') return { name, standard: value };
      if (kind === 'plain' && value.kind === 'name') return { name: value.name, standard: undefined };
      throw new TemplateSyntax('a parameter is a name', line);
    });
  }

  #signature(): Parameter[] {
    const parameters: Parameter[] = [];
    this.expect('op', '(');
    while (!this.is('op', ')')) {
      if (parameters.length > 0) this.expect('op', ',');
      const { line } = this.peek();
      const name = this.plainName();
      const standard = this.skip('op', '=') ? this.expression() : undefined;
      if (parameters.some(other => other.name === name)) throw new TemplateSyntax(`${name} is a parameter twice`, line);
      if (standard === undefined && parameters.at(-1)?.standard !== undefined) {
        throw new TemplateSyntax(`${name} stands behind a parameter with a default`, line);
      }
      parameters.push({ name, standard });
    }
    this.next();
    return parameters;
  }
}

/** @throws TemplateSyntax where a loop, or anything in it, sets the name `loop` */
export function loopKept(statement: Statement): void {
  const sets = found(statement, (node, as) => {
    const assigned = /^targets?$/.test(as) && node['kind'] === 'name' && node['name'] === 'loop';
    return assigned || (as === 'parameters' && node['name'] === 'loop');
  });
  if (sets) throw new TemplateSyntax('loop can not be set inside a loop', statement.line);
}
