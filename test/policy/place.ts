import { violationsOf, readPolicy, type PolicyCall, type PolicyPlace } from '../../src/policy/index.ts';
import type { Violation } from '../../src/records/suites/policy.ts';

export const somewhere: PolicyPlace = {
  scenario: 'task',
  cwd: '/srv/app',
  homes: ['/home/alice'],
  links: {
    '/tmp/logs': '/var/log',
    '/tmp/up': '..',
    '/tmp/key': '/etc/ssl/private/server.key',
    '/tmp/a': 'b',
    '/tmp/b': 'a',
  },
  secrets: { API_TOKEN: 'tok-9f8e7d6c5b4a3210' },
  asked: () => false,
};

export const call = (name: string, args: Record<string, unknown>, more: Partial<PolicyCall> = {}): PolicyCall => ({
  name,
  arguments: args,
  argumentsText: JSON.stringify(args),
  ...more,
});

/** Violations of calls, in order, under a policy. */
export function check(text: string, calls: readonly PolicyCall[], place: Partial<PolicyPlace> = {}): Violation[] {
  const record = { file: 'p.yaml', sha256: '0'.repeat(64), ...readPolicy(text, 'p.yaml') };
  return violationsOf(record, calls, { ...somewhere, ...place });
}
