import { Template } from '@huggingface/jinja';
import type { Factor } from '../factors/index.ts';
import type { Printed } from '../factors/kind.ts';
import { drawLevel, printedOf } from '../factors/levels.ts';
import type { Suite } from '../records/suites/suite.ts';
import { createRandom } from '../statistics/index.ts';

type Rendering = (variables: Readonly<Record<string, unknown>>) => string;

/** Jinja text -> what renders it. Suites repeat a few texts over thousands of cases. */
const compiled = new Map<string, Rendering>();

/**
 * Renders one suite text over the case's variables.
 * @param text Jinja source; plain text passes through unchanged
 * @throws Error when the template is broken (suite check reports it with its line)
 */
export function renderText(text: string, variables: Readonly<Record<string, unknown>>): string {
  if (!text.includes('{')) return text;
  let render = compiled.get(text);
  if (render === undefined) {
    render = printsNamesOnly.test(text) ? substitution(text) : interpreted(text);
    compiled.set(text, render);
  }
  return render(variables);
}

function interpreted(text: string): Rendering {
  const template = new Template(text);
  return variables => template.render({ ...variables });
}

const printsNamesOnly = /^(?:[^{]|\{\{\s*[A-Za-z_]\w*\s*\}\})*$/;

/** Most texts only print texts by name, which takes no interpreter: it is started where a value is something else. */
function substitution(text: string): Rendering {
  // Jinja drops one line break at the end; between the parts stand the names.
  const parts = text.replace(/\n$/, '').split(/\{\{\s*(\w+)\s*\}\}/);
  const full = interpreted(text);
  let isAccepted = false;
  return variables => {
    // The interpreter refuses names that it keeps for itself; a suite's names are the same in all of its cases.
    if (!isAccepted) {
      const first = full(variables);
      isAccepted = true;
      return first;
    }
    let printed = '';
    for (const [index, part] of parts.entries()) {
      const value = index % 2 === 0 ? part : variables[part];
      if (typeof value !== 'string') return full(variables);
      printed += value;
    }
    return printed;
  };
}

/** What a suite text prints for a level, in one of its ways. */
export function printedText({ text, variables }: Printed): string {
  return variables === undefined ? text : renderText(text, variables);
}

/** Names by which texts of format v2 print parts of a level, each in the one way that a recorded text has it: `date_year`. */
export function partTexts(name: string, factor: Factor, level: string): Record<string, string> {
  const parts = printedOf(factor, level)[0]?.variables ?? {};
  return Object.fromEntries(Object.entries(parts).map(([part, text]) => [`${name}_${part}`, text]));
}

/** The names of {@link partTexts}, of all factors. */
export function partNames({ schemaVersion, factors }: Pick<Suite, 'schemaVersion' | 'factors'>): string[] {
  if (schemaVersion === 1) return [];
  return Object.entries(factors).flatMap(([name, factor]) =>
    Object.keys(partTexts(name, factor, drawLevel(factor, 0, 1, createRandom('parts')))),
  );
}

const reference = /\{\{-?\s*([A-Za-z_]\w*)/g;

/** Names of the variables that a suite text prints, in order of appearance. */
export function referencedNames(text: string): string[] {
  return [...text.matchAll(reference)].map(match => match[1] as string);
}
