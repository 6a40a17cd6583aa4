// Tools of unusual shape: arguments of all types, and parts left out.
import type { ToolDefinition } from '../../records/toolcall.ts';
import type { Chat } from '../../ports/template.ts';
import { called, chat, offered, plain, returned, rounds, tool, toolsOf, user } from './chats.ts';

/** Chats that offer them, by what is special. */
export function richTools(): Record<string, Chat> {
  const text = { type: 'string', description: 'A text.', default: 'a', enum: ['a', 'b'] };
  const properties = {
    text,
    plain: { type: 'string' },
    bare: {},
    count: { type: 'integer', minimum: 0, maximum: 9, default: 3 },
    share: { type: 'number', description: 'A share.' },
    yes: { type: 'boolean', default: true },
    maybe: { type: ['string', 'null'], nullable: true },
    either: { anyOf: [{ type: 'string' }, { type: 'integer' }, { type: 'null' }] },
    oneOf: {
      oneOf: [
        { type: 'string', description: 'One.' },
        { type: 'array', items: { type: 'string' } },
      ],
    },
    all: { allOf: [{ type: 'object', properties: { a: text } }] },
    list: { type: 'array', items: { type: 'string' }, description: 'A list.' },
    lists: { type: 'array', items: { type: 'array', items: { type: 'number' } } },
    objects: { type: 'array', items: { type: 'object', properties: { a: text }, required: ['a'] } },
    anything: { type: 'array' },
    object: { type: 'object', properties: { a: text, b: { type: 'integer' } }, required: ['a'] },
    open: { type: 'object', additionalProperties: { type: 'string' } },
    empty: { type: 'object', properties: {} },
    reference: { $ref: '#/$defs/a' },
    constant: { const: 'a' },
    choice: { enum: ['a', 1] },
  };
  const described = (parameters: Record<string, unknown> | undefined, extra = {}): ToolDefinition => {
    return {
      type: 'function',
      function: { name: 'run', description: 'Runs.', ...(parameters && { parameters }), ...extra },
    };
  };
  const rich = described({ type: 'object', properties, required: ['text', 'count'], $defs: { a: text } });
  const closed = { type: 'object', properties: {}, additionalProperties: false };
  const returning = { return: { type: 'string', description: 'A text.' }, response: { type: 'object' }, strict: true };
  return {
    'a tool with arguments of all types': chat(plain, [rich]),
    'a tool with arguments of all types, and its call': chat(
      [...plain, called('run', { text: 'a' }), returned()],
      [rich],
    ),
    'no system message, arguments of all types': chat([user('Go on.')], [rich, ...offered]),
    'a tool without arguments': chat(plain, [described(closed)]),
    'a tool without parameters': chat(plain, [described(undefined)]),
    'a tool without description': chat(plain, [
      {
        type: 'function',
        function: { name: 'run', parameters: { type: 'object', properties: { a: { type: 'string' } } } },
      },
    ]),
    'a tool that says what it returns': chat(plain, [described(closed, returning)]),
    'a tool that is not wrapped': chat(plain, [tool('run').function as unknown as ToolDefinition]),
    'a tool with a long description': chat(plain, [tool('run', 'a', 'Runs it. '.repeat(300))]),
    'twenty tools and a second call': chat([...plain, ...rounds(2)], toolsOf(20)),
  };
}
