// Characters that a text writes as HTML, URLs and program strings do: `&quot;`, `&#34;`, `%22`, `\x22`; names that are put
// together of parts; texts that are written in digits.
import { withoutDigits } from './digits.ts';

/** Entities of what calls are written with. */
const entities: Readonly<Record<string, string>> = {
  lt: '<',
  gt: '>',
  amp: '&',
  quot: '"',
  apos: "'",
  grave: '`',
  lbrace: '{',
  lcub: '{',
  rbrace: '}',
  rcub: '}',
  lbrack: '[',
  lsqb: '[',
  rbrack: ']',
  rsqb: ']',
  lpar: '(',
  rpar: ')',
  lowbar: '_',
  colon: ':',
  comma: ',',
  equals: '=',
  sol: '/',
  bsol: '\\',
  period: '.',
  vert: '|',
  nbsp: ' ',
  tab: '\t',
  newline: '\n',
};

const encoded =
  /&#x(?<hexadecimal>[\da-f]{1,6});?|&#(?<decimal>\d{1,7});?|&(?<entity>[a-z]{2,7});|&(?<open>lt|gt|amp|quot)|(?:%|\\{1,4}(?:x|u00|U000000))(?<byte>0[9ad]|[2-7][\da-f])|\\{1,4}u\{0{0,4}(?<point>[2-7][\da-f])\}|\\{1,4}(?<octal>1[0-7]{2}|0[4-7][0-7])(?!\d)|\\{1,4}N\{(?<named>LATIN (?:SMALL|CAPITAL) LETTER [A-Z]|LOW LINE)\}/gi;

/** A text is encoded so often: `&amp;lt;` is twice. */
const deepest = 3;

/** Marks of a page, a family or a program inside of a word: `del<b>ete_file</b>`, `delete_</tool_call>file`, `"del" + "ete_file"`. */
const parted =
  /(?<=[a-z_])(?:(["'`]) {0,3}(?:\+|\.\.?|&|\\\n) {0,3}\1|\*\*|""|''|```|<[/|]?[\w:]{1,30}[/|]?>|\[\/?[A-Z_]{2,20}\])(?=[a-z_])/gi;
/** A word that a page shows in bold or the like, and not alone on its line: there it is a heading. */
const around =
  /(?:(?<=[^\n])(?:<(?:b|i|em|strong|span|mark|u|tt|kbd|samp)>|\*\*)([\w.-]{1,60})(?:<\/\w{1,6}>|\*\*)|(?:<(?:b|i|em|strong|span|mark|u|tt|kbd|samp)>|\*\*)([\w.-]{1,60})(?:<\/\w{1,6}>|\*\*)(?=[ \t]*[^\s]))/gi;
/** A short text with a line's break in it, as of a stream that was cut into lines. */
const wrapped = /(["'])([\w.:-]{1,40})\r?\n([\w.:-]{1,40})\1/g;
/** What LaTeX writes text with. */
const texts = /\\(?:text(?:tt|bf|rm|it|sf)?|math(?:rm|tt|bf|sf|it)|operatorname)\{([^{}\n]{0,200})\}/g;

/** A text without such encodings; what encodes nothing is left as it is. */
export function decoded(text: string): string {
  let plain = withoutDigits(text)
    .replace(parted, '')
    .replace(around, '$1$2')
    .replace(wrapped, '$1$2$3$1')
    .replace(texts, '$1');
  for (let depth = 0; depth < deepest && /&[#a-z]|%[02-7]|\\[xun0-7]/i.test(plain); depth++) {
    const before = plain;
    plain = before.replace(encoded, (all, ...found) => character(found.at(-1) as Groups) ?? all);
    if (plain === before) break;
  }
  return plain;
}

type Groups = Readonly<
  Record<'hexadecimal' | 'decimal' | 'entity' | 'open' | 'byte' | 'point' | 'octal' | 'named', string | undefined>
>;

function character({ hexadecimal, decimal, entity, open, byte, point, octal, named }: Groups): string | undefined {
  const name = entity ?? open;
  if (name !== undefined) return entities[name.toLowerCase()];
  if (named !== undefined) return letterOf(named.toUpperCase());
  const [digits, base] = [
    [decimal, 10],
    [octal, 8],
    [hexadecimal ?? byte ?? point, 16],
  ].find(([given]) => given !== undefined) as [string, number];
  const code = Number.parseInt(digits, base);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

/** A letter by its name in Unicode. */
function letterOf(name: string): string {
  if (name === 'LOW LINE') return '_';
  const letter = name.slice(-1);
  return name.includes('SMALL') ? letter.toLowerCase() : letter;
}
