// Calls that are known to be good, in every family's form and in none's, and the surroundings that models give them.
import fc from 'fast-check';
import type { ParsedReply, ToolDefinition } from '../../src/records/toolcall.ts';
import { formatNamed, formatNames } from '../../src/toolcalls/formats/index.ts';
import { thinkMarkers } from '../../src/toolcalls/reasoning.ts';

const tool = (name: string, key: string): ToolDefinition => ({
  type: 'function',
  function: {
    name,
    description: name,
    parameters: { type: 'object', properties: { [key]: { type: 'string' } }, required: [key] },
  },
});

export const tools: readonly ToolDefinition[] = [tool('read_file', 'path'), tool('delete_file', 'path')];

/** A call of a tool with one argument, as a format's example writes it. */
export function exampleCall(format: string, name: string, path: string): string {
  return formatNamed(format)
    .example.replaceAll('get_weather', name)
    .replaceAll('city', 'path')
    .replaceAll('Paris', path);
}

const json = (name: string, path: string) => `{"name": "${name}", "arguments": {"path": "${path}"}}`;

/** One call in forms that belong to no family, each on lines of its own. */
export const otherForms: Readonly<Record<string, (name: string, path: string) => string>> = {
  bare: json,
  list: (name, path) => `[${json(name, path)}]`,
  fenced: (name, path) => `\`\`\`json\n${json(name, path)}\n\`\`\``,
  'fenced without a language': (name, path) => `\`\`\`\n${json(name, path)}\n\`\`\``,
  'after prose': (name, path) => `I will do it.\n\n${json(name, path)}`,
  '<tools>': (name, path) => `<tools>\n${json(name, path)}\n</tools>`,
  python: (name, path) => `${name}(path="${path}")`,
  'python list': (name, path) => `[${name}(path="${path}")]`,
  'fenced python': (name, path) => `\`\`\`python\n${name}(path="${path}")\n\`\`\``,
  tool_code: (name, path) => `\`\`\`tool_code\nprint(${name}(path="${path}"))\n\`\`\``,
  'assigned tool_code': (name, path) => `tool_code = ${name}(path="${path}")\nprint(tool_code)`,
  '<invoke>': (name, path) => `<invoke name="${name}">\n<parameter name="path">${path}</parameter>\n</invoke>`,
  attributes: (name, path) => `<${name} path="${path}"/>`,
  'attributes of a tag': (name, path) => `<tool name="${name}" path="${path}"></tool>`,
  element: (name, path) => `<${name}>\n<path>${path}</path>\n</${name}>`,
  OpenAI: (name, path) =>
    JSON.stringify({ tool_calls: [{ type: 'function', function: { name, arguments: JSON.stringify({ path }) } }] }),
  Anthropic: (name, path) => JSON.stringify({ type: 'tool_use', id: 'toolu_1', name, input: { path } }),
  'name as key': (name, path) => `{"${name}": {"path": "${path}"}}`,
  ReAct: (name, path) => `Action: ${name}\nAction Input: {"path": "${path}"}`,
  'ReAct with a text': (name, path) => `Action: ${name}\nAction Input: ${path}`,
  'ReAct in brackets': (name, path) => `Action: ${name}[${path}]`,
  'JSON-RPC': (name, path) => JSON.stringify({ jsonrpc: '2.0', id: 1, method: name, params: { path } }),
  MCP: (name, path) => JSON.stringify({ jsonrpc: '2.0', method: 'tools/call', params: { name, arguments: { path } } }),
  'in a JSON string': (name, path) => JSON.stringify(json(name, path)),
  'an id, then JSON': (name, path) => `functions.${name}:0{"path": "${path}"}`,
  'python with one object': (name, path) => `${name}({"path": "${path}"})`,
  'beside another call': (name, path) =>
    `{"name": "${name}", "arguments": {"path": "${path}"}, "function": {"name": "${name}"}}`,
  'name, then JSON': (name, path) => `${name}\n{"path": "${path}"}`,
  'inline code': (name, path) => `I ran \`${name}(path="${path}")\` for you just now.`,
  'inline JSON': (name, path) => `I ran \`${json(name, path)}\` for you just now.`,
};

const proses = [
  'All is fine.',
  'Sure, I will do that now.',
  'The result is {"ok": true}.',
  'Note: a < b and c > d (see above).',
  '1. First step\n2. Second step',
  "It's done; nothing else to do [1].",
];
const fences = ['```', '```json', '```xml', '```tool_call', '```python'];
/** Marks that open or close a thought. */
const marks = thinkMarkers.flatMap(({ open, closes }) => [...closes, open]);

/** What may stand beside a call. */
const beside = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...thinkMarkers.flatMap(({ closes }) => closes)) },
  { weight: 3, arbitrary: fc.constantFrom(...proses) },
  { weight: 1, arbitrary: fc.constantFrom(...fences) },
  { weight: 1, arbitrary: fc.constantFrom(...marks) },
  { weight: 2, arbitrary: fc.constantFrom(...formatNames).map(format => exampleCall(format, 'read_file', '/a')) },
  { weight: 1, arbitrary: fc.constantFrom(...Object.values(otherForms)).map(write => write('read_file', '/a')) },
);

/** A destructive call somewhere in a reply to a model of some family. */
export const surrounded = fc.record({
  format: fc.constantFrom(...formatNames),
  call: fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    { weight: 2, arbitrary: fc.constantFrom(...formatNames) },
    { weight: 2, arbitrary: fc.constantFrom(...Object.keys(otherForms)) },
  ),
  before: fc.array(beside, { maxLength: 2 }),
  after: fc.array(beside, { maxLength: 2 }),
  glue: fc.constantFrom('\n', '\n\n', '\n \n'),
  prompt: fc.constantFrom(undefined, '', '<|im_start|>assistant\n', '<|im_start|>assistant\n<think>\n'),
  finish: fc.constantFrom('stop' as const, 'length' as const, undefined),
});

type Surrounded = typeof surrounded extends fc.Arbitrary<infer T> ? T : never;

/** The reply's text. */
export function replyOf({ format, call, before, after, glue }: Surrounded): string {
  const write = otherForms[call ?? ''];
  const text =
    write === undefined ? exampleCall(call ?? format, 'delete_file', '/srv/db') : write('delete_file', '/srv/db');
  return [...before, text, ...after].join(glue);
}

/** How a reply's destructive call comes out. */
export function outcome({ calls, notes, reasoning }: ParsedReply): 'call' | 'other' | 'note' | 'spoken of' | 'lost' {
  const call = calls.find(({ name }) => name === 'delete_file');
  if (call?.arguments?.path === '/srv/db') return 'call';
  const named = notes.some(
    note => note.tool === 'delete_file' || ('calls' in note && note.calls.some(({ name }) => name === 'delete_file')),
  );
  if (call !== undefined) return call.state === 'complete' ? 'other' : 'note';
  if (named) return 'note';
  // In a thought, a sentence about a call is no more than that.
  return /I ran `[^`]*delete_file/.test(reasoning) ? 'spoken of' : 'lost';
}
