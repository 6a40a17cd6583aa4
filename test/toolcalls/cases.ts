// Cases of the upstreams' own tests (see cases/NOTICE), and when a reply counts as read in full.
import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import type { ParsedReply, ToolDefinition } from '../../src/records/toolcall.ts';

type Arguments = Record<string, unknown>;

interface ExpectedCall {
  readonly name: string;
  /** null: a call that was cut off, with any arguments. */
  readonly arguments: Arguments | null;
  readonly optional?: boolean;
  readonly accept?: readonly Arguments[];
}

export interface ReplyCase {
  readonly id: string;
  readonly family: string;
  readonly template: string | null;
  readonly class: 'complete' | 'content' | 'partial' | 'malformed';
  readonly raw: string;
  readonly generation_prompt: string | null;
  readonly tools: readonly ToolDefinition[] | null;
  readonly expect: {
    readonly content?: string | null;
    readonly reasoning?: string | null;
    readonly calls: readonly ExpectedCall[];
    readonly alt?: readonly (readonly ExpectedCall[])[];
  };
  readonly check: readonly ('calls' | 'content' | 'reasoning' | 'nothrow')[];
}

/** All cases of a file in ./cases. */
export function replyCases(file: string): ReplyCase[] {
  return readFileSync(`test/toolcalls/cases/${file}`, 'utf8')
    .split('\n')
    .filter(line => line !== '')
    .map(line => JSON.parse(line) as ReplyCase);
}

/** What differs from a case's expectation; empty: it matches in full. */
export function mismatches({ expect, check }: ReplyCase, reply: ParsedReply): string[] {
  const wrong: string[] = [];
  const calls = reply.calls.map(call => ({ name: call.name, arguments: call.arguments }));
  if (calls.some(({ name }) => name === '')) wrong.push('a call without a name');
  if (check.includes('calls')) {
    const lists = [expect.calls, ...(expect.alt ?? [])];
    if (!lists.some(list => matches(list, calls))) wrong.push(`calls ${JSON.stringify(calls)}`);
  }
  for (const part of ['content', 'reasoning'] as const) {
    if (!check.includes(part) || expect[part] === null) continue;
    if (reply[part].trim() !== (expect[part] ?? '').trim()) wrong.push(`${part} ${JSON.stringify(reply[part])}`);
  }
  return wrong;
}

interface ReadCall {
  readonly name: string;
  readonly arguments: Arguments | undefined;
}

/** Same names in order, equal arguments; optional calls may be missing. */
function matches(expected: readonly ExpectedCall[], calls: readonly ReadCall[]): boolean {
  const [first, ...rest] = expected;
  if (first === undefined) return calls.length === 0;
  const [call, ...others] = calls;
  const same = call !== undefined && call.name === first.name && sameArguments(first, call.arguments);
  return (same && matches(rest, others)) || (first.optional === true && matches(rest, calls));
}

function sameArguments({ arguments: expected, optional, accept = [] }: ExpectedCall, given: Arguments | undefined) {
  if (expected === null && optional === true) return true;
  return [expected, ...accept].some(one => isDeepStrictEqual(one, given));
}
