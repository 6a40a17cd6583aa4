// Tokens one after the other, for the parsers.
import { TemplateLacks, TemplateSyntax } from '../errors.ts';
import type { Token } from './lexer.ts';
import type { EngineName } from './syntax.ts';

/** Nesting beyond this is refused before it takes the stack. */
const deepest = 400;

export class TokenStream {
  protected readonly engine: EngineName;
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;

  constructor(tokens: readonly Token[], engine: EngineName) {
    this.#tokens = tokens;
    this.engine = engine;
  }

  protected nested<T>(parse: () => T): T {
    if (++this.#depth > deepest) throw new TemplateSyntax('nested too deeply', this.peek().line);
    const value = parse();
    this.#depth--;
    return value;
  }

  protected back(): void {
    this.#at--;
  }

  protected peek(ahead = 0): Token {
    return (this.#tokens[this.#at + ahead] ?? this.#tokens.at(-1)) as Token;
  }

  protected next(): Token {
    const token = this.peek();
    this.#at++;
    return token;
  }

  protected is(kind: Token['kind'], text?: string, ahead = 0): boolean {
    const token = this.peek(ahead);
    return token.kind === kind && (text === undefined || token.text === text);
  }

  protected skip(kind: Token['kind'], text?: string): boolean {
    if (!this.is(kind, text)) return false;
    this.#at++;
    return true;
  }

  protected expect(kind: Token['kind'], text?: string): Token {
    if (!this.is(kind, text)) throw this.unexpected(text ?? kind);
    return this.next();
  }

  protected unexpected(wanted: string): TemplateSyntax {
    const { kind, text, line } = this.peek();
    const got = kind === 'end' ? 'the end of the template' : JSON.stringify(text === '' ? kind : text);
    return new TemplateSyntax(`${wanted} expected, ${got} found`, line);
  }

  /** What llama.cpp's engine does not read, though Python does. */
  protected pythonOnly(what: string, line = this.peek().line): void {
    if (this.engine === 'llama.cpp') throw new TemplateLacks('syntax', what, line);
  }
}
