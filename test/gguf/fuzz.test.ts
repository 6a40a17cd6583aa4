// A little of scripts/validate/fuzz.mjs, with its seed: whatever a file holds, it is inspected or refused in one clear line, and
// llama.cpp takes, refuses or dies of it in a process that reaches nothing.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { TemplateReaders } from '../../src/app/inspect/readers.ts';
import { LlamaEngine } from '../../src/engines/llama.ts';
import { SupervisedEngine } from '../../src/engines/supervised.ts';
import { UserError } from '../../src/errors.ts';
import { inspect, readModelFile } from '../../src/gguf/index.ts';
import { createRandom } from '../../src/statistics/index.ts';
import { freshFolder, organism } from '../cli/run.ts';
import { changeNames, mutate } from './mutations.ts';

const right = readFileSync(organism('base'));
const folder = freshFolder();
const path = join(folder, 'model.gguf');
const never = new AbortController().signal;
const readers = new TemplateReaders();
afterAll(() => readers[Symbol.asyncDispose]());

const written = (index: number): readonly string[] => {
  const { bytes, done } = mutate(right, createRandom(`fuzz/${index}`));
  writeFileSync(path, bytes);
  return done;
};

test('a seed gives the same file again, and all kinds of changes are made', () => {
  const kinds = new Set<string>();
  for (let index = 0; index < 300; index++) {
    const [one, again] = [0, 1].map(() => mutate(right, createRandom(index)));
    expect(one?.bytes.equals(again?.bytes as Buffer)).toBe(true);
    for (const kind of one?.done ?? []) kinds.add(kind);
  }
  expect([...kinds].toSorted()).toEqual([...changeNames].toSorted());
});

test('80 files are inspected, or refused in one clear line', async () => {
  const options = { renderer: readers.own, weights: true, brokenTemplates: 'report', signal: never } as const;
  const outcomes = { inspected: 0, refused: 0 };
  for (let index = 0; index < 80; index++) {
    const done = written(index);
    try {
      const { findings } = await inspect(await readModelFile(path), undefined, options);
      for (const { detail } of findings) expect(detail.length).toBeLessThan(20_000);
      outcomes.inspected++;
    } catch (error) {
      expect([index, done, error]).toEqual([index, done, expect.any(UserError)]);
      const { message, hint } = error as UserError;
      // One line, in which no terminal obeys.
      expect([message, hint].join()).toMatch(/^[^\u0000-\u001f\u007f-\u009f]+$/);
      outcomes.refused++;
    }
  }
  expect(Math.min(outcomes.inspected, outcomes.refused)).toBeGreaterThan(10);
});

test('12 files are loaded as they are, and every end is a known one', async () => {
  const ends: string[] = [];
  for (let index = 0; index < 12; index++) {
    written(index * 5);
    const open = async (signal: AbortSignal) => {
      const request = { path, gpu: 'off', threads: 1, sequences: 1, contextTokens: 128 } as const;
      const engine = await LlamaEngine.load(request, signal);
      await engine.openContext(128, signal).catch(async (error: unknown) => {
        await engine[Symbol.asyncDispose]();
        throw error;
      });
      return engine;
    };
    try {
      await using engine = await SupervisedEngine.open({ open, note: () => {}, stallMs: 20_000 }, never);
      ends.push(engine.facts.device);
    } catch (error) {
      expect(error).toBeInstanceOf(UserError);
      ends.push((error as UserError).code);
    }
  }
  for (const end of ends)
    expect(['cpu', 'model-not-loaded', 'model-process-died', 'model-stalled', 'model-open-context-failed']).toContain(
      end,
    );
  expect(readdirSync(folder)).toEqual(['model.gguf']);
});
