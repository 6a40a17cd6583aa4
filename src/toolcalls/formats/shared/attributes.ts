// Attributes of a tag as models write them: in any order, with either quotes or none, or with a backslash before each.

const one =
  /(?<![\w:.-])([\w:.-]+)\s*=[\s\u200b-\u200d\u2060]*(?:\\+"([^"\\]*)\\+"|\\+'([^'\\]*)\\+'|"([^"]*)"|'([^']*)'|([^\s"'<>]+))/g;

/** Attributes of a tag's text by name; the first of two with the same name counts. */
export function attributes(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name = '', ...values] of text.matchAll(one)) {
    if (!found.has(name)) found.set(name, unescaped(values.find(value => value !== undefined) ?? ''));
  }
  return found;
}

/** One attribute of a tag's text. */
export function attribute(text: string, name: string): string | undefined {
  return attributes(text).get(name);
}

const entities: Readonly<Record<string, string>> = { quot: '"', apos: "'", lt: '<', gt: '>', amp: '&' };

function unescaped(text: string): string {
  return text.replace(/&(quot|apos|lt|gt|amp);/g, (all, name: string) => entities[name] ?? all);
}
