import { expect, test } from 'vitest';
import { ReaderPair } from '../../src/engines/reader-pair.ts';
import { ThreadRenderer } from '../../src/engines/renderer.ts';

const { signal } = new AbortController();
const options = { bosToken: '', eosToken: '' };
const chat = { messages: [{ role: 'user' as const, content: 'hello' }], tools: [] };
const hostile = {
  loop: '{% set ns = namespace(x="a") %}{% for a in range(90000) %}{% for b in range(90000) %}{% set ns.y = a %}{% endfor %}{% endfor %}',
  memory:
    '{% set ns = namespace(x="aaaaaaaaaaaaaaaa") %}{% for a in range(60) %}{% set ns.x = ns.x + ns.x %}{% endfor %}{{ ns.x | length }}',
};

test('a renderer works on after every request', async () => {
  await using renderer = new ThreadRenderer();
  for (const name of ['a', 'b', 'c']) {
    expect(await renderer.render(`${name} {{ messages[0].content }}`, [chat, chat], options, signal)).toEqual([
      `${name} hello`,
      `${name} hello`,
    ]);
  }
});

test.each(Object.entries(hostile))(
  'a template that runs away (%s) is a clear error, and the renderer lives on',
  async (_, template) => {
    await using renderer = new ThreadRenderer();
    await expect(renderer.render(template, [chat], options, signal)).rejects.toMatchObject({
      code: expect.stringMatching(/^template-(runs-away|refused)$/),
    });
    expect(await renderer.render('{{ messages[0].content }}', [chat], options, signal)).toEqual(['hello']);
  },
);

test('a template that is not Jinja and one that refuses the chat are told apart', async () => {
  await using renderer = new ThreadRenderer();
  await expect(renderer.render('{% if %}', [chat], options, signal)).rejects.toMatchObject({ code: 'template-broken' });
  await expect(renderer.render("{{ raise_exception('no') }}", [chat], options, signal)).rejects.toMatchObject({
    code: 'template-refused',
  });
});

test('two threads together say of a template what one says', async () => {
  await using one = new ThreadRenderer();
  await using other = new ThreadRenderer();
  const template =
    "{% if messages[0].content == 'text 27' %}odd{% elif messages[0].content in ['text 3', 'text 44'] %}" +
    "{{ raise_exception('no') }}{% else %}{{ messages[0].content }}{% endif %}";
  for (const count of [0, 1, 20, 21, 45, 60, 83]) {
    const chats = Array.from({ length: count }, (_, index) => ({
      messages: [{ role: 'user' as const, content: `text ${index}` }],
      tools: [],
    }));
    const alone = await one.tryOut(template, chats, options, signal);
    expect(alone.prompts).toHaveLength(count);
    expect(await new ReaderPair(one, other).tryOut(template, chats, options, signal)).toEqual(alone);
  }
  await expect(new ReaderPair(one, other).tryOut('{% if %}', [chat], options, signal)).rejects.toMatchObject({
    code: 'template-broken',
  });
});
