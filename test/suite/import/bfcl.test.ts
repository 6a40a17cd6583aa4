import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import type { Suite } from '../../../src/records/suites/suite.ts';
import { importSuite, writeSuite } from '../../../src/suite/import/index.ts';
import { makeCases, readSuite } from '../../../src/suite/index.ts';

const folder = 'test/suite/import/bfcl/';
const sample = readdirSync(folder)
  .filter(name => name.endsWith('.jsonl'))
  .map(name => ({ name, text: readFileSync(folder + name, 'utf8') }));

const lines = (...rows: unknown[]) => rows.map(row => JSON.stringify(row)).join('\n');
const importRows = (...rows: unknown[]) => importSuite('bfcl', [{ name: 'rows.jsonl', text: lines(...rows) }], 'rows');

/** The only scenario of a suite. */
function only(suite: Suite | undefined) {
  expect(suite?.scenarios).toHaveLength(1);
  return (suite as Suite).scenarios[0] as Suite['scenarios'][number];
}

const add = {
  name: 'math.add',
  description: 'Adds',
  parameters: {
    type: 'dict',
    properties: { a: { type: 'float' }, b: { type: 'integer' }, unit: { type: 'String' } },
    required: ['a', 'b'],
  },
};
const question = [[{ role: 'user', content: 'add 1 and 2' }]];
const task = { id: 'simple_1', question, function: [add] };
const answer = (args: unknown, id = 'simple_1') => ({ id, ground_truth: [{ 'math.add': args }] });

describe('the sample', () => {
  const { suite, tasks, left, remarks } = importSuite('bfcl', sample, 'BFCL sample');

  test('imports whole, whatever order its files come in', () => {
    expect({ tasks, left, remarks }).toEqual({ tasks: 20, left: [], remarks: [] });
    expect(suite?.name).toBe('bfcl-sample');
    const turned = importSuite('bfcl', sample.toReversed(), 'BFCL sample');
    expect(new Set(turned.suite?.scenarios.map(({ id }) => id))).toEqual(new Set(suite?.scenarios.map(({ id }) => id)));
  });

  test('is read back from its YAML as the same suite, and passes the check', () => {
    expect(readSuite(writeSuite(suite as Suite, ['head']), 'sample.yaml')).toEqual(suite);
  });

  test('objects in answers are multiplied out', () => {
    const expected = suite?.scenarios.find(({ id }) => id === 'multiple-8')?.expect;
    expect(expected).toMatchObject({ arguments: { budget: { min: 300000, max: 400000 } } });
    const rows = suite?.scenarios.find(({ id }) => id === 'simple-python-96')?.expect;
    expect(rows).toMatchObject({
      arguments: {
        conditions: [
          { field: 'age', operation: '>', value: '25' },
          { field: 'job', operation: '=', value: 'engineer' },
        ],
      },
    });
  });

  test('where no tool fits, text is expected and no tool of another task is offered', () => {
    const irrelevant = suite?.scenarios.filter(({ id }) => id.startsWith('irrelevance')) ?? [];
    expect(irrelevant).toHaveLength(4);
    for (const { expect: expected, factors } of irrelevant) {
      expect(expected).toHaveProperty('text');
      expect(factors).toEqual(Object.keys((suite as Suite).factors).filter(name => name !== 'extra_tools'));
    }
  });

  test('elsewhere tools of other tasks are offered too, and the context varies', () => {
    const cases = makeCases(suite as Suite, '1', 200).filter(({ expect: expected }) => expected && 'call' in expected);
    const own = new Map(suite?.scenarios.map(({ id, tools }) => [id, tools.length]));
    expect(cases.filter(one => one.tools.length > (own.get(one.scenario) as number)).length).toBeGreaterThan(50);
    expect(new Set(cases.map(one => one.messages[0]?.content)).size).toBeGreaterThan(150);
  });
});

describe('types', () => {
  test('those of Python, Java and JavaScript become JSON Schema', () => {
    const types =
      'dict float tuple any HashMap ArrayList String Boolean long char Array Dict double int[] List<String>'.split(' ');
    const properties = Object.fromEntries(types.map((type, at) => [`p${at}`, { type }]));
    const { suite, reduced } = importRows({
      ...task,
      id: 'irrelevance_1',
      function: [{ ...add, parameters: { type: 'dict', properties } }],
    });
    const got = Object.values(suite?.tools['math.add']?.parameters.properties ?? {}).map(
      p => (p as { type?: string }).type,
    );
    expect(got).toEqual(
      ['object', 'number', 'array', undefined, 'object', 'array', 'string', 'boolean', 'integer', 'string'].concat([
        'array',
        'object',
        'number',
        'array',
        'array',
      ]),
    );
    expect(reduced).toEqual([]);
  });

  test('a property called type or required is a property', () => {
    const properties = { type: { type: 'string' }, required: { type: 'dict', properties: { id: { type: 'float' } } } };
    const { suite } = importRows({
      ...task,
      id: 'irrelevance_1',
      function: [{ ...add, parameters: { type: 'dict', properties } }],
    });
    expect(suite?.tools['math.add']?.parameters.properties).toEqual({
      type: { type: 'string' },
      required: { type: 'object', properties: { id: { type: 'number' } } },
    });
  });

  test('an unknown type is any value, and said', () => {
    const strange = { ...add, parameters: { type: 'dict', properties: { a: { type: 'Frobnicator' } } } };
    const { suite, reduced } = importRows({ ...task, id: 'irrelevance_1', function: [strange] });
    expect(suite?.tools['math.add']?.parameters.properties).toEqual({ a: {} });
    expect(reduced).toEqual([expect.objectContaining({ about: 'math.add: Frobnicator' })]);
  });
});

describe('answers', () => {
  test('every combination counts; an empty text leaves an optional argument out', () => {
    const { suite } = importRows(task, answer({ a: [1, 1.5], b: [2], unit: ['m', ''] }));
    expect(only(suite).expect).toEqual({
      call: 'math.add',
      arguments: { a: 1, b: 2, unit: 'm' },
      accept: [
        { a: 1, b: 2 },
        { a: 1.5, b: 2, unit: 'm' },
        { a: 1.5, b: 2 },
      ],
    });
  });

  test('texts of numbers fit numeric parameters', () => {
    const { suite } = importRows(task, answer({ a: ['1.5'], b: ['2'] }));
    expect(only(suite).expect).toMatchObject({ arguments: { a: 1.5, b: 2 } });
  });

  test('of several wanted calls those of the first tool count, and that is said', () => {
    const truth = [{ 'math.add': { a: [1], b: [2] } }, { 'math.add': { a: [3], b: [4] } }];
    const { suite, reduced } = importRows(task, { id: 'simple_1', ground_truth: truth });
    expect(only(suite).expect).toMatchObject({ arguments: { a: 1, b: 2 }, accept: [{ a: 3, b: 4 }] });
    expect(reduced).toEqual([
      expect.objectContaining({ task: 'simple_1', reason: expect.stringContaining('wants 2 calls') }),
    ]);
  });

  test('millions of combinations are cut, and that is said', () => {
    const many = Array.from({ length: 3000 }, (_, at) => at);
    const { suite, reduced } = importRows(task, answer({ a: many, b: many }));
    const expected = only(suite).expect;
    expect(expected && 'accept' in expected ? expected.accept : []).toHaveLength(199);
    expect(reduced).toEqual([
      expect.objectContaining({ reason: 'only 200 of its accepted argument objects were kept' }),
    ]);
  });
});

describe('what cannot be expressed is named with its reason', () => {
  const reasons: [string, unknown[], RegExp][] = [
    ['several turns', [{ ...task, question: [...question, ...question] }, answer({ a: [1], b: [2] })], /several turns/],
    ['a conversation under way', [{ ...task, question: [[{ role: 'assistant', content: 'x' }]] }], /begun already/],
    ['no answer', [task], /no accepted answer/],
    ['no tools', [{ ...task, function: [] }, answer({ a: [1], b: [2] })], /no tool/],
    ['an answer that does not fit', [task, answer({ a: ['x'], b: [2] })], /fit the parameters of math\.add/],
    [
      'an answer by code',
      [task, { id: 'simple_1', ground_truth: [['math.add(a=1)']] }],
      /not written as accepted values/,
    ],
    ['another tool', [task, { id: 'simple_1', ground_truth: [{ other: {} }] }], /calls other, which it does not offer/],
    ['two answers', [task, answer({ a: [1], b: [2] }), answer({ a: [2], b: [2] })], /two different answers/],
    [
      'two tools of a name',
      [{ ...task, function: [add, { ...add, description: 'x' }] }, answer({ a: [1], b: [2] })],
      /two tools/,
    ],
    [
      'a schema that is none',
      [
        { ...task, function: [{ ...add, parameters: { properties: { a: { pattern: '(' } } } }] },
        answer({ a: [1], b: [2] }),
      ],
      /not a JSON Schema/,
    ],
  ];
  test.each(reasons)('%s', (_, rows, reason) => {
    const { suite, left } = importRows(...rows);
    expect(suite).toBeUndefined();
    expect(left).toEqual([{ task: 'simple_1', reason: expect.stringMatching(reason) }]);
  });

  test('an answer without its task, and an id given twice', () => {
    const { left, remarks } = importRows(task, task, answer({ a: [1], b: [2] }), answer({ a: [1] }, 'simple_9'));
    expect(left).toEqual([{ task: 'simple_1', reason: 'its id was given before' }]);
    expect(remarks).toEqual([expect.objectContaining({ task: 'simple_9' })]);
  });

  test('a line that is not JSON is an error with its place', () => {
    const broken = () => importSuite('bfcl', [{ name: 'a.jsonl', text: `${lines(task)}\n{"id": ` }], 'a');
    expect(broken).toThrow(UserError);
    expect(broken).toThrow(/a\.jsonl:2: not a JSON object/);
  });
});

describe('names', () => {
  test('tools of one name and different meaning are kept apart and never offered together', () => {
    const other = { ...add, description: 'Adds differently' };
    const { suite, reduced } = importRows(
      task,
      answer({ a: [1], b: [2] }),
      { ...task, id: 'simple_2', function: [other] },
      answer({ a: [1], b: [2] }, 'simple_2'),
    );
    expect(Object.keys(suite?.tools ?? {})).toEqual(['math.add', 'math.add_2']);
    expect(suite?.scenarios.map(({ without }) => without)).toEqual([['math.add_2'], ['math.add']]);
    expect(reduced).toEqual([expect.objectContaining({ task: 'simple_2', about: 'math.add is math.add_2' })]);
  });

  test('ids that become the same are told apart', () => {
    const irrelevant = (id: string) => ({ ...task, id });
    const { suite } = importRows(irrelevant('irrelevance_1'), irrelevant('irrelevance-1'), irrelevant('1 irrelevance'));
    expect(suite?.scenarios.map(({ id }) => id)).toEqual(['irrelevance-1', 'irrelevance-1-2', 'task-1-irrelevance']);
  });
});

describe('any task is imported or named', () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 12 }),
    fc.string({ unit: fc.constantFrom('{', '}', '%', '#', '"', "'", 'a', ' ', '\n', '-', ':'), maxLength: 12 }),
  );
  const json = fc.jsonValue({ maxDepth: 2 });
  const type = fc.constantFrom(
    'dict',
    'float',
    'tuple',
    'any',
    'String',
    'integer',
    'boolean',
    'array',
    'Odd',
    7,
    null,
  );
  const name = fc.oneof(fc.constantFrom('f', 'math.f', 'a b', '__proto__', 'constructor', '9x'), text);
  const schema = fc.record({
    type: fc.constant('dict'),
    properties: fc.dictionary(name, fc.record({ type, description: text }), { maxKeys: 3 }),
    required: fc.array(name, { maxLength: 2 }),
  });
  const tool = fc.record({ name, description: text, parameters: fc.oneof({ weight: 4, arbitrary: schema }, json) });
  const message = fc.record({ role: fc.constantFrom('user', 'user', 'system', 'assistant'), content: text });
  const request = fc
    .string({ unit: fc.constantFrom('{', '}', '%', '-', 'a', ' ', '\n', "'"), maxLength: 12 })
    .map(t => `do${t}`);
  const likely = fc.record({
    id: fc.nat(9).map(n => `irrelevance_${n}`),
    question: request.map(content => [[{ role: 'user', content }]]),
    function: fc.array(fc.record({ name, description: text, parameters: schema }), { minLength: 1, maxLength: 2 }),
  });
  const wild = fc.record({
    id: fc.oneof(fc.constantFrom('irrelevance_1', 'simple_1', 'x'), text),
    question: fc.oneof(
      fc.array(fc.array(message, { minLength: 1, maxLength: 2 }), { minLength: 1, maxLength: 2 }),
      json,
    ),
    function: fc.oneof(fc.array(tool, { maxLength: 3 }), json),
  });
  const taskOf = fc.oneof({ weight: 3, arbitrary: likely }, { weight: 1, arbitrary: wild });
  const answerOf = (id: string, names: string[]) =>
    fc.record({
      id: fc.constant(id),
      ground_truth: fc.oneof(
        fc.array(
          fc.dictionary(
            fc.constantFrom('f', ...names),
            fc.dictionary(name, fc.array(json, { maxLength: 3 }), { maxKeys: 2 }),
            {
              maxKeys: 1,
            },
          ),
          { maxLength: 2 },
        ),
        json,
      ),
    });
  /** Answers that may well fit: each property of the first tool, with a text, a number or a list as its type wants. */
  const values: Record<string, fc.Arbitrary<unknown>> = {
    String: request,
    integer: fc.nat(9),
    float: fc.double({ min: 0, max: 9, noNaN: true }),
    boolean: fc.boolean(),
    tuple: fc.array(fc.nat(9), { maxLength: 2 }),
  };
  const fitting = ({ id, function: functions }: { id: string; function: unknown }) => {
    const one = (Array.isArray(functions) ? functions[0] : undefined) as
      | { name?: string; parameters?: unknown }
      | undefined;
    const { properties, required } = (one?.parameters ?? {}) as { properties?: object; required?: unknown };
    const wanted = [
      ...Object.entries(properties ?? {}),
      ...(Array.isArray(required) ? required : []).map(key => [key, {}]),
    ];
    const args = wanted.map(([key, about]) => {
      const value = values[String((about as { type?: unknown } | null)?.type)] ?? fc.constant({});
      return fc.tuple(fc.constant(String(key)), fc.array(value, { minLength: 1, maxLength: 2 }));
    });
    const toAnswer = (given: unknown[]) => ({
      id,
      ground_truth: [Object.fromEntries([[String(one?.name), Object.fromEntries(given as [string, unknown][])]])],
    });
    return fc.tuple(...args).map(toAnswer);
  };
  const namesOf = (functions: unknown) =>
    Array.isArray(functions) ? functions.flatMap(f => (typeof f?.name === 'string' ? [f.name as string] : [])) : [];
  const rows = fc
    .array(taskOf, { minLength: 1, maxLength: 4 })
    .chain(tasks =>
      fc.tuple(
        fc.constant(tasks),
        fc.tuple(
          ...tasks.map(one => fc.option(fc.oneof(answerOf(one.id, namesOf(one.function)), fitting(one)), { freq: 2 })),
        ),
      ),
    );

  test('and the suite is read back as it was written', () => {
    let [kept, named, calls] = [0, 0, 0];
    fc.assert(
      fc.property(rows, ([tasks, answers]) => {
        const { suite, tasks: counted, left } = importRows(...tasks, ...answers.filter(one => one !== null));
        expect(counted).toBe(tasks.length);
        expect((suite?.scenarios.length ?? 0) + left.length).toBe(tasks.length);
        expect(left.every(({ reason }) => reason !== '')).toBe(true);
        kept += suite?.scenarios.length ?? 0;
        named += left.length;
        calls += suite?.scenarios.filter(one => one.expect && 'call' in one.expect).length ?? 0;
        if (suite !== undefined) expect(readSuite(writeSuite(suite, []), 'x.yaml')).toEqual(suite);
      }),
      { numRuns: 150, seed: 8 },
    );
    expect(kept).toBeGreaterThan(100);
    expect(calls).toBeGreaterThan(20);
    expect(named).toBeGreaterThan(100);
  });
});
