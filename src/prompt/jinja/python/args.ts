// Arguments of Python's functions, bound to the names of their parameters.
import { TemplateFails } from '../errors.ts';
import { typeName, type Value } from '../values.ts';
import { numberOf } from './numbers.ts';
import { truth } from './operators.ts';
import { stringOf } from './print.ts';

export class Bound {
  readonly #name: string;
  readonly #values: ReadonlyMap<string, Value>;

  /** @throws TemplateFails for arguments that the function does not take */
  constructor(name: string, args: readonly Value[], ...parameters: string[]) {
    this.#name = name;
    const values = new Map<string, Value>();
    let next = 0;
    for (const one of args) {
      const parameter = one.type === 'named' ? one.name : parameters[next++];
      if (parameter === undefined || !parameters.includes(parameter)) {
        throw new TemplateFails(`${name} does not take ${one.type === 'named' ? one.name : `${next} arguments`}`);
      }
      if (values.has(parameter)) throw new TemplateFails(`${name} got ${parameter} twice`);
      values.set(parameter, one.type === 'named' ? one.value : one);
    }
    this.#values = values;
  }

  get(parameter: string): Value | undefined {
    return this.#values.get(parameter);
  }

  /** The value, or undefined where it is absent or none. */
  given(parameter: string): Value | undefined {
    const value = this.get(parameter);
    return value?.type === 'none' ? undefined : value;
  }

  needed(parameter: string): Value {
    const value = this.get(parameter);
    if (value === undefined) throw new TemplateFails(`${this.#name} needs ${parameter}`);
    return value;
  }

  text(parameter: string): string {
    const value = this.needed(parameter);
    if (value.type === 'text') return value.value;
    throw new TemplateFails(`${parameter} of ${this.#name} is a text, not ${typeName(value)}`);
  }

  /** Any value's text. */
  softText(parameter: string, standard: string): string {
    const value = this.get(parameter);
    return value === undefined ? standard : stringOf(value);
  }

  int(parameter: string, standard?: number): number {
    const value = this.given(parameter);
    if (value === undefined && standard !== undefined) return standard;
    const number = value && numberOf(value);
    if (typeof number === 'bigint') return Number(number);
    throw new TemplateFails(`${parameter} of ${this.#name} is an integer`);
  }

  flag(parameter: string, standard = false): boolean {
    const value = this.get(parameter);
    return value === undefined ? standard : truth(value);
  }
}
