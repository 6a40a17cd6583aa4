// Numbers that a double can't hold, kept as written through JSON.parse.

const numberText = /-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/y;
const mark = '\u0000number ';

/** A double keeps so many digits for certain. */
const surelyKept = 15;

/** JSON text whose long numbers are marked strings, so that parsing does not round them. */
export function markedNumbers(json: string): string {
  if (!/\d{16}|\d[eE]|\d\.\d{15}/.test(json)) return json;
  let out = '';
  for (let at = 0; at < json.length; ) {
    const end = tokenEnd(json, at);
    const token = json.slice(at, end);
    out += isLong(token) ? JSON.stringify(mark + token) : token;
    at = end;
  }
  return out;
}

/** The canonical digits of a string that `markedNumbers` made; undefined for other strings. */
export function exactNumber(text: string): string | undefined {
  return text.startsWith(mark) ? plainDigits(text.slice(mark.length)) : undefined;
}

/** End of the string or number at `at`, else of one character. */
function tokenEnd(json: string, at: number): number {
  if (json[at] === '"') {
    for (let end = at + 1; end < json.length; end++) {
      if (json[end] === '\\') end++;
      else if (json[end] === '"') return end + 1;
    }
    return json.length;
  }
  numberText.lastIndex = at;
  const number = numberText.exec(json)?.[0];
  return at + (number?.length ?? 1);
}

function isLong(token: string): boolean {
  if (!/^-?\d/.test(token)) return false;
  const digits = token.replace(/[eE].*$/, '').replace(/^-?0*\.?0*|\.|0+$/g, '');
  return digits.length > surelyKept || !Number.isFinite(Number(token));
}

/** `-12.50e3` -> `-125e2`: digits without zeros at the end, and a power of ten. */
function plainDigits(token: string): string | undefined {
  const parts = token.match(/^(-?)(\d+)(?:\.(\d+))?(?:[eE]([-+]?\d+))?$/);
  if (parts === null) return undefined;
  const [, sign = '', whole = '', fraction = '', power = '0'] = parts;
  const digits = (whole + fraction).replace(/^0+/, '');
  const short = digits.replace(/0+$/, '');
  return `${sign}${short}e${Number(power) - fraction.length + (digits.length - short.length)}`;
}
