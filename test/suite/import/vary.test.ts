// Recorded values become factors: in the form they were recorded in, all places together, and nothing else.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/errors.ts';
import { dateParts } from '../../../src/factors/dates/calendar.ts';
import type { Case } from '../../../src/records/suites/case.ts';
import { findDates } from '../../../src/suite/import/vary/dates.ts';
import { varying } from '../../../src/suite/import/vary/index.ts';
import { findDirectory, findEnvironment, findUser } from '../../../src/suite/import/vary/values.ts';
import { renderText } from '../../../src/suite/index.ts';
import { call, closing, importText, importTalk, result, shownBy, tools } from './talks.ts';

describe('a date', () => {
  test.each([
    ['2026-03-04', '2027-11-15'],
    ['2026-03-04T09:12:30Z', '2027-11-15T09:12:30Z'],
    ['Wednesday 2026-03-04 09:00', 'Monday 2027-11-15 09:00'],
    ['2026-03-04 (Wednesday)', '2027-11-15 (Monday)'],
    ['2026/03/04', '2027/11/15'],
    ['Wednesday, 4 March 2026, 09:00', 'Monday, 15 November 2027, 09:00'],
    ['Wed, 04 Mar 2026 09:00:00 GMT', 'Mon, 15 Nov 2027 09:00:00 GMT'],
    ['Wednesday, March 4, 2026 at 09:00', 'Monday, November 15, 2027 at 09:00'],
    ['Mar 04 2026', 'Nov 15 2027'],
    ['04.03.2026', '15.11.2027'],
    ['4.3.2026', '15.11.2027'],
    ['03/04/2026', '11/15/2027'],
    ['4-Mar-2026', '15-Nov-2027'],
  ])('%s is printed in its own form', (text, other) => {
    const [found, ...more] = findDates(text);
    if (found === undefined) throw new Error('no date');
    expect({ day: found.day, more }).toEqual({ day: '2026-03-04', more: [] });
    const printed = (day: string) =>
      text.slice(0, found.start) + renderText(found.format, dateParts(`${day}T09:00`)) + text.slice(found.end);
    expect([printed('2026-03-04'), printed('2027-11-15')]).toEqual([text, other]);
  });

  test.each([
    '2026-02-30',
    'v1.2.2026',
    '12026-03-04',
    '2026-03-04-05',
    '10.0.3.2026',
    '99/99/2026',
    'May 2026',
    'build 1.03.04',
  ])('%s is none', text => expect(findDates(text)).toEqual([]));
});

test.each([
  ['User: alice', 'alice'],
  ['"user": "bob", "x": 1', 'bob'],
  ['The user is carol on web-01.', 'carol'],
  ['see /home/dave/x', 'dave'],
  ['erin@web-01:~$ ls', 'erin'],
  ['write to erin@example.com', undefined],
  ['User: please list the files', undefined],
  ['the user asks', undefined],
])('who: %s', (text, user) => expect(findUser([text])).toBe(user));

test.each([
  ['Environment: production', 'production'],
  ['ENV=prod\n', 'prod'],
  ['in the staging cluster', 'staging'],
  ['The environment is noisy today.', undefined],
  ['test this', undefined],
])('where it runs: %s', (text, environment) => expect(findEnvironment([text])).toBe(environment));

test.each([
  ['cwd: /srv/web/app.', '/srv/web/app'],
  ['Working directory: `/home/ann/work`', '/home/ann/work'],
  ['in /etc/x.conf and /opt/a/b.txt and /opt/a/c.txt', '/opt/a'],
  ['see https://example.com/a/b', undefined],
])('the directory: %s', (text, path) => expect(findDirectory([text])).toBe(path));

const system = {
  role: 'system',
  content: 'User: alice. Date: Saturday, 14 March 2026, 09:00. Environment: production. Directory: /srv/web/app',
};
const talk = {
  messages: [
    system,
    { role: 'user', content: 'what is in /srv/web/app? It is 2026-03-14, due 2026-05-01.' },
    call('a', 'list_dir', { path: '/srv/web/app' }),
    result('a', '{"at": "2026-03-14T09:12:00", "owner": "alice", "mail": {"{{ x }}": "Alice, PRODUCTION"}}\n'),
    call('b', 'read_file', { path: '/srv/web/app/x.txt' }),
    result('b', 'malice of /srv/web/application'),
    closing,
  ],
};

/** The recorded texts with other values at all of their places. */
const texts = ({ messages }: Case) =>
  messages.map(({ content, tool_calls: calls }) => content + JSON.stringify(calls?.map(one => one.function) ?? ''));

test('all places of a decision point change together, each in its form', () => {
  const { suite, reduced } = importTalk(talk, {
    expect: true,
    vary: { date: [], user: [], path: [], environment: [] },
  });
  const plain = shownBy(importTalk(talk).suite);
  for (const [scenario, one] of shownBy(suite)) {
    const { levels, clock } = one;
    const { day, month_name: month, year, weekday, iso, hour } = dateParts(levels.date as string);
    const upper = (text = '') => text.charAt(0).toUpperCase() + text.slice(1);
    const expected = texts(plain.get(scenario) as Case).map(text =>
      text
        .replace('Saturday, 14 March 2026, 09:00', `${weekday}, ${day} ${month} ${year}, ${hour}:00`)
        .replaceAll('2026-03-14T09', `${iso}T${hour}`)
        .replaceAll('2026-03-14', iso)
        .replaceAll(/(?<!m)alice/g, levels.user as string)
        .replaceAll('Alice', upper(levels.user))
        .replaceAll(/\/srv\/web\/app(?!l)/g, levels.path as string)
        .replaceAll('production', levels.environment as string)
        .replaceAll('PRODUCTION', (levels.environment as string).toUpperCase()),
    );
    expect(texts(one)).toEqual(expected);
    expect(clock).toBe(levels.date);
    if (scenario === 'a-step-2')
      expect(one.expect).toEqual({ call: 'read_file', accept: [{ path: `${levels.path}/x.txt` }] });
  }
  expect(suite?.factors).toMatchObject({
    user: { levels: expect.arrayContaining(['alice', 'bob']) },
    path: { paths: expect.arrayContaining(['/srv/web/app']) },
    environment: { levels: expect.arrayContaining(['production', 'staging']) },
  });
  expect(new Set(reduced.map(({ reason }) => reason))).toEqual(
    new Set(['other dates in it than its first stay as recorded']),
  );
});

test('only what is asked for; a decision point without it does not use it, and that is said', () => {
  const none = { messages: [{ role: 'user', content: 'hello' }, closing] };
  const { suite, reduced } = importText(
    JSON.stringify([
      { id: 'a', tools, ...talk },
      { id: 'b', tools, ...none },
    ]),
    'openai',
    {
      vary: { date: [] },
    },
  );
  expect(Object.keys(suite?.factors ?? {})).toEqual(['date']);
  expect(suite?.scenarios.map(({ factors }) => factors)).toEqual([['date'], ['date'], ['date'], []]);
  expect(reduced).toContainEqual({ task: 'b step 1', reason: 'no date was found in it to vary' });
  expect(shownBy(suite).get('a-step-1')?.messages[0]?.content).toContain('User: alice');
});

test('a day with several times keeps them apart', () => {
  const { write, remarks } = varying({ date: [] }, [['2026-03-14 09:00 2026-03-14 17:30']]).writerOf([
    '2026-03-14 09:00 2026-03-14 17:30',
  ]);
  expect(write('2026-03-14 09:00 2026-03-14 17:30')).toBe('{{ date_iso }} 09:00 {{ date_iso }} 17:30');
  expect(remarks()).toEqual(['its times of day stay as recorded, since they differ']);
});

test('values that are given are looked for and no others; what is nowhere is one clear line', () => {
  const given = importTalk(talk, { vary: { user: ['bob', 'malice'] } });
  expect(shownBy(given.suite).get('a-step-3')?.messages.at(-1)?.content).not.toMatch(/^malice/);
  expect(() => importTalk(talk, { vary: { user: ['zoe'] } })).toThrow(UserError);
  const bare = { messages: [{ role: 'user', content: 'hello' }, closing] };
  expect(() => importTalk(bare, { vary: { date: [] } })).toThrow(/--vary date: none of 1 decision points has a date/);
});

test('arguments that take but a few texts stay sound whatever the level', () => {
  const picky = {
    type: 'function',
    function: { name: 'scale', parameters: { type: 'object', properties: { env: { enum: ['production'] } } } },
  };
  const messages = [
    system,
    { role: 'user', content: 'scale' },
    call('a', 'scale', { env: 'production' }),
    result('a', 'ok'),
    closing,
  ];
  const { suite, reduced } = importTalk(
    { messages, tools: [...tools, picky] },
    { expect: true, vary: { environment: [] } },
  );
  expect(shownBy(suite).size).toBe(2);
  expect(reduced.map(({ reason }) => reason)).toEqual([expect.stringMatching(/may not take what is varied/)]);
});

test('at the recorded values every text is what was recorded', () => {
  const piece = fc.constantFrom(
    '2026-03-14',
    'Saturday, 14 March 2026, 09:00',
    'alice',
    'Alice',
    '/srv/web/app',
    '/x.txt',
    'production',
    '{',
    '}',
    '{{',
    '-',
    '%',
    '#',
    '\n',
    ' ',
    '"',
    'User: ',
  );
  fc.assert(
    fc.property(fc.array(fc.array(piece, { maxLength: 8 }), { minLength: 1, maxLength: 4 }), parts => {
      const all = [system.content, ...parts.map(part => part.join(''))];
      const { write } = varying({ date: [], user: [], path: [], environment: [] }, [all]).writerOf(all);
      const level = Object.entries(dateParts('2026-03-14T09:00')).map(([part, text]) => [`date_${part}`, text]);
      const values = { ...Object.fromEntries(level), user: 'alice', path: '/srv/web/app', environment: 'production' };
      for (const text of all) expect(renderText(write(text), values)).toBe(text);
    }),
    { numRuns: 1500, seed: 25 },
  );
});
