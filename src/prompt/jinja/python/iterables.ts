// What Python goes through besides lists: generators, which give their items once, ranges, and views of dictionaries.
import { TemplateFails } from '../errors.ts';
import { int, type List, type Value } from '../values.ts';

/** A list in all but its name. */
export const isPlainList = (value: Value): value is List =>
  value.type === 'list' && value.once === undefined && value.shown === undefined;
export const isRange = (value: Value): boolean => value.type === 'list' && value.shown?.startsWith('range(') === true;

/** Items that are made when the first is asked for, and then are gone one after the other. */
export function generator(make: () => Value[], name = 'generator'): List {
  return { type: 'list', items: [], tuple: false, once: { name, make } };
}

/** What is left of a generator, to take from; the items of anything else. */
export function remaining(list: List): Value[] {
  const { once } = list;
  if (once === undefined) return list.items;
  const { make } = once;
  once.make = undefined;
  if (make !== undefined) list.items.push(...make());
  return list.items;
}

/** All items; a generator has none afterwards. */
export const allOf = (list: List): Value[] => (list.once === undefined ? [...list.items] : remaining(list).splice(0));

/** @throws TemplateFails for what has no length, or can't be taken apart */
export function solid(list: List, what: string): List {
  if (list.once === undefined) return list;
  throw new TemplateFails(`a ${list.once.name} has no ${what}`);
}

/** A part of a range is a range. */
export function rangeFrom({ shown = '' }: List, from: number, to: number, by: number): List {
  const [start = 0n, , step = 1n] = [...shown.matchAll(/-?\d+/g)].map(([number]) => BigInt(number));
  return rangeOf(start + BigInt(from) * step, start + BigInt(to) * step, step * BigInt(by));
}

/** `range(start, stop, step)`, whose length is known to be small. */
export function rangeOf(start: bigint, stop: bigint, step: bigint): List {
  const length = Number((stop - start + (step > 0n ? step - 1n : step + 1n)) / step);
  const items = Array.from({ length: Math.max(0, length) }, (_, index) => int(start + BigInt(index) * step));
  return { type: 'list', items, tuple: false, shown: `range(${start}, ${stop}${step === 1n ? '' : `, ${step}`})` };
}
