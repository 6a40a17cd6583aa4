// Hostile replies are read in time in proportion to their length: a second look at the same text would never end here.
import { expect, test } from 'vitest';
import { readReply } from '../../src/toolcalls/index.ts';
import { hostileReplies } from './hostile.ts';
import { tools } from './known-calls.ts';

const formats = [
  'hermes',
  'qwen-xml',
  'glm',
  'llama-json',
  'harmony',
  'kimi-k2',
  'kimi-k3',
  'minimax-m3',
  'gemma-4',
  'functionary',
];

/** Half of the formats for each reply, in turn: after its own, each of them reads a reply with all others too. */
const halfOf = (kind: string): string[] => {
  const turn = Object.keys(hostileReplies).indexOf(kind) % 2;
  return formats.filter((format, at) => format === 'hermes' || at % 2 === turn);
};

test.each(Object.entries(hostileReplies))('%s', { timeout: 60_000 }, (kind, raw) => {
  for (const format of halfOf(kind)) {
    for (const generationPrompt of format === 'hermes' ? [undefined, '<think>\n'] : ['']) {
      const reply = readReply(raw, { format, generationPrompt, tools, finish: 'stop' });
      expect(reply.notes.length).toBeLessThan(1000);
      expect(reply.calls.length).toBeLessThan(10_000);
      for (const { name } of reply.calls) expect(name.trim()).not.toBe('');
    }
  }
});
