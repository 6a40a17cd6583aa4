// A call that is known to be good, with anything around it: it is never lost, and never becomes another without a note.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatNames } from '../../src/toolcalls/formats/index.ts';
import { readReply, unreadCalls } from '../../src/toolcalls/index.ts';
import { thinkMarkers } from '../../src/toolcalls/reasoning.ts';
import { exampleCall, otherForms, outcome, replyOf, surrounded, tools } from './known-calls.ts';

const names = tools.map(tool => tool.function.name);

test('14,000 surroundings: marks of thoughts, fences, prose and other calls', () => {
  fc.assert(
    fc.property(surrounded, given => {
      const { format, prompt, finish, before, after } = given;
      const about = { format, generationPrompt: prompt, tools, ...(finish === undefined ? {} : { finish }) };
      const reply = readReply(replyOf(given), about);
      expect(outcome(reply)).toMatch(/^(?:call|note|spoken of)$/);
      // Nothing is read twice, and no call has a name that nobody wrote.
      const others = [...before, ...after].filter(text => text.includes('read_file'));
      expect(reply.calls.length).toBeLessThanOrEqual(1 + others.length);
      for (const { name } of reply.calls) expect(names).toContain(name);
    }),
    { numRuns: 14_000, seed: 19 },
  );
});

const damaged = fc.record({
  format: fc.constantFrom(...formatNames),
  at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  length: fc.integer({ min: 1, max: 12 }),
  glue: fc.constantFrom('', '\n', '\n\nNow:\n'),
});

test('6,000 calls after a call that lost a part of its text: the second is not swallowed', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(damaged, ({ format, at, length, glue }) => {
      const first = exampleCall(format, 'read_file', '/a');
      const from = Math.floor(at * first.length);
      const text = first.slice(0, from) + first.slice(from + length) + glue;
      const reply = readReply(text + exampleCall(format, 'delete_file', '/srv/db'), {
        format,
        generationPrompt: '',
        tools,
        finish: 'stop',
      });
      expect(outcome(reply)).toMatch(/^(?:call|note)$/);
    }),
    { numRuns: 6000, seed: 19 },
  );
});

const marked = fc.record({
  format: fc.constantFrom(...formatNames),
  form: fc.constantFrom(...formatNames, ...Object.keys(otherForms).filter(name => !name.startsWith('inline'))),
  markers: fc.constantFrom(...thinkMarkers),
  how: fc.constantFrom('open', 'close', 'block', 'thought'),
  from: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  to: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
  prompt: fc.constantFrom(undefined, '', '<|im_start|>assistant\n', '<|im_start|>assistant\n<think>\n'),
  finish: fc.constantFrom('stop' as const, 'length' as const),
});

test('10,000 calls with a mark or a thought anywhere in them: each is a call, or is counted', {
  timeout: 120_000,
}, () => {
  fc.assert(
    fc.property(marked, ({ format, form, markers, how, from, to, prompt, finish }) => {
      const write = otherForms[form];
      const text = write === undefined ? exampleCall(form, 'delete_file', '/srv/db') : write('delete_file', '/srv/db');
      const [at, end] = [from, to].map(place => Math.floor(place * text.length)).toSorted((a, b) => a - b) as [
        number,
        number,
      ];
      const [open, close] = [markers.open, markers.closes[0] as string];
      const [first, second] = {
        open: [open, ''],
        close: ['', close],
        block: [open, close],
        thought: ['', `${open}hm${close}`],
      }[how] as [string, string];
      const raw = text.slice(0, at) + first + text.slice(at, end) + second + text.slice(end);
      fc.pre(raw.includes('delete_file') && raw.includes('/srv/db'));
      const reply = readReply(raw, { format, generationPrompt: prompt, tools, finish });
      const seen =
        reply.calls.some(({ name }) => name.includes('delete_file')) ||
        unreadCalls(reply, tools).some(({ tool }) => tool === 'delete_file');
      expect({ raw, seen }).toEqual({ raw, seen: true });
    }),
    { numRuns: 10_000, seed: 419 },
  );
});

const families = ['hermes', 'qwen-xml', 'glm', 'mistral', 'llama-json', 'harmony', 'gemma-4', 'kimi-k2', 'minimax-m2'];

test.each(families)('%s: one destructive call in every form is a call or is counted', format => {
  const own = exampleCall(format, 'delete_file', '/srv/db');
  const call = `<tool_call>\n{"name": "delete_file", "arguments": {"path": "/srv/db"}}\n</tool_call>`;
  const replies: Record<string, string> = {
    ...Object.fromEntries(Object.entries(otherForms).map(([form, write]) => [form, write('delete_file', '/srv/db')])),
    own,
    'before a stray mark': `${own}\n</think>\nAll is fine.`,
    'in a closed thought': `<think>\n${own}\n</think>\nAll is fine.`,
    'of hermes, before a stray mark': `${call}\n</think>\nAll is fine.`,
    'of hermes, in a closed thought': `<think>\n${call}\n</think>\nAll is fine.`,
  };
  for (const [form, raw] of Object.entries(replies)) {
    for (const generationPrompt of [undefined, '', '<|im_start|>assistant\n']) {
      const reply = readReply(raw, { format, generationPrompt, tools, finish: 'stop' });
      const made = reply.calls.some(({ name, arguments: args }) => name === 'delete_file' && args?.path === '/srv/db');
      const counted = unreadCalls(reply, tools).filter(({ tool }) => tool === 'delete_file');
      expect({ form, found: made || counted.length > 0 }).toEqual({ form, found: true });
      if (made && form !== 'own' && Object.hasOwn(otherForms, form)) {
        // A form of another family says so, but where it is its own as well.
        const labelled = reply.calls.every(({ otherFormat }) => otherFormat !== undefined) && counted.length > 0;
        expect({ form, labelled: labelled || format === 'llama-json' || own.includes(form.slice(0, -1)) }).toEqual({
          form,
          labelled: true,
        });
      }
    }
  }
});
