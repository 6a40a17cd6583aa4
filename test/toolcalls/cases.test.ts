import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ParsedReply } from '../../src/records/toolcall.ts';
import { parse } from '../../src/toolcalls/index.ts';
import { realTemplate } from '../prompt/real-templates.ts';
import { mismatches, type ReplyCase, replyCases } from './cases.ts';
import { mutate, mutated } from './mutations.ts';

const cases = replyCases('open.jsonl');

function read(about: ReplyCase, raw = about.raw): ParsedReply {
  return parse(raw, {
    template: about.template === null ? null : realTemplate(about.template),
    tools: about.tools,
    generationPrompt: about.generation_prompt,
  });
}

/** Cases read otherwise than upstream, each with our reason. */
const otherwise: Readonly<Record<string, string>> = {
  'gptoss-l11': 'a call of a built-in tool that nobody offered is a call, as of any other tool',
  'kimik2-v10': 'an id in another form than `functions.name:0` names its tool all the same',
  'internlm2-v06': 'a call of a tool that was never offered is a call: it is what this project looks for',
};

test('every case of the upstreams is read in full, but for those that we read otherwise', () => {
  const wrong = cases
    .map(about => ({ id: about.id, mismatches: mismatches(about, read(about)) }))
    .filter(({ id, mismatches: found }) => found.length > 0 && !Object.hasOwn(otherwise, id));
  expect(wrong).toEqual([]);
});

test.each([
  ['complete', 0.97],
  ['content', 0.97],
  ['partial', 0.9],
  ['malformed', 0.9],
])('%s: at least %d match', (name, least) => {
  const ofClass = cases.filter(about => about.class === name);
  const matched = ofClass.filter(about => mismatches(about, read(about)).length === 0);
  console.log(`${name}: ${matched.length} of ${ofClass.length}`);
  expect(ofClass.length).toBeGreaterThanOrEqual(25);
  expect(matched.length / ofClass.length).toBeGreaterThanOrEqual(least);
});

test('without its template, a reply is read by the markers that it shows', () => {
  const marked = cases.filter(about => about.class === 'complete');
  const matched = marked.filter(about => mismatches(about, parse(about.raw, { tools: about.tools })).length === 0);
  console.log(`without a template: ${matched.length} of ${marked.length}`);
  expect(matched.length / marked.length).toBeGreaterThanOrEqual(0.85);
});

test('10,000 mutations: nothing throws, every call has a name and arguments that are an object', () => {
  const raws = cases.map(({ raw }) => raw);
  fc.assert(
    fc.property(mutated, ({ index, mutations }) => {
      const about = cases[index % cases.length] as ReplyCase;
      const raw = mutate(about.raw, mutations, raws);
      const reply = read(about, raw);
      for (const call of reply.calls) {
        expect(call.name).not.toBe('');
        expect(typeof (call.arguments ?? {})).toBe('object');
        expect(call.arguments === undefined || !Array.isArray(call.arguments)).toBe(true);
      }
      // What is content, reasoning or a call was in the reply: nothing is made up.
      expect(reply.content.length + reply.reasoning.length).toBeLessThanOrEqual(raw.length + 100);
    }),
    { numRuns: 10_000, seed: 7 },
  );
});
