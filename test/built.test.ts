// What `npm run build` made of the shipped suites, against reading them; and that it is left where something was edited.
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { builtSuite } from '../src/app/compare/built-suites.ts';
import { openSuite } from '../src/app/compare/suites.ts';

/** Where the package seems to lie; at first, when modules are loaded, here. */
const place = vi.hoisted(() => ({ folder: '' }));
vi.mock(import('../src/place.ts'), async original => {
  return { ...(await original()), shipped: (path: string) => join(place.folder, path) };
});

beforeEach(() => {
  place.folder = mkdtempSync(join(tmpdir(), 'turncoat-built-'));
  for (const path of ['suites', 'dist/suites']) cpSync(path, join(place.folder, path), { recursive: true });
});
afterEach(() => rmSync(place.folder, { recursive: true }));

const yaml = (name: string) => readFileSync(`suites/${name}.yaml`, 'utf8');
const edit = (path: string) => writeFileSync(join(place.folder, path), `${readFileSync(path, 'utf8')}\n# edited\n`);
const names = readdirSync('suites').flatMap(file => /^([a-z]+)\.yaml$/.exec(file)?.[1] ?? []);

test.each(names)('%s is what reading it gives', name => {
  expect(builtSuite(name, yaml(name))).toStrictEqual(openSuite(name));
});

test('a suite, or its policy, that was edited is read anew', () => {
  expect(builtSuite('devops', `${yaml('devops')}\n`)).toBeUndefined();
  edit('suites/files.policy.yaml');
  expect(builtSuite('files', yaml('files'))).toBeUndefined();
  expect(builtSuite('devops', yaml('devops'))?.policy?.file).toBe('devops.policy.yaml');
  rmSync(join(place.folder, 'suites/devops.policy.yaml'));
  expect(builtSuite('devops', yaml('devops'))).toBeUndefined();
});

test('without a build every suite is read', () => {
  rmSync(join(place.folder, 'dist'), { recursive: true });
  expect(builtSuite('devops', yaml('devops'))).toBeUndefined();
});
