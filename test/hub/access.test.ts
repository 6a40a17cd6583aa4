// Who may have what, from where: tokens, gates, endpoints, caches, no network, proxies.
import { execFileSync } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { hubEnvironment } from '../../src/hub/index.ts';
import { proxyFor } from '../../src/hub/transfer/leaving.ts';
import { FakeHub } from './fake-hub.ts';
import { bytes, Desk, failure, sha256 } from './pulling.ts';

const model = bytes(100_000);
const hash = sha256(model);
const token = 'hf_secretsecretsecret';
const repos = { 'user/tiny-GGUF': { 'tiny-Q8_0.gguf': model } };
const reference = 'hf:user/tiny-GGUF:Q8_0';

describe('the token', () => {
  test.each([
    ['LFS', false],
    ['Xet', true],
  ])('is sent to the Hub and never follows a redirect to another origin (%s)', async (_, xet) => {
    await using hub = await FakeHub.start({ repos, xet, token, gated: ['user/tiny-GGUF'] });
    await using desk = await Desk.open(hub.url, { token });
    await desk.pull(reference);
    const sent = (origin: string) => hub.log.filter(entry => entry.origin === origin).map(entry => entry.authorization);
    expect(new Set(sent('hub'))).toEqual(new Set([`Bearer ${token}`]));
    expect(sent('cdn').length).toBeGreaterThan(0);
    expect(sent('cdn').filter(value => value?.includes(token))).toEqual([]);
  });

  test('does not go to a server that is not the Hub', async () => {
    await using hub = await FakeHub.start({ repos });
    await using desk = await Desk.open('http://127.0.0.1:9', { token });
    const pulled = await desk.pull(`${hub.cdnUrl}/blob/${hash}`);
    expect(pulled.sha256).toBe(hash);
    expect(hub.log.map(({ authorization }) => authorization).filter(Boolean)).toEqual([]);
  });

  test('is in no error', async () => {
    await using hub = await FakeHub.start({ repos, token: 'another', gated: ['user/tiny-GGUF'] });
    await using desk = await Desk.open(hub.url, { token });
    const errors = [await failure(desk.pull(reference)), await failure(desk.pull('hf:user/none'))];
    hub.faults.push({ match: 'hub:/', status: 503, times: 100 });
    errors.push(await failure(desk.pull(reference)));
    for (const error of errors) {
      const all = JSON.stringify([error.message, error.hint, error.stack, (error as { facts?: unknown }).facts]);
      expect(all).not.toContain(token);
    }
  });

  test('comes from HF_TOKEN, HF_TOKEN_PATH or the file that `hf auth login` writes', async () => {
    await using desk = await Desk.open('http://127.0.0.1:9');
    await writeFile(join(desk.folder, 'token'), 'hf_fromfile\n');
    const home = { HF_HOME: desk.folder };
    expect((await hubEnvironment({ ...home, HF_TOKEN: 'hf_a' })).token).toBe('hf_a');
    expect((await hubEnvironment(home)).token).toBe('hf_fromfile');
    expect((await hubEnvironment({ HF_TOKEN_PATH: join(desk.folder, 'token') })).token).toBe('hf_fromfile');
    expect((await hubEnvironment({ HF_HOME: join(desk.folder, 'none') })).token).toBeUndefined();
  });
});

describe('refusals say what to do', () => {
  const options = { repos, token, gated: ['user/tiny-GGUF'] };
  test('a gated repository, without a token and with the wrong one', async () => {
    await using hub = await FakeHub.start(options);
    await using anonymous = await Desk.open(hub.url);
    await using stranger = await Desk.open(hub.url, { token: 'hf_other' });
    const errors = [await failure(anonymous.pull(reference)), await failure(stranger.pull(reference))];
    expect(errors.map(({ code }) => code)).toEqual(['repo-gated', 'repo-gated']);
    expect(errors[0]?.hint).toBe(
      `accept its terms at ${hub.url}/user/tiny-GGUF, then set HF_TOKEN or log in with \`hf auth login\``,
    );
    expect(errors[1]?.hint).toContain('check that HF_TOKEN may read it');
    expect(await anonymous.files()).toEqual([]);
  });

  test('a repository, a revision or a file that is not there', async () => {
    await using hub = await FakeHub.start({ repos });
    await using desk = await Desk.open(hub.url);
    expect(await failure(desk.pull('hf:user/none'))).toMatchObject({ code: 'repo-not-found' });
    expect(await failure(desk.pull(`${reference}#v9`))).toMatchObject({ code: 'revision-not-found' });
    const unknown = await failure(desk.pull('hf:user/tiny-GGUF/tiny-Q8.gguf'));
    expect(unknown).toMatchObject({ code: 'no-such-file', hint: 'did you mean tiny-Q8_0.gguf?' });
    expect(await failure(desk.pull(`${hub.cdnUrl}/gone.gguf`))).toMatchObject({ code: 'url-refused' });
    expect(await desk.files()).toEqual([]);
  });
});

test('all pages of a long list of files are read, and all parts of a split model pulled', async () => {
  const names = ['00001', '00002', '00003'].map(part => `big-Q8_0-${part}-of-00003.gguf`);
  const many = Object.fromEntries(Array.from({ length: 25 }, (_, index) => [`${index}.txt`, bytes(10, `${index}`)]));
  const parts = Object.fromEntries(names.map(name => [name, bytes(5000, name)]));
  await using hub = await FakeHub.start({ repos: { 'user/big': { ...many, ...parts } }, pageSize: 4 });
  await using desk = await Desk.open(hub.url);
  const pulled = await desk.pull('hf:user/big:Q8_0');
  expect(hub.log.filter(({ url }) => url.includes('/tree/')).length).toBe(7);
  expect(pulled.paths.map(path => path.split('/').at(-1))).toEqual(names);
  expect(new Set(pulled.paths.map(path => dirname(path))).size).toBe(1);
  for (const [index, path] of pulled.paths.entries()) {
    expect((await readFile(path)).equals(parts[names[index] as string] as Buffer)).toBe(true);
  }
});

test('HF_ENDPOINT, HF_HUB_CACHE and HF_HUB_OFFLINE are read as Python does', async () => {
  const read = await hubEnvironment({
    HF_ENDPOINT: 'https://mirror.example/',
    HF_HUB_CACHE: '/big/disk',
    HF_HUB_OFFLINE: '1',
    HF_HOME: '/none',
  });
  expect(read).toMatchObject({ endpoint: 'https://mirror.example', cache: '/big/disk', offline: true });
  const usual = await hubEnvironment({ XDG_CACHE_HOME: '/none' });
  expect(usual).toMatchObject({ endpoint: 'https://huggingface.co', cache: '/none/huggingface/hub', offline: false });
});

describe("a cache that Python's huggingface_hub filled", () => {
  const commit = (hub: FakeHub) => hub.setRepo('user/tiny-GGUF', repos['user/tiny-GGUF']);

  async function fill(desk: Desk, at: string, content: Buffer, links: boolean): Promise<string> {
    const folder = join(desk.environment.cache, 'models--user--tiny-GGUF');
    const [blob, snapshot] = [join(folder, 'blobs', hash), join(folder, 'snapshots', at, 'tiny-Q8_0.gguf')];
    for (const path of [blob, snapshot, join(folder, 'refs', 'main')]) await mkdir(dirname(path), { recursive: true });
    await writeFile(blob, content);
    if (links) await symlink(`../../blobs/${hash}`, snapshot);
    else await copyFile(blob, snapshot);
    await writeFile(join(folder, 'refs', 'main'), at);
    return snapshot;
  }

  test.each([
    ['links', true],
    ['copies', false],
  ])('is used and verified: nothing is downloaded twice (%s)', async (_, links) => {
    await using hub = await FakeHub.start({ repos });
    await using desk = await Desk.open(hub.url);
    const snapshot = await fill(desk, commit(hub), model, links);
    expect(await desk.pull(reference)).toMatchObject({ path: snapshot, sha256: hash });
    expect(hub.bytesSent('cdn')).toBe(0);
  });

  test('with a file that rotted on the disk is repaired', async () => {
    await using hub = await FakeHub.start({ repos });
    await using desk = await Desk.open(hub.url);
    const rotten = Buffer.from(model);
    rotten[5] = (rotten[5] as number) ^ 1;
    await fill(desk, commit(hub), rotten, true);
    expect((await readFile((await desk.pull(reference)).path)).equals(model)).toBe(true);
  });

  test('is enough without a network, and every byte of it is checked', async () => {
    await using desk = await Desk.open('http://127.0.0.1:9', { offline: true });
    const snapshot = await fill(desk, 'a'.repeat(40), model, true);
    expect(await desk.pull(reference)).toMatchObject({ path: snapshot, sha256: hash, commit: 'a'.repeat(40) });
    const rotten = Buffer.from(model);
    rotten[5] = (rotten[5] as number) ^ 1;
    await writeFile(snapshot, rotten);
    expect(await failure(desk.pull(reference))).toMatchObject({ code: 'hash-mismatch' });
  });

  test('without the model says so when offline, and asks nobody', async () => {
    await using hub = await FakeHub.start({ repos });
    await using desk = await Desk.open(hub.url, { offline: true });
    expect(await failure(desk.pull(reference))).toMatchObject({ code: 'not-in-cache' });
    expect(await failure(desk.pull(`${hub.cdnUrl}/blob/${hash}`))).toMatchObject({ code: 'not-in-cache' });
    expect(hub.log).toEqual([]);
  });
});

describe('a full disk', () => {
  test('is noticed before a byte is fetched, or while it fills', async context => {
    const folder = await mkdtemp(join(tmpdir(), 'turncoat-full-'));
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder], { stdio: 'pipe' });
    } catch (error) {
      await rm(folder, { recursive: true });
      context.skip(`SKIPPED: a small tmpfs can't be mounted here (${String(error).split('\n')[0]})`);
    }
    try {
      const large = bytes(3_000_000, 'large');
      await using hub = await FakeHub.start({ repos: { 'user/large': { 'a.gguf': large } } });
      await using desk = await Desk.open(hub.url, { cache: folder });
      const before = await failure(desk.pull('hf:user/large'));
      expect(before).toMatchObject({ code: 'disk-full', hint: expect.stringContaining('HF_HUB_CACHE') });
      expect(hub.bytesSent('cdn')).toBe(0);
      // Parts that fit one by one, but not together.
      const part = (number: number) => `b-0000${number}-of-00002.gguf`;
      hub.setRepo('user/split', { [part(1)]: large.subarray(0, 1_200_000), [part(2)]: large.subarray(0, 1_300_000) });
      expect(await failure(desk.pull('hf:user/split'))).toMatchObject({ code: 'disk-full' });
      expect(hub.bytesSent('cdn')).toBe(0);
      // An address whose size nobody announces fills the disk before anyone can know.
      await using other = await Desk.open(hub.url, { downloads: folder });
      hub.faults.push({ match: '/blob/', chunked: true, times: 2 });
      const during = await failure(other.pull(`${hub.cdnUrl}/blob/${sha256(large)}`));
      expect(during).toMatchObject({ code: 'disk-full' });
    } finally {
      execFileSync('umount', [folder]);
      await rm(folder, { recursive: true });
    }
  });
});

describe('a proxy', () => {
  test('is used for addresses that are not excepted, without the token on its own', async () => {
    await using hub = await FakeHub.start({ repos, token, gated: ['user/tiny-GGUF'] });
    const seen: string[] = [];
    const proxy = createServer((incoming, outgoing) => {
      seen.push(`${incoming.headers['proxy-authorization']} ${incoming.url}`);
      const { 'proxy-authorization': _, ...headers } = incoming.headers;
      const onward = httpRequest(incoming.url ?? '', { method: incoming.method ?? 'GET', headers }, answer => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      incoming.pipe(onward);
    });
    await new Promise<void>(resolve => proxy.listen(0, '127.0.0.1', resolve));
    try {
      const value = `http://me:word@127.0.0.1:${(proxy.address() as AddressInfo).port}`;
      const http = { from: 'HTTP_PROXY', value };
      await using desk = await Desk.open(hub.url, { token, proxies: { http, https: undefined, except: [] } });
      const pulled = await desk.pull(reference);
      expect(pulled.sha256).toBe(hash);
      expect(seen.length).toBe(hub.log.length);
      expect(seen.every(line => line.startsWith(`Basic ${Buffer.from('me:word').toString('base64')} http://`))).toBe(
        true,
      );
      expect(hub.log.filter(({ origin, authorization }) => origin === 'cdn' && authorization)).toEqual([]);
      await using direct = await Desk.open(hub.url, {
        token,
        proxies: { http, https: undefined, except: ['127.0.0.1', 'localhost'] },
      });
      seen.length = 0;
      await direct.pull(reference);
      expect(seen).toEqual([]);
    } finally {
      proxy.closeAllConnections();
      proxy.close();
    }
  });

  test.each([
    ['https://huggingface.co', true],
    ['https://hub.internal', false],
    ['https://a.hub.internal', false],
    ['https://nothub.internal', true],
    ['https://mirror:8443', false],
    ['https://mirror', true],
    ['http://huggingface.co', false],
  ])('for %s is used: %s', (url, expected) => {
    const https = { from: 'HTTPS_PROXY', value: 'p:1' };
    const proxies = { http: undefined, https, except: ['.hub.internal', 'mirror:8443'] };
    expect(proxyFor(new URL(url), proxies)).toBe(expected ? https : undefined);
  });
});
