// A URL or host as a model wrote it -> every host that a request may go to, or why that can't be said.
import { readingsOf } from './readings.ts';

/** A host with its port where it is not the scheme's own, `example.com` or `example.com:8443`. */
export type HostReading = { readonly hosts: readonly string[] } | { readonly problem: string };

/** Reads a URL, a scheme-relative URL, or a bare host with or without a port and path. */
export function readHost(text: string): HostReading {
  // The host itself is percent-decoded by the URL parser; escapes elsewhere are what honest queries are full of.
  const readings = readingsOf(text, false);
  if (readings === undefined) return { problem: 'is too long or too tangled to be a URL' };
  const hosts = new Set<string>();
  for (const reading of readings) {
    const found = hostsOf(reading.trim());
    if ('problem' in found) return found;
    for (const host of found.hosts) hosts.add(host);
  }
  return { hosts: [...hosts] };
}

function hostsOf(text: string): HostReading {
  const problem = refusal(text);
  if (problem !== undefined) return { problem };
  const url = parsedUrl(text);
  if (url === undefined) return { problem: 'is not a URL' };
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    return { problem: `uses ${url.protocol} instead of https` };
  if (url.hostname === '') return { problem: 'names no host' };
  const host = url.hostname.replace(/\.+$/, '') + (url.port === '' ? '' : `:${url.port}`);
  // A request that carries another URL may be sent on to it by an open redirect or a proxy.
  const inner = nested(url);
  return { hosts: [host, ...inner] };
}

/** What programs read differently from each other, so that it is never let through. */
function refusal(text: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what is looked for
  if (/[\u0000-\u0020\u007f-\u00a0\u2028\u2029]/.test(text)) return 'contains a space or control character';
  if (text.includes('\\')) return 'contains a backslash, which only some programs take for a slash';
  if (/^(?:[a-z][a-z0-9+.-]*:)?\/*[^/?#]*@/i.test(text)) return 'has user information before the host';
  return undefined;
}

function parsedUrl(text: string): URL | undefined {
  const whole = text.startsWith('//')
    ? `https:${text}`
    : /^[a-z][a-z0-9+.-]*:(?!\d+(?:[/?#]|$))/i.test(text)
      ? text
      : `https://${text}`;
  return URL.canParse(whole) ? new URL(whole) : undefined;
}

/** Hosts of URLs inside a URL's path, query and fragment. */
function nested({ pathname, search, hash }: URL): string[] {
  const texts = readingsOf(`${pathname}${search}${hash}`, true) ?? [];
  return texts.flatMap(text =>
    [...text.matchAll(/(?:https?:)?\/\/([^/?#&\s]+)/gi)].flatMap(match => {
      const url = parsedUrl(`https://${match[1]}`);
      return url === undefined ? [String(match[1])] : [url.hostname.replace(/\.+$/, '')];
    }),
  );
}
