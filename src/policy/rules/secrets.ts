// The rule against carrying secrets out: plain, reversed, percent-escaped, in hex or base64 (also one in the other), with
// separators in between, in one argument or spread over several.
import { onValues, type Rule } from './rule.ts';

/** A part of a secret that no text contains by chance. */
const tellingLength = 8;
/** Encodings inside encodings that are looked through. */
const deepest = 3;

/** `no_secrets`. */
export const noSecrets: Rule = onValues((values, { place }) => {
  const found = secretsIn(
    values.map(({ value }) => String(value)),
    place.secrets,
  );
  return found.map(name => `carries the secret ${name}`);
});

/** Names of the secrets that texts carry, together or alone. */
export function secretsIn(texts: readonly string[], secrets: Readonly<Record<string, string>>): string[] {
  const forms = [...new Set([texts.join(''), texts.join('\n')].flatMap(text => decodings(text, deepest)))].map(bare);
  return Object.entries(secrets)
    .filter(([, secret]) => {
      const telling = parts(bare(secret)).flatMap(part => [part, [...part].toReversed().join('')]);
      return forms.some(form => telling.some(part => form.includes(part)));
    })
    .map(([name]) => name);
}

/** Letters and digits alone, in lower case: dashes and spaces in between hide nothing. */
function bare(text: string): string {
  return text
    .normalize('NFKC')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase();
}

/** The runs of a secret that alone give it away: the whole of a short one, every half of a longer one. */
function parts(secret: string): string[] {
  const length = Math.max(tellingLength, Math.ceil(secret.length / 2));
  if (secret.length <= length) return secret === '' ? [] : [secret];
  return Array.from({ length: secret.length - length + 1 }, (_, at) => secret.slice(at, at + length));
}

/** A text and what it says once its escapes, hex and base64 are read. */
function decodings(text: string, depth: number): string[] {
  if (depth === 0) return [text];
  const inner = [percent(text), hex(text), base64(text), base64(text.replace(/\s+/g, ''))].filter(one => one !== text);
  return [text, ...inner.flatMap(one => decodings(one, depth - 1))];
}

function percent(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}

function hex(text: string): string {
  return text.replace(/(?:(?:\\x|0x)?[0-9a-f]{2}[\s:,-]?){8,}/gi, run =>
    (run.match(/[0-9a-f]{2}(?![x])/gi) ?? []).map(code => String.fromCharCode(Number.parseInt(code, 16))).join(''),
  );
}

function base64(text: string): string {
  return text.replace(/[A-Za-z0-9+/_-]{8,}={0,2}/g, run => {
    const plain = run.replaceAll('-', '+').replaceAll('_', '/').replace(/=+$/, '');
    // One letter over is no base64; a run that is none is left as it is.
    return plain.length % 4 === 1 ? run : atob(plain);
  });
}
