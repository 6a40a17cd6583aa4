// Arguments of llama.cpp's built-in functions: the value they belong to comes first.
import { TemplateFails } from '../errors.ts';
import { missing, type Value } from '../values.ts';
import { int64, truth } from './numbers.ts';
import { textOf } from './print.ts';

export class Args {
  readonly all: readonly Value[];
  readonly #name: string;

  constructor(name: string, all: readonly Value[]) {
    this.#name = name;
    this.all = all;
  }

  get count(): number {
    return this.all.length;
  }

  /** @throws TemplateFails when there are fewer or more */
  between(least: number, most = 999): this {
    if (this.count >= least && this.count <= most) return this;
    throw new TemplateFails(`${this.#name} takes ${least} to ${most} arguments, not ${this.count}`);
  }

  /** @throws TemplateFails when the value at a place has another type */
  typed(...types: (Value['type'] | undefined)[]): this {
    this.between(types.filter(type => type !== undefined).length);
    for (const [index, type] of types.entries()) {
      const given = this.all[index];
      if (type !== undefined && given !== undefined && given.type !== type) {
        throw new TemplateFails(`${this.#name} takes a ${type}, not a ${given.type}`);
      }
    }
    return this;
  }

  at(index: number): Value {
    const value = this.all[index];
    if (value === undefined) throw new TemplateFails(`${this.#name} takes at least ${index + 1} arguments`);
    return value;
  }

  named(name: string): Value | undefined {
    for (const one of this.all) if (one.type === 'named' && one.name === name) return one.value;
    return undefined;
  }

  /** By its name, else by its place; undefined as a value where it is neither. */
  option(name: string, index: number): Value {
    const named = this.named(name) ?? missing();
    if (named.type !== 'undefined') return named;
    const plain = this.all[index];
    return plain === undefined || plain.type === 'named' ? named : plain;
  }

  flag(name: string, index: number): boolean {
    return truth(this.option(name, index));
  }

  text(index: number): string {
    return textOf(this.at(index)).value;
  }

  int(index: number): bigint {
    return int64(this.at(index));
  }
}
