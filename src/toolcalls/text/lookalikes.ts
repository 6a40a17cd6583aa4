// Letters that look like others, full-width signs and characters without width: a person, or a lenient host, reads past them.
import type { ToolDefinition } from '../../records/toolcall.ts';
import { decoded } from './encodings.ts';
import { escaped } from './text.ts';

const cyrillic = 'аеорсухікјѕһԁԛԝьвмтнӏАЕОРСУХІКЈЅВМТН';
const likeCyrillic = 'aeopcyxikjshdqwbbmthlAEOPCYXIKJSBMTH';
const greek = 'αορνικτυχγΑΒΕΖΗΙΚΜΝΟΡΤΥΧ';
const likeGreek = 'aopvikTuxyABEZHIKMNOPTYX';
const small = 'ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ';
const likeSmall = 'abcdefghijklmnoprstuvwyz';
const letters = new Map(
  [...`${cyrillic}${greek}${small}`].map((letter, index) => [
    letter,
    `${likeCyrillic}${likeGreek}${likeSmall}`[index] as string,
  ]),
);

const withoutWidth = /\p{Default_Ignorable_Code_Point}/gu;
/** Others, and the signs of typographers. */
const signs: Readonly<Record<string, string>> = {
  ı: 'i',
  ɑ: 'a',
  ɡ: 'g',
  ℓ: 'l',
  ƒ: 'f',
  ø: 'o',
  đ: 'd',
  ł: 'l',
  '【': '[',
  '】': ']',
  '《': '<',
  '》': '>',
  '→': '->',
  '⇒': '=>',
  '⟶': '->',
  '➜': '->',
  '➡': '->',
  '←': '<-',
  '‹': '<',
  '›': '>',
  '⟨': '(',
  '⟩': ')',
  '〈': '(',
  '〉': ')',
  '❨': '(',
  '❩': ')',
  '〔': '(',
  '〕': ')',
  '│': '|',
  '┃': '|',
  '║': '|',
};
const quotes = /[\u2018\u2019\u201a\u2032]|[\u201c\u201d\u201e\u2033\u300c\u300d\u00ab\u00bb]/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: everything but ASCII.
const strange = /[^\t-\r\u0020-\u007e]|\\[_"'`nrtu]|\{\s*`\w|(?:(?<!\w)\w ){4}/;
/** `d e l e t e _ f i l e` */
const spread = /(?<!\w)(?:\w ){4,60}\w(?!\w)/g;

/** Where alphabets in circles, in boxes and of flags start. */
const alphabets = [0x1f150, 0x1f170, 0x1f1e6];

function boxed(sign: string): string | undefined {
  const code = sign.codePointAt(0) as number;
  const start = alphabets.find(first => code >= first && code < first + 26);
  return start === undefined ? undefined : String.fromCodePoint(0x61 + code - start);
}

/** What a terminal does not show: its commands, and what a backspace takes back. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const unseen =
  /\u001b(?:\[[0-?]{0,40}[ -/]{0,4}[@-~]|\][^\u0007\u001b]{0,200}(?:\u0007|\u001b\\)|[@-Z\\^_])|[^\n]\u0008|[\u0000-\u0008\u000e-\u001f\u007f]/g;

/** A text as it looks, in ASCII where it can be. */
export function asItLooks(text: string): string {
  if (!strange.test(text)) return text;
  // Quotes and underscores behind a backslash, and JSON in backticks.
  const plainQuotes = /\{\s*`\w{1,40}`\s*:/.test(text) ? text.replaceAll('`', '"') : text;
  return plainQuotes
    .replace(withoutWidth, '')
    .replace(/(?<!\\)\\+u00([0-7][\da-f])/gi, (_all, code: string) => String.fromCodePoint(Number.parseInt(code, 16)))
    .replace(unseen, '')
    .replace(spread, word => word.replaceAll(' ', ''))
    .replace(quotes, quote => (/[\u2018\u2019\u201a\u2032]/.test(quote) ? "'" : '"'))
    .replace(/(?<!\\)\\+([_"'`])/g, '$1')
    .replace(/(?<!\\)\\+[nr]/g, '\n')
    .replace(/(?<!\\)\\+t/g, '\t')
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/\p{Pc}/gu, '_')
    .replace(/[^\u0000-\u007f]/gu, sign => letters.get(sign) ?? signs[sign] ?? boxed(sign) ?? sign);
}

/**
 * Names in other case or with other joints, `deleteFile` and `DELETE-FILE`, or with letters of other alphabets, as the
 * tools are offered. One word in another case stays.
 */
export function namedAsOffered(text: string, tools: readonly ToolDefinition[]): string {
  const known = knownJoints.get(tools) ?? joints(tools);
  knownJoints.set(tools, known);
  const isOffered = (found: string) => tools.some(tool => tool.function.name === found);
  const offered = known.joints.reduce(
    (so, [pattern, name]) => so.replace(pattern, found => (isOffered(found) ? found : name)),
    text,
  );
  if (!otherLetter.test(offered)) return offered;
  return known.foreign.reduce(
    (so, [pattern, name]) => so.replace(pattern, found => (isMostlyAscii(found) ? name : found)),
    offered,
  );
}

type Patterns = readonly (readonly [RegExp, string])[];
const knownJoints = new WeakMap<readonly ToolDefinition[], { joints: Patterns; foreign: Patterns }>();

/** Hyphens, dashes and ties. */
const joint = '(?:[-_\\u2010-\\u2015\\u203f\\u2040\\u2054\\u2212]{1,2}(?:\\\\{1,2}n|\\s)?|\\.)?';
/** Letters of alphabets that have some which look like a to z: Latin, Greek, Cyrillic, Armenian, Cherokee, Coptic, Lisu. */
const otherLetters =
  '\\u00aa-\\u058f\\u13a0-\\u13ff\\u1d00-\\u1dbf\\u2c60-\\u2cff\\ua4d0-\\ua4ff\\ua640-\\ua7ff\\uab30-\\uabbf';
/** Digits and signs that are written for letters: `d3l3t3_f1l3`. */
const digits: Readonly<Record<string, string>> = {
  a: '4@',
  b: '8',
  e: '3',
  g: '69',
  i: '1!|',
  l: '1|',
  o: '0',
  s: '5$',
  t: '7+',
  z: '2',
};
const otherLetter = new RegExp(`[${otherLetters}]|[a-z][0-9@!|$+]|[0-9@!|$+][a-z_-]`, 'i');

function joints(tools: readonly ToolDefinition[]): { joints: Patterns; foreign: Patterns } {
  const names = tools.map(tool => tool.function.name).filter(name => name !== '');
  const parted = names.map(
    name => [name, name.split(/[_-]+|(?<=[a-z\d])(?=[A-Z])/).filter(part => part !== '')] as const,
  );
  return {
    joints: parted.flatMap(([name, parts]) => {
      // As hosts write a tool of a server: `mcp__files__delete_file`.
      const served = new RegExp(`(?<![\\w-])(?:[A-Za-z\\d-]{1,40}__){1,3}${escaped(name)}(?![\\w-])`, 'g');
      if (parts.length < 2) return [[served, name] as const];
      const joined = new RegExp(`(?<!\\w-?)${parts.map(escaped).join(joint)}(?![\\w-])`, 'gi');
      // Apart, they are words: only where a name is asked for are they one.
      const apart = new RegExp(`${nameIsNext}${parts.map(escaped).join('[ _-]?')}(?=["'\`*\\n])`, 'gi');
      // Or where a call's arguments follow at once.
      const called = new RegExp(
        `(?<![\\w-])${parts.map(escaped).join(' ')}(?=\\((?:["'\`{]|\\w{1,40}\\s?=)| {2,9}[/~"'$])`,
        'gi',
      );
      return [[joined, name] as const, [apart, name] as const, [called, name] as const, [served, name] as const];
    }),
    foreign: parted.map(([name, parts]) => {
      const word = (part: string) =>
        [...part].map(letter => `[${escaped(letter)}${digits[letter.toLowerCase()] ?? ''}${otherLetters}]`).join('');
      return [new RegExp(`(?<!\\w-?)${parts.map(word).join(joint)}(?![\\w-])`, 'g'), name] as const;
    }),
  };
}

/** A word in another alphabet is no name with a few letters of that, and a number none with digits for letters. */
function isMostlyAscii(found: string): boolean {
  const length = found.replace(/[_-]/g, '').length;
  const letters = found.replace(/[^a-z]/gi, '').length;
  if (found.replace(/[^a-z\d]/gi, '').length * 2 <= length) return false;
  return length < shortestName ? !/[\d@!|$+]/.test(found) : letters * 2 >= length;
}

const nameIsNext =
  '(?<=["\'](?:(?:tool_|function_)?name|tool|function|action)["\'] {0,4}: {0,4}["\'`]|\\b(?:Action|Tool|Function) {0,4}\\d{0,9}\\*{0,2} {0,4}: {0,4}["\'`*]{0,3})';

/**
 * The offered tool that a name which nobody offered looks like: in other letters or case, with another dash, in a
 * namespace, with spaces or parentheses.
 */
export function resembled(written: string, tools: readonly ToolDefinition[]): string | undefined {
  const names = tools.map(tool => tool.function.name);
  if (names.includes(written)) return undefined;
  const looks = plain(written.slice(0, 300));
  const last = looks.split(/[./:]+/).findLast(part => part !== '' && !/^\d+$/.test(part)) ?? '';
  const offered = namedAsOffered(looks, tools);
  const alike =
    names.find(name => name === offered || plain(name) === looks) ?? names.find(name => plain(name) === plain(last));
  // Whatever stands around it, `mcp__fs__delete_file` or `delete_file(path)`: a lenient host may find it.
  return (
    alike ??
    names.find(name => name.length >= shortestName && within(looks, name)) ??
    names.find(name => isMistyped(looks, plain(name)))
  );
}

/** Offered names that a name which nobody offered has in it: `read_file|delete_file`. */
export function namesWithin(written: string, tools: readonly ToolDefinition[]): string[] {
  const names = tools.map(tool => tool.function.name);
  if (names.includes(written)) return [];
  const looks = plain(written.slice(0, 300));
  return names.filter(name => name.length >= shortestName && within(looks, name));
}

/** Shorter names are other words with a letter more or less. */
const shortestMistyped = 6;

/** One letter more, less, changed, or two swapped; with another number it is another tool. */
function isMistyped(text: string, name: string): boolean {
  if (name.length < shortestMistyped || Math.abs(text.length - name.length) > 1 || text === name) return false;
  let from = 0;
  while (from < text.length && text[from] === name[from]) from++;
  let same = 0;
  const most = Math.min(text.length, name.length) - from;
  while (same < most && text.at(-1 - same) === name.at(-1 - same)) same++;
  const [here, there] = [text.slice(from, text.length - same), name.slice(from, name.length - same)];
  if (/\d/.test(here + there)) return false;
  const swapped = here.length === 2 && there === `${here[1]}${here[0]}`;
  return swapped || (here.length <= 1 && there.length <= 1);
}

const shortestName = 4;

const glued = /^(?:call|tool|function|functions|name|json|to)$/i;

/** A name inside of another, with no letter or digit beside it. */
function within(text: string, name: string): boolean {
  const bare = text.replaceAll('\\', '');
  // `calldelete_file`: the word of a marker is glued to it.
  if (bare.endsWith(name) && glued.test(bare.slice(0, -name.length))) return true;
  const at = bare.indexOf(name);
  return at >= 0 && !/[a-z0-9]/i.test(`${bare[at - 1] ?? ''}${bare[at + name.length] ?? ''}`);
}

function plain(name: string): string {
  return asItLooks(decoded(name))
    .replace(/(?:\\+[nrt]|\s)+$/, '')
    .replace(/^[\s"'`“”‘’([]+|[\s"'`“”‘’()[\]:;,]+$/g, '')
    .replace(/(?<=[a-z\d])(?=[A-Z])/g, '_')
    .replace(/[\s_-]+/g, '_')
    .toLowerCase();
}
