// What can go wrong between the Hub and a file, each on a Hub of our own: nothing wrong ever gets a file's final name.
import { lstat, readFile, readlink, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FakeHub } from './fake-hub.ts';
import { bytes, Desk, failure, hasty, sha256 } from './pulling.ts';

const model = bytes(700_000);
const hash = sha256(model);
const reference = 'hf:user/tiny-GGUF:Q8_0';
const repos = { 'user/tiny-GGUF': { 'tiny-Q8_0.gguf': model, 'README.md': Buffer.from('# tiny') } };

/** Not `toEqual`, which takes a second for so many bytes. */
const sameFile = async (path: string): Promise<boolean> => (await readFile(path)).equals(model);

/** No file but complete ones, and no lock left behind. */
async function expectClean(desk: Desk): Promise<void> {
  expect((await desk.files()).filter(file => /incomplete|\.lock|\.tmp/.test(file))).toEqual([]);
}

describe.each([
  ['LFS', false],
  ['Xet', true],
])('over %s', (_, xet) => {
  test("a file is pulled, verified and named as Python's cache does", async () => {
    await using hub = await FakeHub.start({ repos, xet });
    await using desk = await Desk.open(hub.url);
    const pulled = await desk.pull(reference);
    expect(pulled).toMatchObject({ repo: 'user/tiny-GGUF', sha256: hash, sizeBytes: model.length });
    expect(await sameFile(pulled.path)).toBe(true);
    expect(pulled.path).toBe(
      `${desk.environment.cache}/models--user--tiny-GGUF/snapshots/${pulled.commit}/tiny-Q8_0.gguf`,
    );
    expect(await readlink(pulled.path)).toBe(`../../blobs/${hash}`);
    expect(await readFile(`${desk.environment.cache}/models--user--tiny-GGUF/refs/main`, 'utf8')).toBe(pulled.commit);
    await expectClean(desk);
  });

  test('a second pull downloads nothing', async () => {
    await using hub = await FakeHub.start({ repos, xet });
    await using desk = await Desk.open(hub.url);
    await desk.pull(reference);
    const before = hub.bytesSent('cdn');
    await desk.pull(reference);
    expect(hub.bytesSent('cdn')).toBe(before);
  });

  test('a flipped byte is refused, and nothing is kept under the final name', async () => {
    await using hub = await FakeHub.start({ repos, xet });
    await using desk = await Desk.open(hub.url);
    hub.faults.push({ match: xet ? '/xorb/' : '/blob/', corrupt: true });
    const error = await failure(desk.pull(reference));
    expect(error).toMatchObject({ code: 'hash-mismatch' });
    expect(await desk.files()).toEqual([]);
    expect(await sameFile((await desk.pull(reference)).path)).toBe(true);
  });

  test('a connection that drops again and again is picked up where it stopped', async () => {
    await using hub = await FakeHub.start({ repos, xet });
    await using desk = await Desk.open(hub.url);
    for (const dropAfter of [200_000, 150_000, 100_000]) {
      hub.faults.push({ match: xet ? '/xorb/' : '/blob/', dropAfter });
    }
    const pulled = await desk.pull(reference);
    expect(await sameFile(pulled.path)).toBe(true);
    await expectClean(desk);
  });
});

test('after a drop every byte is fetched once, by Range', async () => {
  await using hub = await FakeHub.start({ repos });
  await using desk = await Desk.open(hub.url);
  hub.faults.push({ match: '/blob/', dropAfter: 327_680 }, { match: '/blob/', dropAfter: 131_072 });
  await desk.pull(reference);
  const ranges = hub.log.filter(({ origin }) => origin === 'cdn').map(({ range }) => range);
  expect(ranges).toEqual([undefined, 'bytes=327680-', 'bytes=458752-']);
  expect(hub.bytesSent('cdn')).toBe(model.length);
});

test('what an aborted pull left is resumed by the next one', async () => {
  await using hub = await FakeHub.start({ repos });
  await using desk = await Desk.open(hub.url);
  hub.faults.push({ match: '/blob/', bytesPerSecond: 2_000_000 });
  const stop = new AbortController();
  const onProgress = ({ doneBytes }: { doneBytes: number }) => {
    if (doneBytes > 200_000) stop.abort(new Error('enough'));
  };
  expect((await failure(desk.pull(reference, { signal: stop.signal, onProgress }))).message).toBe('enough');
  const [left] = (await desk.files()).filter(file => file.endsWith('incomplete'));
  const { size } = await stat(left as string);
  expect(size).toBeGreaterThan(200_000);
  await desk.pull(reference);
  expect(hub.log.at(-1)?.range).toBe(`bytes=${size}-`);
  await expectClean(desk);
});

test('a wrong beginning left by an earlier try is thrown away, and the file fetched whole', async () => {
  await using hub = await FakeHub.start({ repos });
  await using desk = await Desk.open(hub.url);
  hub.faults.push({ match: '/blob/', corrupt: true, dropAfter: 400_000 }, { match: '/blob/', status: 404 });
  await failure(desk.pull(reference));
  expect((await desk.files()).map(file => basename(file))).toEqual([`${hash}.turncoat-incomplete`]);
  expect(await sameFile((await desk.pull(reference)).path)).toBe(true);
  await expectClean(desk);
});

test('a server without ranges sends again, and what is known is not written twice', async () => {
  await using hub = await FakeHub.start({ repos });
  await using desk = await Desk.open(hub.url);
  hub.faults.push({ match: '/blob/', dropAfter: 327_680 }, { match: '/blob/', ignoreRange: true });
  expect(await sameFile((await desk.pull(reference)).path)).toBe(true);
});

test('a connection that falls silent is dropped and opened again', async () => {
  await using hub = await FakeHub.start({ repos });
  await using desk = await Desk.open(hub.url);
  hub.faults.push({ match: '/blob/', stallAfter: 131_072 });
  const pulled = await desk.pull(reference, { patience: { ...hasty, silenceMs: 300 } });
  expect(await sameFile(pulled.path)).toBe(true);
});

describe('a busy server', () => {
  test.each([
    [429, 'hub:/api/'],
    [503, 'hub:/api/'],
    [500, 'tree/'],
    [429, '/resolve/'],
    [503, '/blob/'],
    [502, '/blob/'],
  ])('%i on %s is asked again', async (status, match) => {
    await using hub = await FakeHub.start({ repos });
    await using desk = await Desk.open(hub.url);
    hub.faults.push({ match, status, times: 2 });
    expect(await sameFile((await desk.pull(reference)).path)).toBe(true);
  });

  test('Retry-After is waited for', async () => {
    await using hub = await FakeHub.start({ repos });
    await using desk = await Desk.open(hub.url);
    hub.faults.push({ match: '/blob/', status: 429, headers: { 'retry-after': '1' } });
    const start = performance.now();
    await desk.pull(reference);
    // Without the header the wait is 5 ms; a lower bound alone is no question of a machine's speed.
    expect(performance.now() - start).toBeGreaterThan(950);
  });

  test.each(['hub:/api/', '/resolve/', '/blob/'])('that stays busy on %s ends in a clear error', async match => {
    await using hub = await FakeHub.start({ repos });
    await using desk = await Desk.open(hub.url);
    hub.faults.push({ match, status: 503, times: 100 });
    const error = await failure(desk.pull(reference));
    expect(error).toMatchObject({ code: 'hub-unavailable' });
    expect(error.message).toMatch(/answered 503, 4 times in a row/);
    expect(error.hint).toContain('goes on from there');
  });

  test('a Hub that is not there', async () => {
    const hub = await FakeHub.start({ repos });
    await hub[Symbol.asyncDispose]();
    await using desk = await Desk.open(hub.url);
    expect(await failure(desk.pull(reference))).toMatchObject({ code: 'hub-unavailable' });
  });
});

test('small files of a repository, which git holds, are verified by their git hash', async () => {
  const small = { 'user/odd': { 'a.gguf': bytes(1000, 'a') } };
  await using hub = await FakeHub.start({ repos: small, lfs: false });
  await using desk = await Desk.open(hub.url);
  hub.faults.push({ match: '/resolve/', corrupt: true });
  expect(await failure(desk.pull('hf:user/odd'))).toMatchObject({ code: 'hash-mismatch' });
  const pulled = await desk.pull('hf:user/odd');
  expect(pulled.sha256).toBe(sha256(small['user/odd']['a.gguf']));
  expect((await lstat(pulled.path)).isSymbolicLink()).toBe(true);
});
