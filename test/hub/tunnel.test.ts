// An https Hub behind a proxy: CONNECT, TLS inside the tunnel, the proxy's password, and the token out of its sight.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { expect, test } from 'vitest';
import { turncoat } from '../cli/run.ts';
import { FakeHub } from './fake-hub.ts';
import { bytes, sha256 } from './pulling.ts';

const listen = async (server: Server | ReturnType<typeof createTlsServer>): Promise<number> => {
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
};

test('pulls from an https Hub through a proxy that asks for a password', async context => {
  const folder = mkdtempSync(join(tmpdir(), 'turncoat-tunnel-'));
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  try {
    const subject = ['-subj', '/CN=hub.test', '-addext', 'subjectAltName=DNS:hub.test'];
    const files = ['-keyout', key, '-out', certificate];
    execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', ...subject, ...files], {
      stdio: 'pipe',
    });
  } catch (error) {
    context.skip(`SKIPPED: openssl can't make a certificate here (${String(error).split('\n')[0]})`);
  }
  const model = bytes(200_000);
  await using hub = await FakeHub.start({
    repos: { 'user/m': { 'm.gguf': model } },
    token: 'hf_seen',
    gated: ['user/m'],
  });
  const hubPort = Number(new URL(hub.url).port);
  const secure = createTlsServer({ key: readFileSync(key), cert: readFileSync(certificate) }, socket => {
    const onward = connect(hubPort, '127.0.0.1');
    socket.pipe(onward).pipe(socket);
    for (const end of [socket, onward]) end.on('error', () => end.destroy());
  });
  // `hub.test` is no name that anyone knows: only the proxy can get there.
  const asked: string[] = [];
  let seen = '';
  const proxy = createServer();
  proxy.on('connect', (request, socket) => {
    asked.push(`${request.headers['proxy-authorization']} ${request.url}`);
    const onward = connect(Number(request.url?.split(':')[1]), '127.0.0.1');
    socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
    socket.on('data', chunk => (seen += chunk.toString('latin1')));
    socket.pipe(onward).pipe(socket);
    for (const end of [socket, onward]) end.on('error', () => end.destroy());
  });
  try {
    const [securePort, proxyPort] = [await listen(secure), await listen(proxy)];
    const { code, stdout, stderr } = await turncoat(['pull', 'hf:user/m', '--json', '--lock', join(folder, 'lock')], {
      HF_HOME: join(folder, 'hf'),
      HF_ENDPOINT: `https://hub.test:${securePort}`,
      HF_TOKEN: 'hf_seen',
      HTTPS_PROXY: `http://me:word@127.0.0.1:${proxyPort}`,
      NO_PROXY: '',
      NODE_EXTRA_CA_CERTS: certificate,
    });
    expect(stderr).not.toContain('error');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject([{ files: [{ sha256: sha256(model) }] }]);
    const basic = `Basic ${Buffer.from('me:word').toString('base64')}`;
    expect(new Set(asked)).toEqual(new Set([`${basic} hub.test:${securePort}`]));
    expect(seen).not.toContain('hf_seen');
    expect(
      hub.log.filter(({ origin }) => origin === 'hub').every(({ authorization }) => authorization === 'Bearer hf_seen'),
    ).toBe(true);
  } finally {
    proxy.closeAllConnections();
    proxy.close();
    secure.close();
    rmSync(folder, { recursive: true });
  }
});
