// Networks as they are at work: Xet's hosts blocked, proxies that ask or refuse, certificates of one's own, no Hub at all.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { type AddressInfo, connect, createServer as createSocketServer, type Server as SocketServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { hubEnvironment } from '../../src/hub/index.ts';
import type { LockedModel } from '../../src/records/sweeps/lock.ts';
import { FakeHub } from './fake-hub.ts';
import { bytes, Desk, failure, hasty, sha256 } from './pulling.ts';

const model = bytes(400_000);
const hash = sha256(model);
const repos = { 'user/tiny-GGUF': { 'tiny-Q8_0.gguf': model } };
const reference = 'hf:user/tiny-GGUF:Q8_0';

async function listening(server: Server | SocketServer): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** A port at which nobody listens. */
async function deadPort(): Promise<number> {
  const server = createSocketServer();
  const port = await listening(server);
  await new Promise(resolve => server.close(resolve));
  return port;
}

describe('Xet', () => {
  const throughXet = (hub: FakeHub) => hub.log.filter(({ url }) => /xorb|reconstruction|xet-read-token/.test(url));

  test.each([
    ['its tokens are not given out', 'xet-read-token', 404],
    ['its host knows nothing', '/reconstructions/', 404],
    ['its host is blocked', '/reconstructions/', 403],
    ['its store is blocked', '/xorb/', 403],
    ['it is broken', '/reconstructions/', 500],
  ])('%s: the file comes over plain https at once', async (_, match, status) => {
    await using hub = await FakeHub.start({ repos, xet: true });
    await using desk = await Desk.open(hub.url);
    hub.faults.push({ match, status, times: 100 });
    const started = performance.now();
    expect(await desk.pull(reference, { patience: { ...hasty, firstWaitMs: 60_000 } })).toMatchObject({ sha256: hash });
    expect(performance.now() - started).toBeLessThan(20_000);
    expect(hub.log.some(({ url }) => url.startsWith('/blob/'))).toBe(true);
  });

  test('its host takes the connection and says nothing, as behind some firewalls: not waited for as for a Hub', async () => {
    const silent = createSocketServer(() => {});
    await using hub = await FakeHub.start({ repos, xet: true, xetUrl: `http://127.0.0.1:${await listening(silent)}` });
    await using desk = await Desk.open(hub.url);
    const started = performance.now();
    expect(await desk.pull(reference, { patience: { ...hasty, silenceMs: 60_000, firstByteMs: 500 } })).toMatchObject({
      sha256: hash,
    });
    expect(performance.now() - started).toBeLessThan(20_000);
    silent.close();
  });

  test('its host can not be reached', async () => {
    await using hub = await FakeHub.start({ repos, xet: true, xetUrl: `http://127.0.0.1:${await deadPort()}` });
    await using desk = await Desk.open(hub.url);
    expect(await desk.pull(reference)).toMatchObject({ sha256: hash });
  });

  test('it breaks off in the middle: the rest comes over plain https, each byte once', async () => {
    await using hub = await FakeHub.start({ repos, xet: true });
    await using desk = await Desk.open(hub.url);
    hub.faults.push({ match: '/xorb/', dropAfter: 131_072 });
    expect(await desk.pull(reference)).toMatchObject({ sha256: hash });
    const [blob] = hub.log.filter(({ url }) => url.startsWith('/blob/'));
    expect(blob?.range === undefined || /^bytes=\d+-$/.test(blob.range)).toBe(true);
  });

  test('HF_HUB_DISABLE_XET asks nothing of it', async () => {
    await using hub = await FakeHub.start({ repos, xet: true });
    const { xet } = await hubEnvironment({ HF_HUB_DISABLE_XET: '1' });
    await using desk = await Desk.open(hub.url, { xet });
    expect(await desk.pull(reference)).toMatchObject({ sha256: hash });
    expect(throughXet(hub)).toEqual([]);
  });
});

describe('a proxy', () => {
  test.each([
    ['wants a password', 407, { code: 'proxy-refused', message: /wants a name and a password \(407\)/ }],
    ['refuses the host', 403, { code: 'proxy-refused', message: /refuses to connect to hub\.test/ }],
  ])('that %s to open a tunnel is named, and asked once', async (_, status, expected) => {
    let asked = 0;
    const proxy = createServer().on('connect', (_request, socket) => {
      asked++;
      socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`);
    });
    const https = { from: 'HTTPS_PROXY', value: `http://me:hunter2@127.0.0.1:${await listening(proxy)}` };
    await using desk = await Desk.open('https://hub.test', { proxies: { http: undefined, https, except: [] } });
    const error = await failure(desk.pull(reference));
    expect(error).toMatchObject({ code: expected.code, message: expect.stringMatching(expected.message) });
    expect(JSON.stringify([error.message, error.hint])).not.toContain('hunter2');
    expect(asked).toBe(1);
    proxy.close();
  });

  test('that wants a password to forward plain http is named too', async () => {
    let asked = 0;
    const proxy = createServer((_request, response) => {
      asked++;
      response.writeHead(407, { 'proxy-authenticate': 'Basic' }).end();
    });
    const http = { from: 'ALL_PROXY', value: `127.0.0.1:${await listening(proxy)}` };
    await using desk = await Desk.open('http://hub.test', { proxies: { http, https: undefined, except: [] } });
    expect(await failure(desk.pull(reference))).toMatchObject({
      code: 'proxy-refused',
      hint: 'write name and password into it: ALL_PROXY=http://name:password@host:port',
    });
    expect(asked).toBe(1);
    proxy.close();
  });

  test('that is not there is named', async () => {
    const http = { from: 'HTTP_PROXY', value: `http://me:hunter2@127.0.0.1:${await deadPort()}` };
    await using desk = await Desk.open('http://hub.test', { proxies: { http, https: undefined, except: [] } });
    const error = await failure(desk.pull(reference));
    expect(error.message).toMatch(
      /^hub\.test can't be reached through the proxy of HTTP_PROXY \(127\.0\.0\.1:\d+\) \(ECONNREFUSED\)/,
    );
    expect(error.message).not.toContain('hunter2');
  });

  test('of ALL_PROXY serves both, and lower case goes first', async () => {
    const { proxies } = await hubEnvironment({
      ALL_PROXY: 'http://all:1',
      https_proxy: 'http://own:2',
      NO_PROXY: 'a b,c',
    });
    expect(proxies).toEqual({
      http: { from: 'ALL_PROXY', value: 'http://all:1' },
      https: { from: 'https_proxy', value: 'http://own:2' },
      except: ['a', 'b', 'c'],
    });
  });

  test.each(['socks5://me:hunter2@127.0.0.1:1080', 'socks5h://127.0.0.1:1080', 'socks4://127.0.0.1:1080'])(
    'of SOCKS is refused by its name: %s',
    async value => {
      const all = { from: 'ALL_PROXY', value };
      await using hub = await FakeHub.start({ repos });
      await using desk = await Desk.open(hub.url, { proxies: { http: all, https: all, except: [] } });
      const error = await failure(desk.pull(reference));
      expect(error).toMatchObject({ code: 'proxy-unsupported', hint: expect.stringContaining('NO_PROXY') });
      expect(error.message).toMatch(/^ALL_PROXY: socks\w+:\/\/127\.0\.0\.1:1080 is a SOCKS proxy/);
      expect(error.message).not.toContain('hunter2');
      expect(hub.log).toEqual([]);
      // A host that needs none is reached all the same.
      await using excepted = await Desk.open(hub.url, {
        proxies: { http: all, https: all, except: ['127.0.0.1', 'localhost'] },
      });
      expect(await excepted.pull(reference)).toMatchObject({ sha256: hash });
    },
  );

  test('that is no address is refused without printing it', async () => {
    const https = { from: 'HTTPS_PROXY', value: 'http://me:hunter2@:x' };
    await using desk = await Desk.open('https://hub.test', { proxies: { http: undefined, https, except: [] } });
    const error = await failure(desk.pull(reference));
    expect(error).toMatchObject({ code: 'bad-proxy', message: 'HTTPS_PROXY is not an address' });
  });
});

describe('a certificate of a private authority', () => {
  const folder = mkdtempSync(join(tmpdir(), 'turncoat-ca-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const at = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' });
  let made = true;
  try {
    writeFileSync(at('names'), 'subjectAltName=IP:127.0.0.1,DNS:localhost\n');
    const authority = ['-subj', '/CN=Corporate Root', '-keyout', at('ca.key'), '-out', at('ca.pem')];
    openssl('req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...authority);
    openssl(
      'req',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-subj',
      '/CN=hub',
      '-keyout',
      at('key.pem'),
      '-out',
      at('csr.pem'),
    );
    const signed = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-extfile', at('names')];
    openssl('x509', '-req', '-in', at('csr.pem'), '-days', '2', ...signed, '-out', at('cert.pem'));
  } catch {
    made = false;
  }

  /** An https origin in front of the stand-in. */
  async function secured(hub: FakeHub): Promise<{ url: string; asked: () => number; close: () => void }> {
    let asked = 0;
    const forward: RequestListener = (incoming, outgoing) => {
      const { method = 'GET', headers } = incoming;
      const onward = httpRequest(new URL(incoming.url ?? '', hub.url), { method, headers }, answer => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      incoming.pipe(onward);
    };
    const server = createSecureServer(
      { key: readFileSync(at('key.pem')), cert: readFileSync(at('cert.pem')) },
      forward,
    );
    server.on('connection', () => asked++);
    const url = `https://127.0.0.1:${await listening(server as unknown as Server)}`;
    return { url, asked: () => asked, close: () => (server.closeAllConnections(), server.close()) };
  }

  test.skipIf(!made)(
    'is trusted where SSL_CERT_FILE or REQUESTS_CA_BUNDLE name the authority, else refused once',
    async () => {
      await using hub = await FakeHub.start({ repos });
      const { url, asked, close } = await secured(hub);
      for (const name of ['SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE']) {
        const { certificates } = await hubEnvironment({ [name]: at('ca.pem') });
        await using desk = await Desk.open(url, { certificates });
        expect(await desk.pull(reference)).toMatchObject({ sha256: hash });
      }
      const before = asked();
      await using stranger = await Desk.open(url);
      expect(await failure(stranger.pull(reference))).toMatchObject({
        code: 'bad-certificate',
        hint: expect.stringMatching(/SSL_CERT_FILE=.*NODE_EXTRA_CA_CERTS/),
      });
      expect(asked()).toBe(before + 1);
      close();
    },
  );

  test.skipIf(!made)('is trusted inside a tunnel too', async () => {
    await using hub = await FakeHub.start({ repos });
    const { url, close } = await secured(hub);
    const tunnels: string[] = [];
    const proxy = createServer().on('connect', (request, socket) => {
      tunnels.push(request.url ?? '');
      const onward = connect(Number(request.url?.split(':')[1]), '127.0.0.1');
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      socket.pipe(onward).pipe(socket);
      for (const end of [socket, onward]) end.on('error', () => end.destroy());
    });
    const https = { from: 'HTTPS_PROXY', value: `http://127.0.0.1:${await listening(proxy)}` };
    const certificates = { from: 'SSL_CERT_FILE', value: at('ca.pem') };
    await using desk = await Desk.open(url, { certificates, proxies: { http: undefined, https, except: [] } });
    expect(await desk.pull(reference)).toMatchObject({ sha256: hash });
    // The bytes lie at a plain http address, which goes straight.
    expect(new Set(tunnels)).toEqual(new Set([new URL(url).host]));
    proxy.closeAllConnections();
    proxy.close();
    close();
  });

  test.each([
    ['is not there', 'none.pem', undefined],
    ['holds none', 'empty.pem', 'nothing'],
    ['is broken', 'broken.pem', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'],
  ])('whose file %s is one clear line', async (_, name, content) => {
    if (content !== undefined) writeFileSync(at(name), content);
    await using desk = await Desk.open('https://hub.test', {
      certificates: { from: 'SSL_CERT_FILE', value: at(name) },
    });
    expect(await failure(desk.pull(reference))).toMatchObject({
      code: 'bad-certificates',
      message: expect.stringContaining(`SSL_CERT_FILE: ${at(name)}`),
    });
  });
});

describe('without the Hub', () => {
  /** A cache that holds the model, and what the lock file says of it. */
  async function pinned(): Promise<{ desk: Desk; locked: LockedModel }> {
    await using hub = await FakeHub.start({ repos });
    const desk = await Desk.open(hub.url);
    const { commit = '' } = await desk.pull(reference);
    const files = [{ file: 'tiny-Q8_0.gguf', sha256: hash, sizeBytes: model.length }];
    return { desk, locked: { repo: 'user/tiny-GGUF', commit, files } };
  }
  const without = (desk: Desk, endpoint: string) => ({ ...desk.environment, endpoint });
  const slow = { tries: 6, firstWaitMs: 1000, longestWaitMs: 30_000, silenceMs: 60_000 };

  const silent = createSocketServer(() => {});
  afterAll(() => silent.close());
  test.each([
    ['nobody listens', async () => `http://127.0.0.1:${await deadPort()}`, /can't be reached \(ECONNREFUSED\)/],
    ['nobody has the name', () => 'https://hub.invalid', /can't be reached|did not answer/],
    ['nobody answers', async () => `http://127.0.0.1:${await listening(silent)}`, /did not answer within 1 s/],
  ])('%s: what was pinned and is whole is used within 2 seconds, and said', async (_, endpoint, said) => {
    const { desk, locked } = await pinned();
    await using _desk = desk;
    const environment = without(desk, await endpoint());
    const heard: string[] = [];
    const started = performance.now();
    const options = { environment, locked, patience: slow, onUnreached: (why: string) => heard.push(why) };
    expect(await desk.pull(reference, options)).toMatchObject({ sha256: hash, commit: locked.commit });
    expect(performance.now() - started).toBeLessThan(2000);
    expect(heard).toEqual([expect.stringMatching(said)]);
  });

  test('what changed on the disk is refused, and what is not whole is not used', async () => {
    const { desk, locked } = await pinned();
    await using _desk = desk;
    const environment = without(desk, `http://127.0.0.1:${await deadPort()}`);
    const [blob] = (await desk.files()).filter(file => file.endsWith(hash));
    const rotten = Buffer.from(model);
    rotten[5] = (rotten[5] as number) ^ 1;
    writeFileSync(blob as string, rotten);
    expect(await failure(desk.pull(reference, { environment, locked }))).toMatchObject({ code: 'hash-mismatch' });
    writeFileSync(blob as string, model.subarray(1));
    expect(await failure(desk.pull(reference, { environment, locked }))).toMatchObject({ code: 'hub-unavailable' });
  });

  test('a Hub that answers is believed: pinned or not, a repository that is gone is an error', async () => {
    const { desk, locked } = await pinned();
    await using _desk = desk;
    await using hub = await FakeHub.start({ repos: {} });
    const error = await failure(desk.pull(reference, { environment: without(desk, hub.url), locked }));
    expect(error).toMatchObject({ code: 'repo-not-found' });
  });

  test('what was never pinned is asked for twice, not six times, and the hint says what to do', async () => {
    await using desk = await Desk.open(`http://127.0.0.1:${await deadPort()}`);
    const error = await failure(desk.pull(reference, { patience: { ...slow, firstWaitMs: 5 } }));
    expect(error.message).toMatch(/\(ECONNREFUSED\), 2 times in a row$/);
    expect(error.hint).toContain('HF_HUB_OFFLINE=1');
  });

  const speaking = createSocketServer(socket => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
  afterAll(() => speaking.close());
  test.each([
    ['a port that no browser connects to', () => 'http://127.0.0.1:6000', /can't be reached \(bad port\)$/],
    ['https where plain http is spoken', async () => `https://127.0.0.1:${await listening(speaking)}`, /WRONG_VERSION/],
    [
      'http where something else is spoken',
      () => `http://127.0.0.1:${(speaking.address() as AddressInfo).port}`,
      /HPE_/,
    ],
  ])('%s is final, and says why: not tried six times', async (_, endpoint, said) => {
    await using desk = await Desk.open(await endpoint());
    const error = await failure(desk.pull(reference, { patience: { ...slow, firstWaitMs: 5 } }));
    expect(error.message).toMatch(said);
    expect(error.hint).toContain('HF_ENDPOINT');
  });

  test.each(['HF_HUB_OFFLINE', 'TRANSFORMERS_OFFLINE'])('%s asks nobody, and is what the hint names', async name => {
    const { offline } = await hubEnvironment({ [name]: '1' });
    await using desk = await Desk.open('https://hub.invalid', { offline });
    for (const model of [reference, 'https://elsewhere.invalid/m.gguf'])
      expect(await failure(desk.pull(model))).toMatchObject({
        code: 'not-in-cache',
        hint: expect.stringMatching(new RegExp(`^unset .*${name}.*--offline`)) as string,
      });
  });
});
