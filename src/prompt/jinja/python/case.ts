// Upper, lower and title case as Python's `str` has them: JavaScript knows the first two.
const cased = /\p{Cased}/u;
const ignored = /\p{Case_Ignorable}/u;
const uppercase = /\p{Uppercase}/u;
const lowercase = /\p{Lowercase}/u;
const titlecase = /\p{Lt}/u;
const characters = (value: string) => [...value];

export const lower = (value: string): string => value.toLowerCase();
export const upper = (value: string): string => value.toUpperCase();

/** A character of a text in lower case: a sigma at a word's end has a form of its own. */
function lowerAt(all: readonly string[], at: number): string {
  const character = all[at] as string;
  if (character !== 'Σ') return lower(character);
  const beside = (step: number) => {
    let place = at + step;
    while (all[place] !== undefined && ignored.test(all[place] as string)) place += step;
    return cased.test(all[place] ?? '');
  };
  return beside(-1) && !beside(1) ? 'ς' : 'σ';
}

/** One character in title case: the few that are not in upper case then, by kind. */
function titled(character: string): string {
  const code = character.codePointAt(0) as number;
  if (code === 0x149) return upper(character);
  if (code >= 0x1c4 && code <= 0x1cc) return String.fromCodePoint(code - ((code - 0x1c4) % 3) + 1);
  if (code >= 0x1f1 && code <= 0x1f3) return '\u01f2';
  // Georgian has no capitals at the start of words.
  if (code >= 0x10d0 && code <= 0x10ff) return character;
  const [first = '', ...marks] = characters(character.normalize('NFD'));
  if (marks.includes('\u0345')) return (upper(first) + marks.join('')).normalize('NFC');
  const [start = '', ...rest] = characters(upper(character));
  return start + lower(rest.join(''));
}

export function capitalized(value: string): string {
  return characters(value)
    .map((character, at, all) => (at === 0 ? titled(character) : lowerAt(all, at)))
    .join('');
}

/** `str.title`: a letter behind no letter begins a word. */
export function titleCase(value: string): string {
  return characters(value)
    .map((character, at, all) => (cased.test(all[at - 1] ?? '') ? lowerAt(all, at) : titled(character)))
    .join('');
}

export function isTitle(value: string): boolean {
  let [before, any] = [false, false];
  for (const character of value) {
    const capital = uppercase.test(character) || titlecase.test(character);
    if (capital ? before : lowercase.test(character) && !before) return false;
    before = capital || lowercase.test(character);
    any ||= before;
  }
  return any;
}

export const isLower = (value: string): boolean =>
  lowercase.test(value) && !uppercase.test(value) && !titlecase.test(value);
export const isUpper = (value: string): boolean =>
  uppercase.test(value) && !lowercase.test(value) && !titlecase.test(value);

export function swapped(value: string): string {
  const one = (character: string, at: number, all: readonly string[]) => {
    if (uppercase.test(character)) return lowerAt(all, at);
    return lowercase.test(character) ? upper(character) : character;
  };
  return characters(value).map(one).join('');
}

/** `str.casefold` */
export function folded(value: string): string {
  const one = (character: string) => {
    if (character === 'ı' || /\p{Script=Cherokee}/u.test(character))
      return character === 'ı' ? character : upper(character);
    return characters(upper(character)).map(lower).join('');
  };
  return characters(value).map(one).join('');
}
