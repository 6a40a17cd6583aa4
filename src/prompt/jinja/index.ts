// A template's text -> a function from variables to the text that it prints, in one of two engines.
import { Interpreter, type Visit } from './interpreter.ts';
import { llamaEngine } from './llama/engine.ts';
import type { Printed } from './output.ts';
import { parsed } from './parser/parser.ts';
import { pythonEngine } from './python/engine.ts';
import type { EngineName } from './parser/syntax.ts';
import { bool, none, type Value, valueOf } from './values.ts';

export { TemplateFails, TemplateLacks, TemplateRaised, TemplateSyntax } from './errors.ts';
export type { Visit } from './interpreter.ts';
export type { Printed } from './output.ts';
export type { Block, EngineName, Statement } from './parser/syntax.ts';

/** Longest list `range()` may build; chat templates count messages and tools, not millions. */
const longestRange = 100_000;

export interface JinjaTemplate {
  /** @throws TemplateLacks, TemplateRaised or TemplateFails, each with its line */
  render(variables: Readonly<Record<string, unknown>>, strftimeNow: (format: string) => string): Printed;
}

/** Names that llama.cpp sets as variables: a template can set them anew. */
const constants: readonly (readonly [string, Value])[] = [
  ['true', bool(true)],
  ['True', bool(true)],
  ['false', bool(false)],
  ['False', bool(false)],
  ['none', none],
  ['None', none],
];

/**
 * Parses a template; render it as often as wanted.
 * @param visit hears of every statement that runs
 * @throws TemplateSyntax, or TemplateLacks for syntax that the engine does not have
 */
export function jinjaTemplate(source: string, name: EngineName, visit?: Visit): JinjaTemplate {
  // One engine for all renderings, which follow each other: its functions take longer to make than a short prompt.
  let clock: (format: string) => string = () => '';
  const engine = engineOf(name, format => clock(format));
  const form = engine.reads;
  const program = parsed(form(source), name);
  return {
    render: (variables, strftimeNow) => {
      clock = strftimeNow;
      const values = new Map<string, Value>(constants);
      for (const [key, value] of Object.entries(variables)) values.set(form(key), valueOf(value, form));
      return new Interpreter(engine, visit).run(program, values);
    },
  };
}

const engineOf = (name: EngineName, strftimeNow: (format: string) => string) =>
  (name === 'python' ? pythonEngine : llamaEngine)({ strftimeNow, longestRange });
