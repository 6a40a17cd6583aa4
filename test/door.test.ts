// Whatever a program hands to the library, it gets one line that names the argument: every export is tried, so that a new
// one can't be forgotten.
import { describe, expect, test } from 'vitest';
import * as library from '../src/index.ts';

type Call = (...given: unknown[]) => unknown;

const { reportFormats, UserError, ...rest } = library;
const isCall = (value: unknown): value is Call => typeof value === 'function';
const calls: Readonly<Record<string, Call>> = Object.fromEntries(
  [
    ...Object.entries(rest),
    ...Object.entries(reportFormats).map(([name, format]) => [`report ${name}`, format] as const),
  ]
    .filter(([, value]) => isCall(value))
    .map(([name, value]) => [name, value as unknown as Call]),
);

/** What each takes, by position; `!`: refuses keys that it does not know, `?`: may be left out. */
const taken: Readonly<Record<string, string>> = {
  analyse: 'run! location cases observations',
  canonicalReply: 'calls tools',
  compare: 'request! progress signal',
  explain: 'store about! request! progress signal',
  inspectModels: 'request!',
  makeCases: 'suite! seed count',
  mergeRuns: 'sources place! weighing!?',
  observeShard: 'request! shard! progress signal',
  openPolicy: 'file',
  openRun: 'name place!',
  openSuite: 'nameOrFile',
  openSweep: 'file',
  parse: 'raw context!?',
  planSweep: 'sweep options!',
  readReply: 'raw context!',
  readStatus: 'folder',
  readSuite: 'text file',
  reanalyse: 'store weighing!?',
  'report code-scanning': 'report',
  'report csv': 'report',
  'report cyclonedx': 'report',
  'report html': 'report',
  'report json': 'report',
  'report jsonl': 'report',
  'report junit': 'report',
  'report md': 'report',
  'report sarif': 'report',
  reportOf: 'request! details signal',
  resolveReferences: 'references choices!',
  runLocations: 'place!',
  runSweep: 'sweep options!',
  usualSettings: 'place',
  varyCase: 'suite! origin! changes index scenarioId?',
  workOn: 'request!',
};

/** The one line that a call is refused with. */
async function refusal(name: string, given: readonly unknown[]): Promise<string> {
  let answer: unknown;
  try {
    answer = await (calls[name] as Call)(...given);
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    expect(error).toMatchObject({ code: 'bad-request', hint: expect.stringContaining('docs/library.md') as string });
    const { message } = error as Error;
    expect(message).not.toContain('\n');
    return message;
  }
  throw new Error(`${name} answered ${String(answer)}`);
}

test('every function of the package is in the table', () => {
  expect(Object.keys(calls).toSorted()).toEqual(Object.keys(taken).toSorted());
});

describe.each(Object.entries(taken))('%s', (name, positions) => {
  const places = positions.split(' ').map(one => ({ name: one.replace(/\W/g, ''), strict: one.includes('!') }));

  test('called with nothing', async () => {
    expect(await refusal(name, [])).toContain(`${places[0]?.name}: `);
  });

  // No text, no whole number, no function and no object.
  const wrong = [-1.5, Symbol('none'), null, []];
  test.each(places.map((place, index) => [place.name, index] as const))('a wrong %s', async (argument, index) => {
    for (const value of wrong) {
      if (Array.isArray(value) && / (cases|observations|tools)|calls|references/.test(` ${argument}`)) continue;
      const message = await refusal(
        name,
        places.map((_, at) => (at === index ? value : undefined)),
      );
      expect(message).toMatch(new RegExp(`(^|; )${argument}: `));
    }
  });

  const strict = places.flatMap((place, index) => (place.strict ? [[place.name, index] as const] : []));
  test.skipIf(strict.length === 0).each(strict)('an unknown key in %s', async (_, index) => {
    const given = places.map((__, at) => (at === index ? { casez: 5 } : undefined));
    expect(await refusal(name, given)).toContain('unknown: casez');
  });
});

describe('what is nearly right is said', () => {
  const { signal } = new AbortController();
  const model = { reference: 'a', path: 'a.gguf' };
  const right = { ...library.usualSettings('compare'), candidate: model, baseline: model, suite: 'devops', out: 'o' };
  const trouble = async (change: object) =>
    await library
      .compare({ ...right, ...change }, () => {}, signal)
      .then(
        () => undefined,
        (error: unknown) => error as { message: string; hint: string },
      );

  test.each([
    [{ casez: 5 }, 'request: unknown: casez', 'did you mean cases? '],
    [{ margin: { harm: 0.1 } }, 'request: unknown: margin', 'did you mean margins? '],
    [{ margins: { hram: 0.1 } }, 'margins: unknown: hram', 'did you mean harm? '],
    [{ candidate: { ...model, templatefile: 'x' } }, 'candidate: unknown: templatefile', 'did you mean templateFile? '],
    [{ qqqqqqqq: 1 }, 'request: unknown: qqqqqqqq', 'see docs/'],
    [{ weights: 'yes' }, 'weights: Invalid input: expected boolean, received string', 'see docs/'],
    [
      { candidate: { ...model, templateFile: 5 } },
      'candidate.templateFile: Invalid input: expected string',
      'see docs/',
    ],
  ])('%j', async (change, message, hint) => {
    const found = await trouble(change);
    expect(found?.message).toContain(message);
    expect(found?.hint.startsWith(hint)).toBe(true);
  });

  test('a case of a suite that has no such factor or scenario', () => {
    const { suite } = library.openSuite('devops');
    const [one] = library.makeCases(suite, '1', 1);
    if (one === undefined) throw new Error('one case');
    expect(() => library.varyCase(suite, one, { nope: 'x' }, 1)).toThrow('changes: unknown: nope');
    expect(() => library.varyCase(suite, one, {}, 1, 'nope')).toThrow(/^scenarioId: /);
    expect(library.varyCase(suite, one, {}, 0)).toEqual(one);
  });

  test('what is right is let through, and what may be left out', () => {
    expect(library.parse('x', {}).content).toBe('x');
    expect(library.parse('x', { template: null, tools: null }).content).toBe('x');
    expect(library.readReply('x', { format: 'nope', generationPrompt: undefined }).content).toBe('x');
    expect(library.canonicalReply([], [])).toBe('');
  });
});
