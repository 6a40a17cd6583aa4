// What docs/architecture.md says of the rooms is what the code says.
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { picture, reachable, roomsOf } from './rooms.ts';

const file = 'docs/architecture.md';
const page = readFileSync(file, 'utf8');
const rooms = roomsOf('src');

test('no room leads back to itself', () => {
  expect([...rooms.keys()].filter(room => reachable(rooms, room).has(room))).toEqual([]);
});

test('the picture is that of the imports; UPDATE=1 draws it again', () => {
  const drawn = page.replace(/```mermaid\n[\s\S]*?```/, () => picture(rooms));
  if (process.env.UPDATE === '1') writeFileSync(file, drawn);
  expect(page).toBe(drawn);
  expect(page).toContain('  cli --> app\n');
});

test('every room has its row in the reading order', () => {
  const rows = [...page.matchAll(/^\| `([a-z]+)\/` \|/gm)].map(match => match[1]);
  expect(rows.toSorted()).toEqual([...rooms.keys()].toSorted());
});

describe('what decides reaches no wording', () => {
  test.each(['findings', 'triggers', 'evidence', 'verdict', 'observe', 'sweep'])('%s', room => {
    expect([...reachable(rooms, room)].filter(other => other === 'words' || other === 'report')).toEqual([]);
  });
});

test('no file of src is over 300 lines, and no folder holds more than fifteen', () => {
  const folders = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(path =>
    statSync(join('src', path)).isDirectory(),
  );
  const wide = folders.filter(
    path => readdirSync(join('src', path)).filter(name => statSync(join('src', path, name)).isFile()).length > 15,
  );
  expect(wide).toEqual([]);
  const files = readdirSync('src', { recursive: true, encoding: 'utf8' }).filter(path => /\.tsx?$/.test(path));
  const long = files.filter(path => readFileSync(join('src', path), 'utf8').split('\n').length - 1 > 300);
  expect(long).toEqual([]);
});
