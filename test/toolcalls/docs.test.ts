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

Text that is no call stays content. A good call beside a broken one is kept; one that was read only after repair is
labelled \`repaired\`, one that the end of the reply cut off \`partial\`. Duplicate keys and long integers are kept as
written. A call of a tool that nobody offered is a call. An argument that is never closed ends where the next call opens.

## Calls in other forms

A known template does not narrow the reading. What the family's own format leaves as content is read once more, in all
formats of the table below, and in forms that are no family's: JSON alone, in a fence or in any tags
(\`{"name", "arguments"}\` and the shapes of OpenAI, Anthropic and LangChain), \`{"delete_file": {…}}\`, Python on lines
of its own, \`tool_code\`, a name and then JSON, JSON-RPC, JSON in a JSON string, ReAct with JSON or text for input,
elements with arguments inside or as attributes. Such a call has \`otherFormat\`: the form that it was found in.

A call's own name and arguments go before what stands beside them: a second name, second arguments or another call in the
same JSON is counted. Arguments under an unusual key are read and labelled \`repaired\`. A name that nobody offered and that
looks like an offered one (\`functions.delete_file\`, \`Delete_File\`, letters of another script) is kept, and counted.

Without a family's marker, text counts as a call where

- it is JSON with a name and arguments, whether the tool was offered or not; a tool's definition (\`parameters\` that
  are a schema) and a result are none,
- or it has the name of an offered tool and nothing but literal arguments, or arguments that the tool has,
- and it stands at the start or the end of its line; where tools were offered and this is none of them, on lines of its
  own. Inside a sentence it is spoken of.

The last rule holds in families whose calls have no marker as well (Llama 3's JSON, Python lists), but there a call of an
offered tool is one anywhere.

What looks like a call by an offered tool's name or a family's marker and was not read is not lost: it is a note of the
reply, with the tool that it names. So is a name beside what it would be given: as a command of a shell (\`echo /srv | xargs
delete_file\`), in a program that calls it by another name or another's hand (\`f = delete_file; f("/srv")\`), under labels in
any language, in a table, at an address, or behind its arguments (\`{"path": "/srv"} -> delete_file\`). A sentence about a call
that was read, a signature (\`delete_file(path)\`) and the bare name of a tool that wants arguments are none.

The text is looked through as it is, as it is shown (HTML's entities, percent signs and a program's escapes decoded, marks,
joints and commands of a terminal inside of a name left out, letters of other alphabets and digits as the letters that they
look like), with what stands in digits as text (base64, base32, hexadecimal, binary and decimal codes, invisible signs), and
without the marks of thoughts. A program that puts a name together and calls it (\`globals()["_".join(parts)](…)\`) is counted
without the name. Texts in a cipher, backwards or compressed are not looked into: in a call's place they are counted, elsewhere
they are text. Nor is a promise to make a call one.

## Thoughts

Calls inside a closed block of reasoning are thoughts. They are not made; those that the reply does not make after it
are noted with name and arguments. A closing mark hides nothing by itself: text before one that nothing opened is
reasoning only where the prompt opened the block, or where the prompt is not known and no call stands in the text. A mark
inside a call's argument closes nothing. In a block that the model never closed although its reply is over, a call with
its family's markers, or another's, is a call.

## Notes

| note | says | counted as |
| --- | --- | --- |
| \`unread-call\`, \`malformed-call\` | looks like a call, or stands in a call's place, and was not read | not read |
| \`repaired-call\`, \`malformed-argument\` | was read after repair, or without a part of it | repaired |
| \`other-format\` | was read, in a form that the family does not write | other format |
| \`call-in-thought\` | in a thought, whole or cut off, and not made (\`calls\` has them) | in a thought |
| \`cut-off-call\`, \`stopped-inside-call\` | the reply ended inside it | cut off |
| \`unopened-thought\` | a closing mark that nothing opened, after a call | |

\`unreadCalls(parsed, tools)\` gives the third column for a reply, with the tool and an excerpt. Reading takes time in
proportion to the reply: after 100 calls, and 200 places that look like calls and are none (the family's own are counted
apart from all others), the rest is only searched for notes. That search looks at 2,000 places of each tool, and where it
gives up, this is a note on the tool. What only looks like a call is noted in closed thoughts as it is in content.

## Formats

${formatTable().join('\n')}

For a template that no format reads, the markers around the JSON of its call are found out by rendering one
(\`derived\`); where that fails too, replies are read as generic JSON, and the run says so.

## How well replies are read

Cases from the tests of llama.cpp, vLLM and SGLang that match in full: calls, content and reasoning
(\`test/toolcalls/cases\`, with their NOTICE).

${rates().join('\n')}

Three cases are read otherwise on purpose: upstream drops the call of a tool that was not offered (InternLM 2), of a
built-in tool (gpt-oss), and of a call whose id has no index (Kimi K2). All 86 replies of
\`test/toolcalls/cases/reports.jsonl\`, written after public reports of calls that readers missed, are read.

## Templates

All ${templateNames().length} chat templates that llama.cpp ships render a system message, a question, a call, its result and the next
question with every word and tool in the prompt. What a template does not understand it is given in another form; offering
tools as text and moving the system message are warnings of the run.

${templateTable().join('\n')}

Variables of a template are set with \`--template-arg enable_thinking=false\`.

A model whose template puts a thought before a call (\`thought\` above) is scored after a thought without words: what
probability it then gives to each tool. What its thoughts do is in the sampled replies alone, so that its verdict is never
clean; with the variable named there it does not think, and that is what is tested and bounded.

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
