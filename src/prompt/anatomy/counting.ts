// The interpreter that counts: which parts of a template ran for a chat, and what the template compared with.
import type { Environment } from '@huggingface/jinja';
import { TemplateInterpreter, type Value } from './interpreter.ts';
import type { Anatomy, Counter } from './part.ts';
import type { Node } from './syntax.ts';

/** Longest text, and most values, that are kept of what a template compares with. */
const most = { text: 200, values: 300 };

/** What renderings of one template did, so far and in the last chat. */
export class Tally {
  readonly anatomy: Anatomy;
  /** Parts that ran in the chat that is rendered. */
  ran = new Set<number>();
  /** Texts and numbers that the template compares with, as they came up. */
  readonly compared = new Set<string | number>();
  #unseen: { part: number; text: string }[];

  constructor(anatomy: Anatomy) {
    this.anatomy = anatomy;
    this.#unseen = [...anatomy.texts];
  }

  start(): void {
    this.ran = new Set();
  }

  /** Notes texts that a prompt shows; each is looked for until it was seen. */
  end(prompt: string): void {
    this.#unseen = this.#unseen.filter(({ part, text }) => {
      const isSeen = prompt.includes(text);
      if (isSeen) this.ran.add(part);
      return !isSeen;
    });
  }

  note(value: Value, counter: Counter, operands: ReadonlyMap<object, Value>): void {
    const { ran, whenTrue, whenFalse, whenMissing, changed } = counter;
    for (const part of ran) this.ran.add(part);
    if (whenTrue.length + whenFalse.length > 0) {
      for (const part of isTrue(value) ? whenTrue : whenFalse) this.ran.add(part);
    }
    if (whenMissing.length > 0 && /^(Undefined|Null)Value$/.test(value.type)) {
      for (const part of whenMissing) this.ran.add(part);
    }
    if (changed !== undefined && operands.get(changed.operand)?.value !== value.value) this.ran.add(changed.part);
    if (counter.compared && this.compared.size < most.values) this.#compare(value);
  }

  #compare({ type, value }: Value): void {
    if (type === 'StringValue' && String(value).length <= most.text) this.compared.add(String(value));
    if (type === 'IntegerValue') this.compared.add(Number(value));
    if (type === 'ArrayValue' || type === 'TupleValue') for (const item of value as Value[]) this.#compare(item);
    if (type === 'ObjectValue') for (const key of (value as Map<string, Value>).keys()) this.compared.add(key);
  }
}

function isTrue(value: Value): boolean {
  return (value as Value & { __bool__(): { value: boolean } }).__bool__().value;
}

/** Notes values on their way; the library's own evaluation is untouched. */
export class CountingInterpreter extends TemplateInterpreter {
  readonly #tally: Tally;
  readonly #operands = new Map<object, Value>();

  constructor(environment: Environment, tally: Tally) {
    super(environment);
    this.#tally = tally;
  }

  override evaluate(statement: Node | undefined, environment: Environment): Value {
    const counter = statement && this.#tally.anatomy.counters.get(statement);
    // Statements count when they start: a `break` below them ends them early.
    if (counter !== undefined) for (const part of counter.ran) this.#tally.ran.add(part);
    const value = super.evaluate(statement, environment);
    if (counter?.operand) this.#operands.set(statement as Node, value);
    if (counter !== undefined) this.#tally.note(value, counter, this.#operands);
    return value;
  }
}
