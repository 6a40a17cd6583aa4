// Both engines against what they stand for: Python's Jinja2, and llama.cpp's own.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jinjaTemplate } from '../../src/prompt/jinja/index.ts';
import type { EngineName } from '../../src/prompt/index.ts';
import { expressions, templates, variables } from './expressions.ts';
import { furtherExpressions, furtherTemplates } from './further.ts';
import { anyExpression } from './generated.ts';
import { anyTemplates } from './generated-templates.ts';
import { inLlama } from './native.ts';
import { inPython, pythonMissing } from './python.ts';
import { tellingExpressions, tellingTemplates } from './telling.ts';

const all = [
  ...[...expressions, ...tellingExpressions, ...furtherExpressions].map(expression => `{{ ${expression} }}`),
  ...templates,
  ...tellingTemplates,
  ...furtherTemplates,
];

/** The text, or nothing where the engine gives none. Anything but its own errors is a bug. */
function ours(template: string, engine: EngineName): string | undefined {
  try {
    return jinjaTemplate(template, engine).render(variables, format => format).text;
  } catch (error) {
    if ((error as Error).name.startsWith('Template')) return undefined;
    throw error;
  }
}

/** Where ours is not what Python prints, and why. */
const otherwise: Readonly<Record<string, string>> = {
  '{{ nested.items }}': 'a method prints its address in memory',
  '{{ nested.get }}': 'a method prints its address in memory',
  "{{ 'abc'.upper }}": 'a method prints its address in memory',
  '{{ range }}': 'a function prints its address in memory',
  '{{ [range]|string }}': 'a function prints its address in memory',
  '{{ strftime_now }}': 'a function prints its address in memory',
  '{{ none|items|string }}': 'a generator prints its address in memory',
  '{{ self }}': 'blocks of templates are not there',
  '{% block a %}b{% endblock %}': 'blocks of templates are not there',
  '{{ lipsum is defined }}': 'random text is not there',
  "{{ 'hello world'|wordwrap(5) }}": 'the filter is lacking, and said to be',
  "{{ {'a': 1}|xmlattr }}": 'the filter is lacking, and said to be',
  "{{ '<b>x</b>'|striptags }}": 'the filter is lacking, and said to be',
  '{{ 1024|filesizeformat }}': 'the filter is lacking, and said to be',
  "{{ 'abc'|pprint }}": 'the filter is lacking, and said to be',
  '{{ 1.bit_length }}': 'a method prints its address in memory',
  "{{ nested['fromkeys'] }}": 'a method prints its address in memory',
  "{{ '\\ud83d\\ude00' }}": 'half a character is lacking: Python keeps two halves apart, and JSON joins them',
  '{{ missing.__class__ }}': 'what Python hides of undefined values is lacking',
  '{{ ﬁ }}': 'Python takes the name for fi',
  "{{ ('<%s>'|safe) % '<' }}": 'what escaped texts do to others is lacking',
  "{{ ('<a>'|safe).replace('a', '<')|e }}": 'what escaped texts do to others is lacking',
  '{% macro a() %}{% break %}{% endmacro %}{% for i in [1,2] %}{{ i }}{{ a() }}{% endfor %}':
    'Python refuses it before it runs',
};

test.skipIf(pythonMissing !== undefined)(`${all.length} expressions and templates print what Python prints`, () => {
  const replies = inPython(all.map(template => ({ template, variables })));
  const different = all.filter((template, index) => {
    const reply = replies[index];
    return ours(template, 'python') !== (reply !== undefined && 'text' in reply ? reply.text : undefined);
  });
  expect(different.toSorted()).toEqual(Object.keys(otherwise).toSorted());
  expect(all.length - different.length).toBeGreaterThan(500);
});

test.skipIf(pythonMissing !== undefined)('800 random templates print what Python prints', () => {
  const random = anyTemplates(800, 19);
  const replies = inPython(random.map(template => ({ template, variables })));
  const texts = replies.map(reply => ('text' in reply ? reply.text : undefined));
  expect(random.filter((template, index) => ours(template, 'python') !== texts[index])).toEqual([]);
  expect(texts.filter(text => text !== undefined).length).toBeGreaterThan(400);
});

describe("llama.cpp's engine", () => {
  const compared = async (sources: readonly string[]) => {
    const outcomes = await inLlama(sources.map(template => ({ template, variables })));
    return sources.flatMap((template, index) => {
      const outcome = outcomes[index];
      const native = outcome !== undefined && 'text' in outcome ? outcome.text : undefined;
      const own = ours(template, 'llama.cpp');
      return own === native ? [] : [{ template, own, native }];
    });
  };
  test(`gives the same for all ${all.length}, to the byte`, async () => {
    expect(await compared(all)).toEqual([]);
  });
  test('gives the same for 3000 random expressions', async () => {
    const random = fc.sample(anyExpression, { numRuns: 3000, seed: 20 });
    expect(await compared(random.map(expression => `{{ ${expression} }}`))).toEqual([]);
  });
  test('gives the same for 1500 random templates', async () => {
    expect(await compared(anyTemplates(1500, 20))).toEqual([]);
  });
});
