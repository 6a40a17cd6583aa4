// Text that a model wrote, made harmless: every character that a terminal, a log viewer or a reader's eye could obey or
// be fooled by is shown as what it is.

/** C0 and C1 controls, ESC, DEL, bidi controls, zero-width and line separators, lone surrogates, tags. */
const unsafe =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is being made visible
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/gu;

const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\u001b': '\\e' };

/** One line of harmless text; controls as `\n`, `\e`, `\u{202e}`. */
export function visible(text: string): string {
  return text.replace(unsafe, character => named[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

/** Like `visible`, but real line ends stay line ends. */
export function visibleLines(text: string): string[] {
  return text.split('\n').map(visible);
}

/** What a terminal shows of one text; a model may write a megabyte. */
const mostCharacters = 20_000;

/** Like {@link visibleLines}, cut where it is too long to lay out, and saying so. */
export function boundedLines(text: string): string[] {
  if (text.length <= mostCharacters) return visibleLines(text);
  const rest = text.length - mostCharacters;
  return [...visibleLines(text.slice(0, mostCharacters)), `(and ${rest.toLocaleString('en')} more characters)`];
}

/** Like {@link boundedLines}, but what is too long is cut in the middle: a prompt's end is where it is decided. */
export function foldedLines(text: string): string[] {
  if (text.length <= mostCharacters) return visibleLines(text);
  const [head, tail] = [text.slice(0, mostCharacters / 4), text.slice(-(3 * mostCharacters) / 4)];
  const rest = text.length - head.length - tail.length;
  return [...visibleLines(head), `(${rest.toLocaleString('en')} characters are left out here)`, ...visibleLines(tail)];
}

/** Cuts to a width in characters, with an ellipsis. */
export function cut(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}
