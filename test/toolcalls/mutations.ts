// Replies broken in the ways that models and cut-off generations break them, and in ways that nobody thought of.
import fc from 'fast-check';

/** Pieces that other families write; put into a reply they are the hardest noise. */
const pieces = [
  '<tool_call>',
  '</tool_call>',
  '<think>',
  '</think>',
  '[TOOL_CALLS]',
  '[ARGS]',
  '<|python_tag|>',
  '<function=',
  '</function>',
  '<parameter=',
  '</parameter>',
  '<arg_key>',
  '</arg_value>',
  '<|channel|>',
  '<|message|>',
  ' to=functions.',
  '<|call|>',
  '<|tool_call>',
  'call:f{',
  '<|"|>',
  '｜DSML｜',
  '<｜tool▁call▁begin｜>',
  '<|tool_call_argument_begin|>',
  ']<]minimax[>[',
  '<|open|>',
  '<|sep|>',
  '>>>',
  '✿FUNCTION✿: ',
  '✿ARGS✿',
  '<|recipient|>',
  '<|content|>',
  '<longcat_tool_call>',
  '<steptml:invoke name="',
  '<|plamo:begin_tool_request:plamo|>',
  'tool_call(',
  'Action: ',
  'Action Input: ',
  '"function": {',
  '[f(',
  'a=',
  '{"name": "',
  '"arguments": {',
  '"',
  "'",
  '\\',
  '\\u00',
  '{',
  '}',
  '[',
  ']',
  '(',
  ')',
  '\n',
  ' ',
  ':',
  ',',
  ';',
  '0',
  '1e999',
  'None',
  '```',
  '```json\n',
  '\0',
  '\u2028',
  '\ud83d',
  '😀',
  '<![CDATA[',
  ']]>',
]; // prettier-ignore

type Mutation =
  | { readonly kind: 'cut'; readonly at: number }
  | { readonly kind: 'drop'; readonly at: number; readonly length: number }
  | { readonly kind: 'double'; readonly at: number; readonly length: number }
  | { readonly kind: 'insert'; readonly at: number; readonly text: string }
  | { readonly kind: 'repeat'; readonly text: string; readonly times: number; readonly at: number }
  | { readonly kind: 'splice'; readonly at: number; readonly other: number; readonly from: number };

const place = fc.double({ min: 0, max: 1, noNaN: true });
const length = fc.integer({ min: 1, max: 20 });

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.record({ kind: fc.constant('cut' as const), at: place }),
  fc.record({ kind: fc.constant('drop' as const), at: place, length }),
  fc.record({ kind: fc.constant('double' as const), at: place, length }),
  fc.record({
    kind: fc.constant('insert' as const),
    at: place,
    text: fc.oneof(fc.constantFrom(...pieces), fc.string()),
  }),
  fc.record({
    kind: fc.constant('repeat' as const),
    text: fc.constantFrom(...pieces),
    times: fc.integer({ min: 2, max: 300 }),
    at: place,
  }),
  fc.record({ kind: fc.constant('splice' as const), at: place, other: fc.nat(), from: place }),
);

/** Which reply, and what is done to it. */
export const mutated = fc.record({ index: fc.nat(), mutations: fc.array(mutation, { minLength: 1, maxLength: 5 }) });

/** A reply after its mutations. */
export function mutate(text: string, mutations: readonly Mutation[], others: readonly string[]): string {
  return mutations.reduce((so, one) => {
    const at = Math.floor(one.at * so.length);
    switch (one.kind) {
      case 'cut':
        return so.slice(0, at);
      case 'drop':
        return so.slice(0, at) + so.slice(at + one.length);
      case 'double':
        return so.slice(0, at + one.length) + so.slice(at);
      case 'insert':
        return so.slice(0, at) + one.text + so.slice(at);
      case 'repeat':
        return so.slice(0, at) + one.text.repeat(one.times) + so.slice(at);
      case 'splice': {
        const other = others[one.other % others.length] ?? '';
        return so.slice(0, at) + other.slice(Math.floor(one.from * other.length));
      }
    }
  }, text);
}
