// A part of a template: something in it that can run or not.
import type { Effect } from './literals.ts';
import type { Node } from './syntax.ts';

/** `compare`: one outcome of a comparison with a constant; `literal`: a text that a prompt shows. The others are branches. */
export type PartKind =
  | 'arm'
  | 'else'
  | 'loop'
  | 'macro'
  | 'inline'
  | 'guarded'
  | 'default'
  | 'replace'
  | 'output'
  | 'compare'
  | 'literal';

export interface Part {
  readonly kind: PartKind;
  readonly firstLine: number;
  readonly lastLine: number;
  /** When it runs, as the template has it. */
  readonly condition: string;
  /** Literal text that it can print, shortened. */
  readonly prints: string;
  readonly effect: Effect;
  /** Equal to that of a part of another template which says the same. */
  readonly key: string;
  /** The same without the statements nested in it. */
  readonly ownKey: string;
  /** Index of the part it lies in. */
  readonly parent?: number;
}

/** What is noted when a node was evaluated; indexes of parts. */
export interface Counter {
  readonly ran: number[];
  readonly whenTrue: number[];
  readonly whenFalse: number[];
  readonly whenMissing: number[];
  /** Ran when its value differs from the operand's. */
  changed?: { readonly part: number; readonly operand: Node };
  /** Its value is held against that of the part it is the operand of. */
  operand: boolean;
  /** A value that the template compares with, worth saying to it. */
  compared: boolean;
}

export interface Anatomy {
  readonly parts: readonly Part[];
  readonly counters: ReadonlyMap<Node, Counter>;
  /** Texts that are looked for in prompts. */
  readonly texts: readonly { readonly part: number; readonly text: string }[];
}

/** Longer texts are shown up to here. */
export const shown = (text: string): string => (text.length > 300 ? `${text.slice(0, 299)}…` : text);

/** Where a part stands. */
export interface Place {
  readonly firstLine: number;
  readonly lastLine: number;
  /** The tag's text. */
  readonly text: string;
  readonly parent?: number;
}
