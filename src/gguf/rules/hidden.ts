// Text -> the characters in it that nobody sees, but a program gets.

const control = String.raw`\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f`;
const layout = String.raw`\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb`;
const astral = String.raw`\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}`;
const hidden = new RegExp(`[${control}${layout}${astral}]|[\\ufe00-\\ufe0f]{2,}`, 'gu');
const lineEnds = /[\t\n\r]/g;

/** Hidden characters with a use: flags of regions, joined emoji, joiners within scripts that need them. */
const useful = [
  /\u{1f3f4}[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{1,6}\u{e007f}/gu,
  /(?<=\p{Extended_Pictographic}|\p{Emoji_Modifier}|\ufe0f)\u200d(?=\p{Extended_Pictographic})/gu,
  /(?<=[\p{sc=Arab}\p{sc=Deva}\p{sc=Beng}\p{sc=Gujr}\p{sc=Guru}\p{sc=Knda}\p{sc=Mlym}\p{sc=Orya}\p{sc=Sinh}\p{sc=Taml}\p{sc=Telu}\p{sc=Khmr}\p{sc=Mymr}])[\u200c\u200d]/gu,
  /(?<=[\p{sc=Arab}\p{sc=Hebr}].{0,3})[\u200e\u200f]/gu,
];

/**
 * Names of the hidden characters, each once; empty when there are none.
 * @param oneLine line ends and tabs are hidden characters too, as in a name
 */
export function hiddenCharacters(text: string, oneLine = false): string[] {
  // Most texts are plain: one quick look, and long ones are looked at in part.
  const looked = text.length > longest ? text.slice(0, longest) : text;
  const left = useful.reduce((kept, pattern) => kept.replace(pattern, ''), looked);
  const characters = [...(left.match(hidden) ?? []), ...(oneLine ? (left.match(lineEnds) ?? []) : [])];
  const points = [...new Set(characters.join(''))];
  const smuggled = tagText(characters);
  const names = points.filter(point => !isTag(point)).map(nameOf);
  return smuggled === undefined ? names : [...names, `tag characters that say ${JSON.stringify(smuggled)}`];
}

const longest = 2 ** 20;

const isTag = (point: string): boolean => point >= '\u{e0000}' && point <= '\u{e007f}';

/** Tag characters are ASCII moved out of sight: what they say. */
function tagText(characters: readonly string[]): string | undefined {
  const tags = characters.filter(isTag);
  if (tags.length === 0) return undefined;
  const text = tags.map(tag => String.fromCodePoint((tag.codePointAt(0) ?? 0) & 0x7f || 0x3f)).join('');
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}

function nameOf(point: string): string {
  return `U+${(point.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}
