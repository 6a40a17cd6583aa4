// One way in which arguments stand beside a name, whatever the way: a rule finds the value that is given.
import type { ToolDefinition } from '../../records/toolcall.ts';
import { escaped } from '../text/text.ts';
import { propertyNames } from '../values.ts';
import { bare } from './given.ts';

/** A place of an offered name in a text, and what stands around it. */
export interface Place {
  readonly tool: string;
  readonly at: number;
  readonly source: string;
  /** What stands behind the name, so much of it as is looked at. */
  readonly text: string;
  /** What stands before it: little, and more. */
  readonly before: string;
  readonly context: string;
  /** Is there nothing but marks before it on its line? */
  readonly startsLine: boolean;
}

/** The value that is given at a place, where one is. */
export type Rule = (place: Place) => string | undefined;

/** One of a tool's own arguments as a pattern; undefined where it has none. */
export function keyPattern(tool: string, tools: readonly ToolDefinition[]): string | undefined {
  const keys = propertyNames(tools, tool).filter(key => key !== '');
  if (keys.length === 0) return undefined;
  return `(?:${keys
    .toSorted((a, b) => b.length - a.length)
    .map(escaped)
    .join('|')})`;
}

/** A rule whose pattern fits behind the name, `before` where one is given before it, and whose value is one. */
export function matching(source: string, fits: (given: string) => boolean, before?: RegExp): Rule {
  const pattern = new RegExp(source, 'i');
  return place => {
    if (before !== undefined && !before.test(place.context)) return undefined;
    const given = place.text.match(pattern)?.groups?.value?.replace(/<escape>|<\|"\|>/g, '');
    return given !== undefined && fits(given) ? bare(given) : undefined;
  };
}

/** Is a name no word of a language, so that a sentence has it only to speak of the tool? */
export const isNoWord = (tool: string) => !/^[a-z]+$/.test(tool);
