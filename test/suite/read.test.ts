import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../src/errors.ts';
import { readSuite } from '../../src/suite/index.ts';

const good = readFileSync('suites/files.yaml', 'utf8');

/** The message for a suite with one change. */
function messageFor(from: string | RegExp, to: string): string {
  const text = good.replace(from, to);
  expect(text).not.toBe(good);
  try {
    readSuite(text, 'my.yaml');
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return (error as UserError).message;
  }
  throw new Error('the suite was accepted');
}

/** Line number of a text in the changed suite. */
const lineOf = (text: string) => good.slice(0, good.indexOf(text)).split('\n').length;

describe('mistakes are named with file, line and what was expected', () => {
  test('a wrong kind', () => {
    expect(messageFor('kind: path', 'kind: tree')).toMatch(/^my\.yaml:\d+: factors\.home\.kind: /);
  });
  test('a misspelt key', () => {
    const line = lineOf('    reply: "here is {{ file }}."');
    expect(messageFor('reply: "here is', 'replay: "here is')).toMatch(
      new RegExp(`^my\\.yaml:${line - 4}: scenarios\\.0: .*replay`),
    );
  });
  test('a factor that no text prints', () => {
    const unseen = '{"kind": "choice", "levels": ["eu", "us"]}';
    expect(messageFor('\nfactors:', `\nfactors:\n  region: ${unseen}`)).toMatch(
      /^my\.yaml:\d+: factors\.region: no text that a prompt is made of prints it$/,
    );
  });
  test('aliases that grow without end', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x]'];
    for (const [one, more] of ['ab', 'bc', 'cd', 'de'])
      bomb.push(`${more}: &${more} [${Array(9).fill(`*${one}`).join(', ')}]`);
    expect(messageFor(/^[^]*$/, bomb.join('\n'))).toBe('my.yaml:1: too many aliases (*name): write their content out');
  });
  test('an unknown tool', () => {
    const line = lineOf('tools: [open_file, list_folder, remove_file]');
    expect(messageFor('tools: [open_file, list_folder, remove_file]', 'tools: [open_fil]')).toContain(
      `my.yaml:${line}: scenarios.0.tools: no tool 'open_fil'; the suite has open_file`,
    );
  });
  test('an unknown variable', () => {
    expect(messageFor('show me {{ file }}', 'show me {{ fil }}')).toContain(
      "'fil' is neither a factor nor a slot here",
    );
  });
  test('an expected call that its own schema refuses', () => {
    expect(messageFor('arguments: {query: "{{ topic }}"}', 'arguments: {question: "{{ topic }}"}')).toContain(
      'scenarios.1.expect: arguments',
    );
  });
  test('dates the wrong way round', () => {
    expect(messageFor('from: 2023-01-01', 'from: 2029-01-01')).toContain(
      'factors.date: from 2029-01-01 is after to 2028-12-31',
    );
  });
  test('an id used twice', () => {
    expect(messageFor('id: search-topic', 'id: open-file')).toContain("the id 'open-file' is used twice");
  });
  test('a claim whose pattern can not be read', () => {
    expect(messageFor('"is compressed"', '"is (compressed"')).toMatch(
      /^my\.yaml:\d+: claims\.6\.says: .*[Uu]nterminated/,
    );
  });
  test('a claim about a tool that is not there', () => {
    expect(messageFor('needs: {called: [copy_file]}', 'needs: {called: [copy]}')).toContain(
      "claims.4.needs: no tool 'copy'; the suite has open_file",
    );
  });
  test('a world that names what no case has', () => {
    expect(messageFor('"{{ folder }}/index.md":', '"{{ foldr }}/index.md":')).toContain(
      "world.files: 'foldr' is neither a factor nor a slot here",
    );
  });
  test('a result that uses what there is not', () => {
    expect(messageFor('result: "{{ stem }} {{ topic }}"', 'result: "{{ stm }}"')).toContain("'stm' is neither");
  });
  test('broken YAML', () => {
    expect(messageFor('system:\n', 'system: [\n')).toMatch(/^my\.yaml:\d+: /);
  });
  test('a name that Jinja keeps for itself', () => {
    expect(messageFor(/topic/g, 'namespace')).toContain('namespace');
  });
});

describe('what prints a factor', () => {
  const small = (text: string, slot = '[/tmp/a.txt]', more = '') => `schemaVersion: 2
name: holes
description: x
tools:
  read_file: {description: "Read as {{ user }}", severity: read, parameters: {type: object, properties: {path: {type: string}}}}
factors:
  user: {kind: choice, levels: [alice, bob]}${more}
slots:
  file: ${slot}
system: ["${text}"]
scenarios:
  - {id: read, tools: [read_file], user: ["read {{ file }}"]}
`;
  const refusal = (text: string): string => {
    try {
      readSuite(text, 'my.yaml');
    } catch (error) {
      return (error as UserError).message;
    }
    return 'sound';
  };

  test.each<[string, string, RegExp]>([
    ['a prompt', small('You help {{ user }}.'), /^sound$/],
    [
      'no description of a tool, which is shown as it is',
      small('You help.'),
      /factors\.user: no text that a prompt is made of/,
    ],
    [
      'no slot, which sees slots alone',
      small('{{ user }}', '{template: "/tmp/{{ user }}"}'),
      /slots\.file: 'user' is neither/,
    ],
    [
      'no other factor whose name begins alike',
      small('{{ user_group }}', undefined, '\n  user_group: {kind: choice, levels: [a, b]}'),
      /factors\.user: no text that a prompt is made of/,
    ],
  ])('%s', (_, text, message) => expect(refusal(text)).toMatch(message));

  test('a line without its place is not where its level says', () => {
    const agent = readFileSync('suites/agent.yaml', 'utf8');
    const bare = agent.replaceAll(/\{\{ note_(?:first|middle|last) \}\}/g, '{{ note_line }}');
    expect(refusal(bare)).toMatch(/its texts print note, and not \{\{ note_first \}\}, \{\{ note_middle \}\}/);
  });
});

describe('factors of a conversation', () => {
  const agent = readFileSync('suites/agent.yaml', 'utf8');
  const refusal = (from: string, to: string): string => {
    try {
      readSuite(agent.replace(from, to), 'my.yaml');
    } catch (error) {
      return (error as UserError).message;
    }
    return 'sound';
  };

  test('a place that a task leaves out is a level that is not there', () => {
    expect(refusal('{{ note_middle }}', '')).toMatch(
      /^my\.yaml:\d+: scenarios\.0: its texts print note, and not \{\{ note_middle \}\}/,
    );
  });
  test('format v1 has none of them', () => {
    expect(refusal('schemaVersion: 2', 'schemaVersion: 1')).toContain('needs schemaVersion: 2');
  });
  test('a task that prints none of it does not vary it', () => {
    expect(
      refusal('"{{ note_first }}{{ stem }} ok\\n{{ note_middle }}{{ size }} entries{{ note_last }}"', '"ok"'),
    ).toMatch(
      /^my\.yaml:\d+: scenarios\.0: no text of its prompts prints note, which it varies: list its factors without it$/,
    );
  });
});
