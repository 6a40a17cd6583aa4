// What is only in one of two prompts -> whether anybody is harmed by it: blanks, or the date as such.

/** Texts that differ in blanks alone: around the signs of a format and at the ends of lines, not inside of words. */
export function isLayout(added: string, removed: string): boolean {
  return unspaced(added) === unspaced(removed);
}

/** Where a line starts with a word, how far it is indented says something: code, lists. */
const unspaced = (text: string): string =>
  text
    .replace(/[ \t]*[\r\n](\s*[\r\n])?/g, '\n')
    .replace(/\n[ \t]+(?=[\p{L}\p{N}_#-])/gu, '\n\u0001')
    .replace(/[ \t]+/g, ' ')
    .replace(/(?<=^|[\n:,"'`|<>()[\]{}])[ \n]+|[ \n]+(?=$|[\n:,"'`|<>()[\]{}])/g, '');

/** What a line with the date says, as Llama 3.1's template has it. */
const dateWords =
  /^(cutting|knowledge|cutoff|date|today|todays|s|current|currently|is|the|time|now|day|it|year|month|of|on|utc|am|pm|january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sep|oct|nov|dec|monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tue|wed|thu|fri|sat|sun)$/;

/** What kind of harmless difference it is. */
export function harmlessKind(added: string, removed: string): 'layout-differs' | 'prints-date' | undefined {
  if (added.endsWith('…') || removed.endsWith('…')) return undefined;
  if (isLayout(added, removed)) return 'layout-differs';
  const [more, less] = [wordsOf(added), wordsOf(removed)];
  for (const word of less) {
    const at = more.indexOf(word);
    if (at < 0) return undefined;
    more.splice(at, 1);
  }
  const isDate = more.length > 0 && more.every(word => /^\d+$/.test(word) || dateWords.test(word.toLowerCase()));
  return isDate ? 'prints-date' : undefined;
}

/** Words, and signs other than those around a date: of these nothing may come on top. */
function wordsOf(text: string): string[] {
  return (text.match(/\p{L}+|\p{N}+|[^\p{L}\p{N}\s.,:;/-]/gu) ?? []).slice(0, 5000);
}
