// What an engine decides: everything in which Python's Jinja2 and llama.cpp's differ beyond syntax.
import type { EngineName } from './parser/syntax.ts';
import type { List, Scope, Text, Value } from './values.ts';

/** How a call goes back into the template: filters such as `map` apply others. */
export interface Running {
  readonly scope: Scope;
}

export interface Engine {
  readonly name: EngineName;
  /** A text from outside in the engine's form: llama.cpp counts bytes, so there a character is a byte. */
  reads(text: string): string;
  writes(text: string): string;
  /** Names that are known without being set. */
  global(name: string): Value | undefined;
  truth(value: Value): boolean;
  /** What `{{ value }}` prints, in parts. */
  printed(value: Value): readonly string[];
  /**
   * What `for` goes through.
   * @param names it has several targets: in llama.cpp a dictionary then gives its pairs
   */
  iterated(value: Value, names?: boolean): Value[];
  /** The values of `a, b = value`. */
  unpacked(value: Value): Value[];
  unary(operator: string, value: Value): Value;
  /** Everything but `and` and `or`. */
  binary(operator: string, left: Value, right: Value): Value;
  filter(name: string, input: Value, args: Value[], running: Running): Value;
  test(name: string, input: Value, args: Value[], running: Running): boolean;
  attribute(object: Value, name: string): Value;
  item(object: Value, key: Value): Value;
  slice(object: Value, start: Value | undefined, stop: Value | undefined, step: Value | undefined): Value;
  /** `set object.name = value` */
  assign(object: Value, name: string, value: Value): void;
  /** Says what is called, where it is no function. */
  uncallable(callee: Value, name: string, of: Value | undefined): Error;
  /** Members of `loop`. */
  loop(items: List['items'], index: number, last: LoopState): Value;
}

/** What `loop.changed` remembers, how deep the loop is, and how it calls itself. */
export interface LoopState {
  depth: number;
  changed: readonly Value[] | undefined;
  again: ((items: Value) => Text) | undefined;
}
