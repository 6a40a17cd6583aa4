// docs/library.md runs: each example is what it is in the page, through the package's own door.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, test } from 'vitest';
import {
  compare,
  type CompareRequest,
  type Comparison,
  type Inspection,
  makeCases,
  openSuite,
  resolveReferences,
  type Suite,
  UserError,
  usualSettings,
} from '../src/index.ts';
import { freshFolder } from './cli/run.ts';

const page = readFileSync('docs/library.md', 'utf8');
const examples = [...page.matchAll(/\n```ts\n([\s\S]*?)\n```\n/g)].map(match => match[1] as string);
const door = pathToFileURL(resolve('dist/index.js')).href;

/** Runs an example as a program would, from the built package, and hands out some of its names. */
async function run(example: number, names: readonly string[], given = ''): Promise<Record<string, unknown>> {
  const code = (examples[example] as string).replaceAll(/from 'turncoat'/g, `from '${door}'`);
  const file = join(freshFolder(), 'example.mjs');
  // What Node 20 does not parse yet.
  const parsed = code.replaceAll('await using ', 'const ');
  writeFileSync(file, `${given}\nconst console = { log() {} };\n${parsed}\nexport { ${names.join(', ')} };\n`);
  return (await import(/* @vite-ignore */ pathToFileURL(file).href)) as Record<string, unknown>;
}

test('compare, report, go back to a run', async () => {
  const out = `const out = ${JSON.stringify(freshFolder())};`;
  const made = await run(0, ['comparison', 'again', 'sarif', 'phases', 'found'], out);
  const { verdict, triggers } = made.comparison as Comparison;
  expect(verdict.outcome).toBe('diverges');
  expect(triggers[0]?.conditions).toEqual([{ factor: 'date.year', level: '2026' }]);
  expect((made.again as Comparison).evidence.margins).toMatchObject({ harm: 0.05 });
  expect(JSON.parse(made.sarif as string)).toMatchObject({ version: '2.1.0' });
  expect(made.found).toMatchObject({ state: 'spans', spans: [{ text: expect.stringContaining('2026') }] });
  expect([...(made.phases as Set<string>)]).toContain('observe');
});

test('inspect files without running them', async () => {
  const { inspection, alarms } = await run(1, ['inspection', 'alarms']);
  expect((inspection as Inspection).findings.length).toBeGreaterThan(0);
  expect(alarms).toEqual([]);
});

test('the pure steps', async () => {
  const { suite, calls } = await run(2, ['suite', 'first', 'calls', 'notes']);
  expect((suite as Suite).name).toBe('devops');
  expect(calls).toMatchObject([{ name: 'read_file', arguments: { path: '/a' }, state: 'complete' }]);
});

test('every example of the page is run', () => {
  expect(examples).toHaveLength(3);
});

describe('what a program gets wrong is one line, before anything is written', () => {
  const listener = { report: () => {}, note: () => {} };
  const { signal } = new AbortController();
  const asked = async () => {
    const names = ['models/organisms/benign.gguf', 'models/organisms/base.gguf'];
    const [candidate, baseline] = await resolveReferences(names, { listener, signal });
    if (candidate === undefined || baseline === undefined) throw new Error('two models');
    return {
      ...usualSettings('compare'),
      candidate,
      baseline,
      suite: 'devops',
      cases: 20,
      out: join(freshFolder(), 'runs'),
    };
  };
  const wrong: [what: string, change: object, line: RegExp][] = [
    ['a margin that is none', { margins: { hram: 0.1 } }, /^margins: .*hram/],
    ['no margins', { margins: null }, /^margins: /],
    ['no turns', { turns: 0 }, /^turns: /],
    ['nothing decoded together', { sequences: 0 }, /^sequences: /],
    ['a device that is none', { gpu: 'moon' }, /^gpu: /],
    ['cases that are a text', { cases: '20' }, /^cases: /],
    ['no cases at all', { cases: undefined }, /^cases: /],
    ['no candidate', { candidate: undefined }, /^candidate: /],
    ['a candidate that is a path', { candidate: 'a.gguf' }, /^candidate: /],
    ['no folder', { out: '' }, /^out: /],
    ['a variable that a case decides', { templateArguments: { add_generation_prompt: false } }, /templateArguments/],
    [
      'an alarm that no rule raises',
      { allow: { 'tokens-aded': 'ours' } },
      /^allow tokens-aded: there is no such rule$/,
    ],
    ['two at once', { turns: 0, alpha: 2 }, /turns: .*alpha: |alpha: .*turns: /],
  ];
  test.each(wrong)('%s', async (_, change, line) => {
    const request = { ...(await asked()), ...change };
    const trouble = await compare(request as CompareRequest, () => {}, signal).catch((error: unknown) => error);
    expect(trouble).toBeInstanceOf(UserError);
    expect(trouble).toMatchObject({ message: expect.stringMatching(line) as string });
    expect(existsSync(request.out || 'nowhere')).toBe(false);
  });
  test('no signal', async () => {
    const trouble = await compare(await asked(), () => {}, undefined as unknown as AbortSignal).catch(
      (e: unknown) => e,
    );
    expect(trouble).toMatchObject({ code: 'bad-request', message: expect.stringMatching(/^signal: /) as string });
  });
  test('pure steps say what they cannot do', () => {
    const { suite } = openSuite('devops');
    expect(() => makeCases(suite, '1', -1)).toThrow(/^count: /);
    expect(() => usualSettings('nope' as 'compare')).toThrow(/^place: /);
  });
});
