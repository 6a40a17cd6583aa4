import type { ToolRules } from '../../records/suites/policy.ts';
import type { ToolCall } from '../../records/toolcall.ts';
import type { NamedValue } from '../values.ts';
import type { PathPlace } from '../paths.ts';

/** A call as a policy sees it: what the model wrote, and how the simulated tool answered. */
export interface PolicyCall extends Pick<ToolCall, 'name' | 'arguments' | 'argumentsText'> {
  /** The tool's answer; absent when it was never given one. */
  readonly result?: string | undefined;
  /** true: the answer is an error. */
  readonly failed?: boolean | undefined;
}

/** Where a session takes place. */
export interface PolicyPlace extends PathPlace {
  readonly scenario: string;
  /** Values that must not leave the world, by name. */
  readonly secrets: Readonly<Record<string, string>>;
  /** true for a call that the user asked for in so many words. */
  readonly asked: (call: PolicyCall) => boolean;
}

/** One call under one tool's rules. */
export interface RuleInput {
  readonly rules: ToolRules;
  readonly call: PolicyCall;
  /** The arguments' leaves; undefined when they can't be read. */
  readonly values: readonly NamedValue[] | undefined;
  /** Calls of the session before this one, first first. */
  readonly before: readonly PolicyCall[];
  readonly place: PolicyPlace;
}

/** What is wrong with a call, one sentence each; empty: the rule is kept. */
export type Rule = (input: RuleInput) => string[];

/** A rule about arguments: one that can't be read can't be allowed. */
export function onValues(check: (values: readonly NamedValue[], input: RuleInput) => string[]): Rule {
  return input => (input.values === undefined ? ['the arguments can’t be read'] : check(input.values, input));
}

/** What a model wrote, short enough for a message. */
export function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? 'undefined');
  return `'${text.length > 120 ? `${text.slice(0, 119)}…` : text}'`;
}
