// What a template can end with, besides text: each says the line it is about.

/** What an engine may not have. */
export type LackedKind = 'filter' | 'test' | 'method' | 'function' | 'statement' | 'syntax' | 'option';

/** The engine lacks something: its fault, not the template's, and never taken for an answer of the template. */
export class TemplateLacks extends Error {
  override readonly name = 'TemplateLacks';
  readonly kind: LackedKind;
  readonly what: string;
  line: number | undefined;

  constructor(kind: LackedKind, what: string, line?: number) {
    super(lackingText(kind, what, line));
    this.kind = kind;
    this.what = what;
    this.line = line;
  }
}

function lackingText(kind: LackedKind, what: string, line: number | undefined): string {
  return `the ${kind} ${what}${line === undefined ? '' : ` in line ${line}`} is not known`;
}

/** The text is no template: a tag without an end, an expression that breaks off. */
export class TemplateSyntax extends Error {
  override readonly name = 'TemplateSyntax';
  readonly line: number;

  constructor(message: string, line: number) {
    super(`line ${line}: ${message}`);
    this.line = line;
  }
}

/** The template's own `raise_exception`: it refuses the chat, in its own words. */
export class TemplateRaised extends Error {
  override readonly name = 'TemplateRaised';
  line: number | undefined;
}

/** Something that can't be done with the values of this chat, such as a sum of a text and nothing. */
export class TemplateFails extends Error {
  override readonly name = 'TemplateFails';
  line: number | undefined;
}

/** Adds the line of the innermost expression that an error came from. */
export function atLine(error: unknown, line: number): unknown {
  if (error instanceof TemplateLacks && error.line === undefined)
    error.message = lackingText(error.kind, error.what, line);
  if (error instanceof TemplateLacks || error instanceof TemplateRaised || error instanceof TemplateFails) {
    error.line ??= line;
  }
  return error;
}
