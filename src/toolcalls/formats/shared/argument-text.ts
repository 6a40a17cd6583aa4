// The text between an argument's tags, without what belongs to the tags: line breaks, and closing tags of another kind.

/** Tags that families close arguments and calls with. */
const knownClose =
  /^(?:[\w｜]{1,20}:?)?(?:param(?:eter)?s?|arg(?:ument)?s?(?:_value|_key)?|value|invoke|function|tool_call|tool|call)(?::\w{1,20})?$/i;
const mostTags = 5;
const longestTag = 60;

/** A text without closing tags at its end that stand for the argument's own, and that nothing in the text opened. */
export function withoutWrongClose(text: string, key: string): string {
  let left = text;
  for (let count = 0; count < mostTags; count++) {
    const body = left.trimEnd();
    const at = body.endsWith('>') ? body.lastIndexOf('</') : -1;
    if (at < 0 || body.length - at > longestTag) return left;
    const tag = body.slice(at + 2, -1).trim();
    if (!(tag === key || knownClose.test(tag)) || body.slice(0, at).includes(`<${tag}`)) return left;
    left = left.slice(0, at);
  }
  return left;
}

const breakBefore = /^\\{1,4}(?:r\\{1,4})?n/;
const breakAfter = /\\{1,4}(?:r\\{1,4})?n$/;

/** Line breaks that were written with a backslash, on both sides of a text, are its tags' as real ones are. */
export function withoutEscapedBreaks(text: string): string {
  const bare = text.trim();
  const rest = bare.replace(breakBefore, '');
  return rest !== bare && breakAfter.test(rest) ? rest.replace(breakAfter, '') : text;
}

/** One line break on each side belongs to the tags. */
export function unwrapped(text: string): string {
  return text.replace(/^\r?\n/, '').replace(/\r?\n$/, '');
}
