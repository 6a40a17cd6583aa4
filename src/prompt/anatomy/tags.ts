// A chat template's text -> its tags in order, each with its lines and what stands in it.

/** `{% … %}` or `{{ … }}`. */
export interface Tag {
  /** First word of a statement; empty for an expression that is printed. */
  readonly word: string;
  readonly firstLine: number;
  readonly lastLine: number;
  /** What stands between the braces, in one line. */
  readonly text: string;
}

/** Marks what the assistant says, for training; engines drop these tags before they read a template. */
const dropped = new Set(['generation', 'endgeneration']);

/** Searched by hand in one pass, whatever the text; comments are skipped, quotes and braces inside a tag belong to it. */
export function tagsOf(source: string): Tag[] {
  const tags: Tag[] = [];
  const lines = lineCounter(source);
  for (let at = source.indexOf('{'); at >= 0; at = source.indexOf('{', at)) {
    const sign = source[at + 1];
    if (sign === '#') {
      const end = source.indexOf('#}', at + 2);
      if (end < 0) return tags;
      at = end + 2;
    } else if (sign === '%' || sign === '{') {
      const end = tagEnd(source, at + 2, sign === '%' ? '%}' : '}}');
      const text = inner(source.slice(at + 2, end));
      const word = sign === '%' ? (/^\w+/.exec(text)?.[0] ?? '') : '';
      if (!dropped.has(word)) tags.push({ word, firstLine: lines(at), lastLine: lines(end), text });
      at = end + 2;
    } else {
      at++;
    }
  }
  return tags;
}

/** Where the tag's closing sign stands; the end of the text where there is none. */
function tagEnd(source: string, from: number, close: string): number {
  let depth = 0;
  for (let at = from; at < source.length; at++) {
    const letter = source[at];
    if (letter === "'" || letter === '"') at = quoteEnd(source, at);
    else if (depth === 0 && source.startsWith(close, at)) return at;
    else if (letter === '{') depth++;
    else if (letter === '}' && depth > 0) depth--;
  }
  return source.length;
}

function quoteEnd(source: string, start: number): number {
  for (let at = start + 1; at < source.length; at++) {
    if (source[at] === '\\') at++;
    else if (source[at] === source[start]) return at;
  }
  return source.length;
}

/** Without the signs that eat blanks. */
function inner(text: string): string {
  const from = text.startsWith('-') || text.startsWith('+') ? 1 : 0;
  return text
    .slice(from, text.endsWith('-') ? -1 : undefined)
    .replace(/\s+/g, ' ')
    .trim();
}

/** Line of an offset; offsets must not go back. */
function lineCounter(source: string): (offset: number) => number {
  let [line, counted] = [1, 0];
  return offset => {
    for (; counted < offset; counted++) if (source.charCodeAt(counted) === 10) line++;
    return line;
  };
}
