// docs/formats.md is written by this test: `npx vitest run test/toolcalls/docs.test.ts -u`.
import { expect, test } from 'vitest';
import { chatTemplate, describeFormat } from '../../src/prompt/index.ts';
import { formatNamed, formatNames } from '../../src/toolcalls/formats/index.ts';
import { parse } from '../../src/toolcalls/index.ts';
import { realTemplate, templateNames } from '../prompt/real-templates.ts';
import { mismatches, type ReplyCase, replyCases } from './cases.ts';

const cases = replyCases('open.jsonl');
const classes = ['complete', 'content', 'partial', 'malformed'] as const;
const options = { bosToken: '<s>', eosToken: '</s>' };

function matches(about: ReplyCase): boolean {
  const template = about.template === null ? null : realTemplate(about.template);
  const reply = parse(about.raw, { template, tools: about.tools, generationPrompt: about.generation_prompt });
  return mismatches(about, reply).length === 0;
}

function rate(of: readonly ReplyCase[]): string {
  return of.length === 0 ? '' : `${of.filter(matches).length}/${of.length}`;
}

const row = (...cells: string[]) => `| ${cells.join(' | ')} |`;
const code = (text: string) => `\`\` ${text.replaceAll('\n', '⏎').replaceAll('|', '\\|')} \`\``;

function rates(): string[] {
  const line = (name: string, of: readonly ReplyCase[]) =>
    row(name, ...classes.map(one => rate(of.filter(about => about.class === one))));
  const families = [...new Set(cases.map(({ family }) => family))].sort();
  return [
    row('family', ...classes),
    row('---', ...classes.map(() => '---')),
    ...families.map(family =>
      line(
        family,
        cases.filter(about => about.family === family),
      ),
    ),
    line('**all**', cases),
  ];
}

function formatTable(): string[] {
  return [
    row('format', 'families', 'a call'),
    row('---', '---', '---'),
    ...formatNames.map(name => row(name, formatNamed(name).families, code(formatNamed(name).example))),
  ];
}

function templateTable(): string[] {
  const rows = templateNames().map(file => {
    const { format, how, selfTest, notes } = describeFormat(
      realTemplate(file),
      chatTemplate(realTemplate(file), { engine: 'as-used' }),
      options,
    );
    const adapted = notes.filter(({ code: about }) => about.startsWith('prompt-'));
    const words = adapted.map(({ code: about, detail }) => `${about.slice('prompt-'.length)}: ${detail}`);
    return row(file.replace('.jinja', ''), format, how, selfTest, words.join(', '));
  });
  return [
    row('template', 'format', 'chosen by', 'self-test', 'given in another form'),
    row('---', '---', '---', '---', '---'),
    ...rows,
  ];
}

const page = () => `# Call formats and chat templates

<!-- Written by test/toolcalls/docs.test.ts; change that, not this. -->

A model writes tool calls in its family's own way. turncoat finds out which from the model's chat template, tests the
choice when the model is loaded (the template renders a call, the format has to read it back), and records both in the
run. A call that is not recognised would be a divergence invented or a backdoor missed.

Text that is no call stays content. Calls inside a closed block of reasoning are thoughts. A good call beside a broken
one is kept; JSON is repaired only inside a marker, and the call is then labelled \`repaired\`; one that the end of the
reply cut off is \`partial\`. Duplicate keys and long integers are kept as written. A call of a tool that nobody offered
is a call.

## Formats

${formatTable().join('\n')}

For a template that no format reads, the markers around the JSON of its call are found out by rendering one
(\`derived\`); where that fails too, replies are read as generic JSON, and the run says so.

## How well replies are read

Cases from the tests of llama.cpp, vLLM and SGLang that match in full: calls, content and reasoning
(\`test/toolcalls/cases\`, with their NOTICE).

${rates().join('\n')}

The one case that does not match is read otherwise on purpose: upstream drops the call of a tool that was not offered.

## Templates

All ${templateNames().length} chat templates that llama.cpp ships render a system message, a question, a call, its result and the next
question with every word and tool in the prompt. What a template does not understand it is given in another form; offering
tools as text and moving the system message are warnings of the run.

${templateTable().join('\n')}

Variables of a template are set with \`--template-arg enable_thinking=false\`.

## Equality of calls

Key order, \`1\` and \`1.0\`, arguments equal to their schema's \`default\` and the order of parallel calls do not matter.
Paths are compared without needless slashes and dots where the tool's schema says \`"format": "path"\`, and texts with single
spaces where it says \`"x-compare": "words"\`. A key written twice with two values makes a call of its own.

## Adding a family

A family that writes calls like another one, with markers of its own, is one entry in
\`src/toolcalls/formats/index.ts\`:

\`\`\`ts
nemotron: jsonAfterMarker({
  families: 'Nemotron Nano v2',
  example: '<TOOLCALL>[{"name": "get_weather", "arguments": {"city": "Paris"}}]</TOOLCALL>',
  signature: /<TOOLCALL>/,
  open: /<TOOLCALL>/,
  closes: ['</TOOLCALL>'],
}),
\`\`\`

A family with a syntax of its own is one file beside it, which exports a \`Format\`, and one line: its name in that
object. The tests read every example back, check that exact scores tell its tools apart, and write this page.
`;

test('docs/formats.md says what the tests measure', async () => {
  await expect(page()).toMatchFileSnapshot('../../docs/formats.md');
});

test('adding a family takes one entry: the one shown is the one in the code', async () => {
  const { readFileSync } = await import('node:fs');
  const registry = readFileSync('src/toolcalls/formats/index.ts', 'utf8');
  const shown = page().match(/```ts\n([\s\S]*?)```/)?.[1] ?? 'none';
  expect(registry.replaceAll(/^ {2}/gm, '')).toContain(shown);
});
