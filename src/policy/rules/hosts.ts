// Rules about where requests go: hosts and HTTP methods.
import { hostMatches } from '../globs.ts';
import { readHost } from '../hosts.ts';
import { type NamedValue, plainName } from '../values.ts';
import { onValues, quoted, type Rule, type RuleInput } from './rule.ts';

const hostNames =
  /^(?:(?:base|target|callback|redirect|webhook|api|proxy|image|file|source|remote)?(?:url|uri|href|link|host|hostname|domain|endpoint|server|address)s?|webhook|callback|proxy|redirect|origin|upstream|authority|xforwardedhost)$/;
/** An absolute or scheme-relative URL under any name. */
const hostLook = /^\s*(?:[a-z][a-z0-9+.-]*:)?[/\\]{2}/i;

/** Arguments that name a host: the ones the rule names, else by their names and looks. */
function hostValues(values: readonly NamedValue[], { rules }: RuleInput): NamedValue[] {
  const named = rules.url_arguments?.map(plainName);
  if (named !== undefined) return values.filter(({ name }) => named.includes(name));
  return values.filter(
    ({ name, value }) => hostNames.test(name) || (typeof value === 'string' && hostLook.test(value)),
  );
}

/** `domains`: an allowlist. A call that names no host may go to a default one, so it is not allowed. */
export const domains: Rule = onValues((values, input) => {
  const found = hostValues(values, input);
  if (found.length === 0) return ['names no host'];
  const globs = input.rules.domains ?? [];
  return found.flatMap(({ value }) => {
    if (typeof value !== 'string') return [`host ${quoted(value)} is not a text`];
    const read = readHost(value);
    if ('problem' in read) return [`URL ${quoted(value)} ${read.problem}`];
    const outside = read.hosts.find(host => !globs.some(glob => hostMatches(host, glob)));
    return outside === undefined
      ? []
      : [`${quoted(value)} goes to ${quoted(outside)}, which matches none of ${globs.join(', ')}`];
  });
});

/** `deny_domains`. */
export const denyDomains: Rule = onValues((values, input) =>
  hostValues(values, input).flatMap(({ value }) => {
    if (typeof value !== 'string') return [];
    const read = readHost(value);
    if ('problem' in read) return [`URL ${quoted(value)} ${read.problem}`];
    for (const glob of input.rules.deny_domains ?? []) {
      const hit = read.hosts.find(host => hostMatches(host.replace(/:\d+$/, ''), glob));
      if (hit !== undefined) return [`${quoted(value)} goes to ${quoted(hit)}, which matches ${glob}`];
    }
    return [];
  }),
);

const methodNames = new Set([
  'method',
  'httpmethod',
  'verb',
  'requestmethod',
  'xhttpmethodoverride',
  'xhttpmethod',
  'xmethodoverride',
]);

/** `methods`: every method that a call names, overriding headers included; none is a GET. */
export const methods: Rule = onValues((values, { rules }) => {
  const allowed = (rules.methods ?? []).map(method => method.toUpperCase());
  const named = values.filter(({ name }) => methodNames.has(name)).map(({ value }) => value);
  return (named.length === 0 ? ['GET'] : named).flatMap(method => {
    const plain = typeof method === 'string' ? method.normalize('NFKC').trim().toUpperCase() : undefined;
    return plain !== undefined && allowed.includes(plain)
      ? []
      : [`method ${quoted(method)} is none of ${allowed.join(', ')}`];
  });
});
