// What every check of a suite uses: texts that must render, tools that must exist.
import type { Suite } from '../records/suites/suite.ts';
import { referencedNames, renderText } from './texts.ts';

/** A mistake in a suite: where, and what was expected. */
export interface Mistake {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** Names that are no tools of the suite. */
export function unknownTools(suite: Suite, names: readonly string[], path: (string | number)[]): Mistake[] {
  return names
    .filter(name => !(name in suite.tools))
    .map(name => ({ path, message: `no tool '${name}'; the suite has ${Object.keys(suite.tools).join(', ')}` }));
}

/** A text that names what is not there, or that is no template. */
export function textMistakes(text: string, names: readonly string[], path: (string | number)[]): Mistake[] {
  const unknown = referencedNames(text).find(name => !names.includes(name));
  if (unknown !== undefined) {
    return [{ path, message: `'${unknown}' is neither a factor nor a slot here (known: ${names.join(', ')})` }];
  }
  try {
    renderText(text, Object.fromEntries(names.map(name => [name, name === 'args' ? {} : name])));
    return [];
  } catch (error) {
    return [{ path, message: `not a Jinja template: ${(error as Error).message}` }];
  }
}
