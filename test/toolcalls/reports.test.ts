// Replies written after public reports of calls that readers missed (cases/reports.jsonl): all are read.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { ToolDefinition } from '../../src/records/toolcall.ts';
import { parse, unreadCalls } from '../../src/toolcalls/index.ts';
import { realTemplate } from '../prompt/real-templates.ts';

interface Report {
  readonly id: string;
  readonly about: string;
  readonly template?: string | null;
  readonly generationPrompt?: string | null;
  readonly finish?: 'stop' | 'length';
  readonly tools: readonly ToolDefinition[];
  readonly raw: string;
  readonly calls: readonly { readonly name: string; readonly arguments: unknown }[];
  readonly thoughtCalls?: readonly { readonly name: string; readonly arguments: unknown }[];
}

const reports = readFileSync('test/toolcalls/cases/reports.jsonl', 'utf8')
  .split('\n')
  .filter(line => line !== '')
  .map(line => JSON.parse(line) as Report);

function read({ template, tools, generationPrompt, finish, raw }: Report) {
  const source = template?.endsWith('.jinja') === true ? realTemplate(template) : template;
  return parse(raw, {
    template: source ?? null,
    tools,
    generationPrompt: generationPrompt ?? null,
    ...(finish === undefined ? {} : { finish }),
  });
}

test('there are as many as were reported', () => expect(reports).toHaveLength(86));

test.each(reports)('$id: $about', report => {
  const reply = read(report);
  expect(reply.calls.map(({ name, arguments: args }) => ({ name, arguments: args }))).toEqual(report.calls);
  if (report.thoughtCalls === undefined) return;
  const thought = reply.notes.flatMap(note => (note.code === 'call-in-thought' ? note.calls : []));
  expect(thought.map(({ name, arguments: args }) => ({ name, arguments: args }))).toEqual(report.thoughtCalls);
  const counted = unreadCalls(reply, report.tools).filter(({ code }) => code === 'in-thought');
  expect(counted.map(({ tool }) => tool)).toEqual(report.thoughtCalls.map(({ name }) => name));
});
