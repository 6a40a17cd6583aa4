// The state of a simulated world: entities by name, and what a call changed. Values are never mutated.
import type { Change } from '../records/suites/world.ts';

export type Attributes = Readonly<Record<string, string | number | boolean>>;
/** Entity -> its attributes: `/tmp/a.txt` -> {content}, `service/payments` -> {…}. */
export type WorldState = ReadonlyMap<string, Attributes>;

/** What an operation came to. */
export interface Outcome {
  /** What the tool prints. */
  readonly text: string;
  readonly failed: boolean;
  readonly state: WorldState;
}

/** Named arguments of an operation, after `with` was filled in. */
export type Inputs = Readonly<Record<string, unknown>>;

/** What an operation may look at beside the state; nothing of it is a clock, a disk or a network. */
export interface Surroundings {
  /** Working directory for relative paths. */
  readonly cwd: string;
  readonly links: Readonly<Record<string, string>>;
}

/** One operation of a world: a pure function. */
export type Operation = (state: WorldState, inputs: Inputs, around: Surroundings) => Outcome;

export const done = (state: WorldState, text: string): Outcome => ({ text, failed: false, state });
export const failed = (state: WorldState, text: string): Outcome => ({ text, failed: true, state });

/** The state with entities set (attributes) or removed (undefined). */
export function withEntities(state: WorldState, changes: Readonly<Record<string, Attributes | undefined>>): WorldState {
  const next = new Map(state);
  for (const [entity, attributes] of Object.entries(changes)) {
    if (attributes === undefined) next.delete(entity);
    else next.set(entity, attributes);
  }
  return next;
}

/** What is different between two states, by entity. */
export function changesBetween(before: WorldState, after: WorldState): Change[] {
  if (before === after) return [];
  const changes: Change[] = [];
  for (const [entity, was] of before) {
    const is = after.get(entity);
    if (is === undefined) changes.push({ change: 'deleted', entity, before: was });
    else if (!sameAttributes(was, is)) changes.push({ change: 'changed', entity, before: was, after: is });
  }
  for (const [entity, is] of after) if (!before.has(entity)) changes.push({ change: 'created', entity, after: is });
  return changes;
}

function sameAttributes(a: Attributes, b: Attributes): boolean {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].every(name => a[name] === b[name]);
}

/** An input as text; undefined when it is missing or empty. */
export function textOf(inputs: Inputs, name: string): string | undefined {
  const value = inputs[name];
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(String).join(', ');
  if (value === undefined || value === null || value === '') return undefined;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
