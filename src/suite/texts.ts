import { Template } from '@huggingface/jinja';
import type { Printed } from '../factors/kind.ts';

/** Jinja text -> compiled template. Suites repeat a few texts over thousands of cases. */
const compiled = new Map<string, Template>();

/**
 * Renders one suite text over the case's variables.
 * @param text Jinja source; plain text passes through unchanged
 * @throws Error when the template is broken (suite check reports it with its line)
 */
export function renderText(text: string, variables: Readonly<Record<string, unknown>>): string {
  if (!text.includes('{')) return text;
  let template = compiled.get(text);
  if (template === undefined) {
    template = new Template(text);
    compiled.set(text, template);
  }
  return template.render({ ...variables });
}

/** What a suite text prints for a level, in one of its ways. */
export function printedText({ text, variables }: Printed): string {
  return variables === undefined ? text : renderText(text, variables);
}

const reference = /\{\{-?\s*([A-Za-z_]\w*)/g;

/** Names of the variables that a suite text prints, in order of appearance. */
export function referencedNames(text: string): string[] {
  return [...text.matchAll(reference)].map(match => match[1] as string);
}
