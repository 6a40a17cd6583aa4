// A template must not behave in our engine and misbehave in the user's: where engines part, it is said, with the line.
import { afterAll, expect, test } from 'vitest';
import { ThreadRenderer } from '../../src/engines/renderer.ts';
import { SecondEngine } from '../../src/engines/second-engine.ts';

const renderer = new ThreadRenderer();
const second = new SecondEngine(renderer);
afterAll(async () => {
  await second[Symbol.asyncDispose]();
  await renderer[Symbol.asyncDispose]();
});

const options = { bosToken: '<s>', eosToken: '</s>' };
const { signal } = new AbortController();
const chat = { messages: [{ role: 'user' as const, content: 'héllo' }], tools: [] };
const usual = '{% for m in messages %}[{{ m.role }}]{{ m.content }}\n{% endfor %}\n';
const both = (source: string, chats = [chat]) => second.renderBoth(usual + source, chats, options, signal);
const withLlama = async (source: string) => {
  const { native, found } = await both(source);
  expect(native).toEqual({ state: 'ran' });
  return found.filter(({ engine }) => engine === 'llama.cpp').map(({ disagreement }) => disagreement);
};

/** Conditions that hold in one engine and not in another: a template could hide behind each. */
const probes = [
  "(1 == 1) ~ '' == 'True'",
  "'é'|length == 2",
  "'é'[0]|length == 1",
  "'abc'[-1] is undefined",
  "' a  b '.split()|length > 2",
  "none|default('x') == 'x'",
  'missing.foo is undefined',
  "(none ~ 'x') == 'x'",
  "('a' + 1) == 'a1'",
  "'12abc'|int == 12",
  "('ab' ~ 'cd')|capitalize == 'AbCd'",
  '[1, [2]] != [1, [2]]',
  'test_is_string is defined',
  "range(2)|string == '[0, 1]'",
  "'Ü'|lower == 'Ü'",
  '0.1 + 0.2 == 0.3',
  "(0.1 + 0.2)|string == '0.3'",
  '9007199254740993 + 0 < 0',
  '(-7) % 3 == (-1)',
  "['b', 'A']|sort|first == 'A'",
  'loop is defined',
  "{'a': 1}.length is callable",
  "'%c' == strftime_now('%%c')",
  "strftime_now('%f') == '%f'",
  "strftime_now('%Z') == 'UTC'",
  "'a\\nb'|indent(1) == 'a\\n b'",
  'namespace(a=1) is mapping',
  '[]|first is undefined',
  '{1: 2} == {1.0: 2}',
  'true == 1',
  "1.0|tojson == '1'",
];

test.each(probes)('no template can tell our engine from llama.cpp by %s', async probe => {
  expect(await withLlama(`{% if ${probe} %}one{% else %}other{% endif %}`)).toEqual([]);
});

test("where Python's engine parts from llama.cpp's, the line is said", async () => {
  const { found } = await both("{% if 'é'|length == 2 %}\nthen\n{% else %}\nelse\n{% endif %}");
  expect(found).toEqual([
    { index: 0, engine: 'python', disagreement: { kind: 'text', used: 'then\n', other: 'else\n', line: 4 } },
  ]);
});

test('the time is the case’s in llama.cpp’s engine too', async () => {
  const source = "{{ strftime_now('%d %b %Y %G-%V %j %X') }}";
  const { found } = await both(source, [{ ...chat, clock: '2027-01-01T07:08' } as typeof chat]);
  expect(found).toEqual([]);
});

test('a format of the time that is made up on the way is the case’s as well', async () => {
  expect(await withLlama("{% for y in ['%Y', '%m'] %}{{ strftime_now(y ~ '-' ~ loop.index) }}{% endfor %}")).toEqual(
    [],
  );
});

test('what llama.cpp lacks is a refusal with its line', async () => {
  expect(await withLlama('\n{{ [2, 1]|sum }}')).toEqual([
    { kind: 'refuses', reason: "Unknown (built-in) filter 'sum' for type Array", line: 4 },
  ]);
});

test('what our engine refuses and llama.cpp renders is a disagreement', async () => {
  expect(await withLlama('{{ range(200000)|length }}')).toEqual([
    { kind: 'renders', reason: 'range() of 200000 numbers is refused', line: 3 },
  ]);
});

test('a template that takes too much in llama.cpp’s engine ends that process, and the next one is rendered', async () => {
  const [bomb] = await withLlama("{% set x = 'aaaaaaaaaa' * 300000000 %}{{ x|length }}");
  // Ours refuses before; the engine was ended, so neither gives a prompt.
  expect(bomb).toBeUndefined();
  expect(await withLlama('fine')).toEqual([]);
});

test('all chats are looked at, and the place of each is known', async () => {
  const chats = ['a', 'é', 'b', 'ü'].map(content => ({ ...chat, messages: [{ role: 'user' as const, content }] }));
  const { found } = await both('{{ messages[0].content|length }}', chats);
  expect(found.map(({ index, engine }) => [index, engine])).toEqual([
    [1, 'python'],
    [3, 'python'],
  ]);
});
