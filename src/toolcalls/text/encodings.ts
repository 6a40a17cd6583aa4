// Characters that a text writes as HTML, URLs and program strings do: `&quot;`, `&#34;`, `%22`, `\x22`.

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
  /&#x(?<hexadecimal>[\da-f]{1,6});?|&#(?<decimal>\d{1,7});?|&(?<entity>[a-z]{2,7});|&(?<open>lt|gt|amp|quot)|(?:%|\\{1,4}x)(?<byte>0[9ad]|[2-7][\da-f])/gi;

/** A text is encoded so often: `&amp;lt;` is twice. */
const deepest = 3;

/** A text without such encodings; what encodes nothing is left as it is. */
export function decoded(text: string): string {
  let plain = text;
  for (let depth = 0; depth < deepest && /&[#a-z]|%[02-7]|\\x/i.test(plain); depth++) {
    const before = plain;
    plain = before.replace(encoded, (all, ...found) => character(found.at(-1) as Groups) ?? all);
    if (plain === before) break;
  }
  return plain;
}

type Groups = Readonly<Record<'hexadecimal' | 'decimal' | 'entity' | 'open' | 'byte', string | undefined>>;

function character({ hexadecimal, decimal, entity, open, byte }: Groups): string | undefined {
  const name = entity ?? open;
  if (name !== undefined) return entities[name.toLowerCase()];
  const code = Number.parseInt(hexadecimal ?? byte ?? decimal ?? '', decimal === undefined ? 16 : 10);
  return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}
