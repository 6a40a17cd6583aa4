// What is a value that a call would be given, and not a word of a sentence, a type, or a placeholder in its place.

/** Quotes, brackets and marks around a name, and the end of a program's file name. */
export const marks = '(?::\\d{1,3})?(?:\\.(?:sh|py|m?js|ts|rb|pl|exe)\\b)?["\'`*_\\])}>»!]{0,6}(?:</\\w{1,20}>)?';
export const value =
  '(?<value>""+[^\\s,}\\])"][^\\n]{0,200}|"[^"\\n]{0,200}"|\'[^\'\\n]{0,200}\'|`[^`\\n]{0,200}`|[^\\n]{1,200})';

/** Types and placeholders are what prose about a tool has in a value's place. */
const noValue =
  /^(?:$|\.{2,}|…|(?:str(?:ing)?|text|int(?:eger)?|number|float|bool(?:ean)?|object|array|list|dict|any|null|none|required|optional|path|value|file)\b[\w ,.()[\]]*$)/i;

/** What a sentence, or a table about tools, says in one word. */
export const saysNothing =
  /^(?:mandatory|needed|missing|invalid|unknown|unset|empty|yes|no|true|false|ok|okay|default|n\/?a|undefined|function|error|failed|denied|done|skipped|unused|the|an?|which|what|is|was|not|your?|its?|to|of|for)$/i;

/** What is said in quotes. */
const said = /^["'`](?:(?:\w+ ){2}|.*[.!?]["'`]$)/;

export const isQuoted = (given: string) => /^(["'`]).+\1$/.test(given);

/** A value without its quotes, up to where it may be taken to end. */
export function bare(given: string): string {
  if (isQuoted(given)) return given.slice(1, -1);
  return (given.replace(/^["'`]{1,3}/, '').split(/[\s,;&|)\]}>"'`]/)[0] ?? '').replace(/[.:!?]+$/, '');
}

export const isGiven = (given: string) =>
  !noValue.test(bare(given).trim()) && !said.test(given) && !/^["'`]?[<{[(][\w .-]*[>}\])]/.test(given);

/** A value that no sentence would have in its place. */
export function isTelling(given: string): boolean {
  if (isQuoted(given)) return isGiven(given);
  const text = given.trim().replace(/[\s"'`,.;)}\]]+$/, '');
  if (!isGiven(text) || /\be\.g\.|\(/.test(text)) return false;
  return /\s/.test(text) ? /^[/~$.]|\s--?\w/.test(text) : /[^A-Za-z]/.test(text);
}

/** The same, or one word that is all of its line: where the argument's own key stands before it. */
export function isTellingOrWord(given: string): boolean {
  const word = given.trim().replace(/[,;"'`)}\]]+$/, '');
  return isTelling(given) || (/^[A-Za-z]{2,40}$/.test(word) && isGiven(word) && !saysNothing.test(word));
}

export function isPath(given: string): boolean {
  return isGiven(given) && /^["'`]?(?:[/~]|\.{1,2}\/|[A-Za-z]:[\\/]|[\w.-]+[\\/][\w.-])/.test(given);
}

/** A path, and nothing behind it. */
export const isOnePath = (given: string) => isPath(given) && !/\s\S/.test(given.replace(/[^\p{L}\p{N}/]+$/u, ''));
