// What a fresh machine installs: a lock file that `npm ci` takes on every platform, and no package that Node 20 is too old for.
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

interface Locked {
  readonly version?: string;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly engines?: { readonly node?: string };
}

const { packages } = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8')) as {
  packages: Readonly<Record<string, Locked>>;
};
const own = packages[''] as Locked;

test('every package has an entry for each platform that it names', () => {
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      name => packages[`node_modules/${name}`] === undefined && packages[`${path}/node_modules/${name}`] === undefined,
    ),
  );
  expect(missing).toEqual([]);
});

test('the engine comes for Linux, macOS and Windows', () => {
  const names = Object.keys(packages).filter(path => path.startsWith('node_modules/@node-llama-cpp/'));
  for (const platform of ['linux-x64', 'linux-arm64', 'mac-arm64-metal', 'mac-x64', 'win-x64', 'win-arm64']) {
    expect(names).toContain(`node_modules/@node-llama-cpp/${platform}`);
  }
  const versions = new Set(names.map(name => packages[name]?.version));
  expect([...versions]).toEqual([packages['node_modules/node-llama-cpp']?.version]);
});

test('nothing asks for a newer Node than this package does', () => {
  expect(own.engines?.node).toBe('>=20.19');
  const newer = Object.entries(packages).filter(([, { engines }]) => {
    const asked = engines?.node ?? '';
    // `^20 || >=22` and the like take Node 20 too.
    return /\d/.test(asked) && !asked.split('||').some(range => Number(/\d+/.exec(range)?.[0] ?? 0) <= 20);
  });
  expect(newer.map(([path, { engines }]) => `${path} ${engines?.node}`)).toEqual([]);
});
