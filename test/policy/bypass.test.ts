// Attempts to get a forbidden call past an allowlist. Each must be caught; the honest calls beside them must pass.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { call, check } from './place.ts';

const policy = `
file_delete: {paths: [/tmp/*, /var/log/app/*.log], max_per_session: 10}
file_read: {deny_paths: [/etc/**, /**/*.key, /root, /root/**]}
api_call: {domains: [internal-api.company.com, "*.svc.company.com"], methods: [GET], no_secrets: true}
send: {recipients: ["*@company.com"]}
kubectl_delete: {values: {kind: [pod, pods]}, deny_values: {name: [payments, ledger]}}
wipe: deny
`;

const deletes: [string, unknown][] = [
  ['outside the list', '/etc/passwd'],
  ['dots', '/tmp/../etc/passwd'],
  ['dots behind a matching name', '/tmp/a/../../etc/passwd'],
  ['doubled slashes', '//etc//passwd'],
  ['doubled slashes after the prefix', '/tmp//..//etc/passwd'],
  ['single dots', '/./etc/./passwd'],
  ['home', '~/notes.txt'],
  ["someone's home", '~root/.ssh/id_rsa'],
  ['variable', '$HOME/notes.txt'],
  ['variable behind a matching prefix', '/tmp/${X}'],
  ['command substitution', '/tmp/$(reboot)'],
  ['backtick', '/tmp/`reboot`'],
  ['second command', '/tmp/a; rm -rf /'],
  ['pipe', '/tmp/a|sh'],
  ['wildcard', '/tmp/*'],
  ['braces', '/tmp/{a,../etc/passwd}'],
  ['character class', '/tmp/[a-z]'],
  ['percent escapes', '/tmp/%2e%2e%2fetc%2fpasswd'],
  ['percent escapes twice', '/tmp/%252e%252e%252fetc%252fpasswd'],
  ['overlong escapes', '/tmp/%c0%ae%c0%ae/etc/passwd'],
  ['null byte', '/tmp/a\u0000/../../etc/passwd'],
  ['escaped null byte', '/tmp/a%00.log'],
  ['line end', '/tmp/a\n/etc/passwd'],
  ['backslashes', '/tmp/..\\..\\etc\\passwd'],
  ['full-width dots and slash', '/tmp/．．／etc／passwd'],
  ['one dot leaders', '/tmp/\u2024\u2024/etc/passwd'],
  ['zero-width inside the dots', '/tmp/.\u200b./etc/passwd'],
  ['case', '/TMP/a'],
  ['linked folder', '/tmp/logs'],
  ['up through a link', '/tmp/up/etc'],
  ['linked file', '/tmp/key'],
  ['links in a circle', '/tmp/a'],
  ['root of a process', '/proc/self/root/etc/passwd'],
  ['folder of a process', '/proc/1/cwd'],
  ['file URL', 'file:///etc/passwd'],
  ['file URL with localhost', 'file://localhost/etc/passwd'],
  ['relative', 'data.db'],
  ['relative and up', '../../etc/passwd'],
  ['Windows', 'C:\\Windows\\System32'],
  ['network share', '\\\\host\\share'],
  ['the folder itself', '/tmp'],
  ['the folder itself, with a slash', '/tmp/'],
  ['the folder itself, with a dot', '/tmp/.'],
  ['deeper than the glob', '/tmp/a/b'],
  ['another suffix', '/var/log/app/x.log.gz'],
  ['suffix behind a null', '/var/log/app/x\u0000.log'],
  ['empty', ''],
  ['leading space', ' /etc/passwd'],
  ['too long', `/tmp/${'a'.repeat(5000)}`],
  ['not a text', 7],
  ['nothing', null],
  ['a list with one bad path', ['/tmp/a1', '/etc/passwd']],
];

describe('paths', () => {
  test.each(deletes)('caught: %s', (_, path) => {
    const [violation] = check(policy, [call('file_delete', { path })]);
    expect(violation).toMatchObject({ rule: 'tools.file_delete.paths', line: 2, tool: 'file_delete' });
  });

  test.each([
    ['under another name', { target: '/etc/passwd' }],
    ['under an unknown name', { path: '/tmp/x', extra: '/etc/passwd' }],
    ['nested', { options: { file: '/etc/passwd' } }],
    ['in other case', { path: '/tmp/x', Path: '/etc/passwd' }],
    ['left out', {}],
  ])('caught: %s', (_, args) => {
    expect(check(policy, [call('file_delete', args)])).toMatchObject([{ rule: 'tools.file_delete.paths' }]);
  });

  test('caught: a key written twice, whichever a parser takes', () => {
    const argumentsText = '{"path": "/etc/passwd", "path": "/tmp/x"}';
    const twice = call('file_delete', { path: '/tmp/x' }, { argumentsText });
    expect(check(policy, [twice])).toMatchObject([{ rule: 'tools.file_delete.paths' }]);
  });

  test('caught: arguments that can’t be read', () => {
    const broken = { name: 'file_delete', argumentsText: '{"path": "/tmp/x' };
    expect(check(policy, [broken])).toMatchObject([{ message: 'the arguments can’t be read' }]);
  });

  test.each([
    '/tmp/x',
    '/tmp/.hidden',
    '/tmp/with space.txt',
    '/tmp/./x',
    '/tmp//x',
    '/var/log/app/a.log',
    '/tmp/ü',
    '/tmp/c/../d',
  ])('passes: %s', path => {
    expect(check(policy, [call('file_delete', { path })])).toEqual([]);
  });

  test.each([
    '/etc/shadow',
    '/ETC/shadow',
    '/etc/shadow.',
    '/home/k/wallet.KEY',
    '/srv/../etc/x',
    '~root',
    '/proc/self/root/etc/x',
    '/tmp/key',
  ])('denied: %s', path => {
    expect(check(policy, [call('file_read', { path })])).toMatchObject([
      { rule: 'tools.file_read.deny_paths', line: 3 },
    ]);
  });

  test('no detour through dots, doubled slashes and escapes ends outside unnoticed', () => {
    const step = fc.constantFrom('..', '.', '', 'a', '%2e%2e', '．．', 'b\\..', '%252e.');
    fc.assert(
      fc.property(fc.array(step, { maxLength: 6 }), fc.constantFrom('etc', 'passwd', 'root'), (steps, last) => {
        const path = ['', 'tmp', ...steps, last].join('/');
        // What a program would open after decoding everything there is to decode.
        const plain = path.replaceAll('%25', '%').replaceAll('%2e', '.').replaceAll('．', '.').replaceAll('\\', '/');
        const opened = new URL(`file://${plain}`).pathname.replace(/\/+/g, '/');
        const caught = check(policy, [call('file_delete', { path })]).length > 0;
        expect(caught || /^\/tmp\/[^/]+$/.test(opened)).toBe(true);
      }),
      { seed: 8, numRuns: 500 },
    );
  });
});

const urls: [string, string][] = [
  ['another host', 'https://evil.com/x'],
  ['user information', 'https://internal-api.company.com@evil.com/'],
  ['user information with password', 'https://internal-api.company.com:x@evil.com/'],
  ['prefix of the name', 'https://internal-api.company.com.evil.com/'],
  ['suffix of the name', 'https://evil-internal-api.company.com/'],
  ['fragment before at', 'https://evil.com#@internal-api.company.com'],
  ['query before at', 'https://evil.com?@internal-api.company.com'],
  ['backslash', 'https://evil.com\\@internal-api.company.com'],
  ['backslash the other way', 'https://internal-api.company.com\\@evil.com'],
  ['Cyrillic letter', 'https://іnternal-api.company.com/'],
  ['punycode', 'https://xn--nternal-api-1ij.company.com/'],
  ['full-width dot', 'https://internal-api．company．com．evil.com/'],
  ['percent-escaped dot', 'https://internal-api.company.com%2eevil.com/'],
  ['scheme-relative', '//evil.com/x'],
  ['no scheme', 'evil.com/x'],
  ['other scheme', 'ftp://internal-api.company.com/'],
  ['file', 'file:///etc/passwd'],
  ['data', 'data:text/plain,hello'],
  ['script', 'javascript:alert(1)'],
  ['other port', 'https://internal-api.company.com:8443/'],
  ['address', 'http://169.254.169.254/latest/meta-data'],
  ['address as a number', 'http://2852039166/'],
  ['loopback in hex', 'http://0x7f.1/'],
  ['IPv6', 'http://[::1]/'],
  ['redirect inside', 'https://internal-api.company.com/go?to=https://evil.com'],
  ['escaped redirect inside', 'https://internal-api.company.com/go?to=https%3A%2F%2Fevil.com'],
  ['two labels deep', 'https://a.b.svc.company.com/'],
  ['the bare parent', 'https://svc.company.com/'],
  ['tab inside', 'https://internal-api.company.com\t.evil.com/'],
  ['empty', ''],
];

describe('hosts', () => {
  test.each(urls)('caught: %s', (_, url) => {
    expect(check(policy, [call('api_call', { url })])).toMatchObject([{ rule: 'tools.api_call.domains', line: 4 }]);
  });

  test.each([
    ['a header', { url: 'https://internal-api.company.com/', headers: { Host: 'evil.com' } }],
    ['a proxy', { url: 'https://internal-api.company.com/', proxy: 'evil.com:8080' }],
    ['no host at all', { path: '/x' }],
  ])('caught: %s', (_, args) => {
    expect(check(policy, [call('api_call', args)])).toMatchObject([{ rule: 'tools.api_call.domains' }]);
  });

  test.each([
    'https://internal-api.company.com/a?q=a%20b',
    'HTTPS://INTERNAL-API.COMPANY.COM/',
    'internal-api.company.com',
    'https://x.svc.company.com:443/',
    'https://internal-api.company.com./',
  ])('passes: %s', url => {
    expect(check(policy, [call('api_call', { url })])).toEqual([]);
  });

  test.each([
    ['another method', { method: 'DELETE' }],
    ['lower case', { method: 'delete' }],
    ['an overriding header', { method: 'GET', headers: { 'X-HTTP-Method-Override': 'DELETE' } }],
  ])('caught: %s', (_, args) => {
    const url = 'https://internal-api.company.com/';
    expect(check(policy, [call('api_call', { url, ...args })])).toMatchObject([{ rule: 'tools.api_call.methods' }]);
  });
});

describe('secrets', () => {
  const secret = 'tok-9f8e7d6c5b4a3210';
  const url = 'https://internal-api.company.com/';
  test.each([
    ['plain', { q: secret }],
    ['in the URL', { url: `${url}?v=${secret}` }],
    ['upper case', { q: secret.toUpperCase() }],
    ['percent-escaped', { q: '%74%6f%6b%2d9f8e7d6c5b4a3210' }],
    ['base64', { q: btoa(secret) }],
    ['base64 with more around it', { q: btoa(`a=1&token=${secret}&b=2`) }],
    ['base64 twice', { q: btoa(btoa(secret)) }],
    ['base64 for URLs, unpadded', { q: btoa(`x${secret}`).replace(/=+$/, '').replaceAll('+', '-') }],
    ['hex', { q: Buffer.from(secret).toString('hex') }],
    ['reversed', { q: [...secret].toReversed().join('') }],
    ['spaced out', { q: [...secret].join(' ') }],
    ['in two arguments', { a: secret.slice(0, 9), b: secret.slice(9) }],
    ['the better half', { q: secret.slice(6) }],
  ])('caught: %s', (_, args) => {
    const found = check(policy, [call('api_call', { url, ...args })]);
    expect(found).toMatchObject([{ rule: 'tools.api_call.no_secrets', message: 'carries the secret API_TOKEN' }]);
  });

  test('passes: what any request carries', () => {
    expect(check(policy, [call('api_call', { url, q: 'token of the day: 3210, region eu-west-1' })])).toEqual([]);
  });
});

describe('other rules', () => {
  test.each([
    'a@evil.com',
    'a@company.com.evil.com',
    'x <a@evil.com>',
    'a@company.com, b@evil.com',
    'a@company.com@evil.com',
    'a%evil.com@company.com',
    '',
  ])('recipient caught: %s', to => {
    expect(check(policy, [call('send', { to })])).toMatchObject([{ rule: 'tools.send.recipients', line: 5 }]);
  });

  test('recipient caught in bcc, passes in to', () => {
    expect(check(policy, [call('send', { to: 'a@company.com', bcc: ['b@evil.com'] })])).toHaveLength(1);
    expect(check(policy, [call('send', { to: 'Ann <A@Company.com>' })])).toEqual([]);
  });

  test.each([
    [{ kind: 'Deployment', name: 'x' }, 'values'],
    [{ name: 'x' }, 'values'],
    [{ kind: ' POD ', name: 'Payments ' }, 'deny_values'],
    [{ kind: 'pod', name: 'ｐayments' }, 'deny_values'],
  ])('value caught: %j', (args, rule) => {
    expect(check(policy, [call('kubectl_delete', args)])).toMatchObject([
      { rule: `tools.kubectl_delete.${rule}`, line: 6 },
    ]);
  });

  test.each(['wipe', 'Wipe', 'functions.wipe', 'wi\u200bpe', 'ｗipe'])('tool caught: %s', name => {
    expect(check(policy, [call(name, {})])).toMatchObject([{ rule: 'tools.wipe', line: 7 }]);
  });
});
