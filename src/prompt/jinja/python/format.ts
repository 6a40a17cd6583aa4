// `"…" % values` and `str.format`.
import { TemplateFails, TemplateLacks } from '../errors.ts';
import { at, int, text, typeName, type Value } from '../values.ts';
import { isPlainList, isRange } from './iterables.ts';
import { numberOf, rounded } from './numbers.ts';
import { quoted, reprOf, stringOf } from './print.ts';

interface Spec {
  readonly fill: string;
  readonly align: string;
  readonly sign: string;
  readonly alternate: boolean;
  readonly width: number;
  readonly comma: string;
  readonly precision: number | undefined;
  readonly type: string;
}

const widest = 1_000_000;
const asciiRepr = (value: Value) =>
  reprOf(value).replace(/[^\u0000-\u007f]/gu, character => {
    const code = character.codePointAt(0) as number;
    if (code < 0x100) return `\\x${code.toString(16).padStart(2, '0')}`;
    return code < 0x10000 ? `\\u${code.toString(16).padStart(4, '0')}` : `\\U${code.toString(16).padStart(8, '0')}`;
  });

function padded(body: string, sign: string, { fill, align, width }: Spec): string {
  if (width > widest) throw new TemplateFails(`a width of ${width} is refused`);
  const missing = width - [...body].length - [...sign].length;
  if (missing <= 0) return sign + body;
  if (align === '=') return sign + fill.repeat(missing) + body;
  const before = align === '<' ? 0 : align === '^' ? Math.floor(missing / 2) : missing;
  return fill.repeat(before) + sign + body + fill.repeat(missing - before);
}

const grouped = (digits: string, comma: string) =>
  comma === '' ? digits : digits.replace(/^\d+/, whole => whole.replace(/\B(?=(?:\d{3})+$)/g, comma));

const exponent = (digits: string) => digits.replace(/e([-+])(\d)$/, 'e$10$2');

/** A number's digits without its sign. */
function digitsOf(value: number | bigint, { type, precision, alternate, comma }: Spec): string {
  const size = typeof value === 'bigint' ? (value < 0n ? -value : value) : Math.abs(value);
  const base = { x: 16, X: 16, o: 8, b: 2 }[type];
  if (base !== undefined) {
    if (typeof size !== 'bigint') throw new TemplateFails(`%${type} needs an integer`);
    const digits = (alternate ? `0${type.toLowerCase()}` : '') + size.toString(base);
    return type === 'X' ? digits.toUpperCase() : digits;
  }
  const number = Number(size);
  switch (type) {
    case 'd':
    case 'n':
      if (typeof size !== 'bigint') throw new TemplateFails('an integer is needed');
      return grouped(String(size), comma);
    case 'f':
    case 'F':
      return grouped(fixed(number, precision ?? 6), comma);
    case '%':
      return `${fixed(number * 100, precision ?? 6)}%`;
    case 'e':
    case 'E': {
      const digits = exponent(number.toExponential(precision ?? 6));
      return type === 'E' ? digits.toUpperCase() : digits;
    }
    case 'g':
    case 'G': {
      const digits = general(number, precision ?? 6);
      return grouped(type === 'G' ? digits.toUpperCase() : digits, comma);
    }
    default:
      throw new TemplateLacks('option', `format type ${type}`);
  }
}

function fixed(value: number, digits: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : 'inf';
  if (digits > 100) throw new TemplateFails(`${digits} decimals are refused`);
  const near = rounded(value, digits);
  return Number((near as { value: number }).value).toFixed(digits);
}

function general(value: number, precision: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : 'inf';
  const most = Math.max(1, precision);
  const power = value === 0 ? 0 : Number(value.toExponential(most - 1).split('e')[1]);
  const digits = power < -4 || power >= most ? value.toExponential(most - 1) : value.toFixed(most - 1 - power);
  const short = digits.replace(/(\.\d*?)0+(?=e|$)/, '$1').replace(/\.(?=e|$)/, '');
  return exponent(short);
}

function signOf(value: number | bigint, sign: string): string {
  if (value < 0 || Object.is(value, -0)) return '-';
  return sign === '+' || sign === ' ' ? sign : '';
}

const percentField = /%(?:\(([^)]*)\))?([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d+))?[hlL]?(.)/gs;

/** `"…" % values` */
export function percentFormat(template: string, values: Value): string {
  const plain = values.type === 'list' && values.tuple ? values.items : [values];
  let next = 0;
  const taken = (): Value => {
    const value = plain[next++];
    if (value === undefined) throw new TemplateFails('not enough arguments for format string');
    return value;
  };
  const whole = (given: string | undefined): number | undefined => {
    if (given !== '*') return given === undefined ? undefined : Number(given);
    const value = taken();
    return value.type === 'int' ? Number(value.value) : 0;
  };
  let mapped = false;
  if (/%$/.test(template.replaceAll('%%', ''))) throw new TemplateFails('incomplete format');
  const out = template.replace(percentField, (...found: (string | undefined)[]) => {
    const [, key, flags = '', width, precision, type = ''] = found;
    if (type === '%') return '%';
    const spec: Spec = {
      fill: flags.includes('0') && !flags.includes('-') && !'srac'.includes(type) ? '0' : ' ',
      align: flags.includes('-') ? '<' : flags.includes('0') && !'srac'.includes(type) ? '=' : '>',
      sign: flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '',
      alternate: flags.includes('#'),
      width: whole(width) ?? 0,
      comma: '',
      precision: whole(precision),
      type: type === 'i' || type === 'u' ? 'd' : type,
    };
    if (key !== undefined) mapped = true;
    const value = key === undefined ? taken() : keyed(values, key);
    return percentValue(value, spec);
  });
  if (!mapped && !isMapping(values) && next < plain.length) {
    throw new TemplateFails('not all arguments converted during string formatting');
  }
  return out;
}

/** What has items may have too many: a list as well, though not a tuple. */
function isMapping(values: Value): boolean {
  if (values.type === 'dict') return values.role === 'dict';
  return values.type === 'undefined' || isRange(values) || (isPlainList(values) && !values.tuple);
}

function keyed(values: Value, key: string): Value {
  const value = values.type === 'dict' ? at(values, key) : undefined;
  if (value === undefined) throw new TemplateFails(`format has no value for ${key}`);
  return value;
}

function percentValue(value: Value, spec: Spec): string {
  const cut = (words: string) => padded([...words].slice(0, spec.precision).join(''), '', spec);
  if (spec.type === 's') return cut(stringOf(value));
  if (spec.type === 'r') return cut(reprOf(value));
  if (spec.type === 'a') return cut(asciiRepr(value));
  if (spec.type === 'c') return padded(value.type === 'text' ? value.value : character(value), '', spec);
  if (!'dxXofFeEgG'.includes(spec.type)) throw new TemplateFails(`unsupported format character %${spec.type}`);
  let number = numberOf(value);
  if (number === undefined) throw new TemplateFails(`%${spec.type} of ${typeName(value)}`);
  if (spec.type === 'd' && typeof number === 'number') number = BigInt(Math.trunc(number));
  return padded(digitsOf(number, spec), signOf(number, spec.sign), spec);
}

function character(value: Value): string {
  if (value.type !== 'int' || value.value < 0n || value.value > 0x10ffffn)
    throw new TemplateFails('%c of no character');
  return String.fromCodePoint(Number(value.value));
}

/** Looks fields up: by place, by name, and members of what they name. */
export interface Fields {
  readonly plain: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
  member(value: Value, name: string, item: boolean): Value;
}

/** `template.format(…)` */
export function braceFormat(template: string, fields: Fields): string {
  let next = 0;
  let numbering: 'automatic' | 'manual' | undefined;
  const expanded = (source: string, depth: number): string =>
    source.replace(/\{\{|\}\}|\{((?:[^{}]|\{[^{}]*\})*)\}|[{}]/g, (all: string, field: string | undefined) => {
      if (all === '{{' || all === '}}') return all.slice(1);
      if (field === undefined) throw new TemplateFails(`a single ${all} in format`);
      return one(field, depth);
    });
  const one = (field: string, depth: number): string => {
    const [, path = '', conversion, spec = ''] = field.match(/^([^!:]*)(?:!([rsa]))?(?::([^]*))?$/) ?? [];
    const [, first = '', rest = ''] = path.match(/^([^.[]*)([^]*)$/) ?? [];
    if (/^\d*$/.test(first)) {
      const own = first === '' ? 'automatic' : 'manual';
      if (numbering !== undefined && numbering !== own) {
        throw new TemplateFails(`format can't switch from ${numbering} to ${own} numbers of fields`);
      }
      numbering = own;
    }
    const start = /^\d*$/.test(first) ? fields.plain[first === '' ? next++ : Number(first)] : fields.named.get(first);
    if (start === undefined) throw new TemplateFails(`format has no value for {${first}}`);
    let value = start;
    for (const [, name, item] of rest.matchAll(/\.([^.[]+)|\[([^\]]*)\]/g)) {
      value = fields.member(value, name ?? item ?? '', item !== undefined);
    }
    const inner = depth === 0 ? expanded(spec, 1) : spec;
    if (conversion !== undefined) {
      return formatted(text({ r: reprOf, s: stringOf, a: asciiRepr }[conversion as 'r'](value)), inner);
    }
    return formatted(value, inner);
  };
  return expanded(template, 0);
}

const specification = /^(?:(.)?([<>=^]))?([-+ ])?(#)?(0)?(\d+)?([,_])?(?:\.(\d+))?([a-zA-Z%])?$/su;

/** `format(value, spec)` */
function formatted(value: Value, source: string): string {
  if (source === '') return stringOf(value);
  const found = source.match(specification);
  if (found === null) throw new TemplateFails(`invalid format specifier ${quoted(source)}`);
  const [, fill, align, sign = '', alternate, zero, width = '0', comma = '', precision, type] = found;
  const number = numberOf(value);
  const textual = number === undefined || type === 's';
  const standard = textual ? '<' : '>';
  const spec: Spec = {
    fill: fill ?? (zero === undefined ? ' ' : '0'),
    align: align ?? (zero === undefined || textual ? standard : '='),
    sign,
    alternate: alternate !== undefined,
    width: Number(width),
    comma,
    precision: precision === undefined ? undefined : Number(precision),
    type: type ?? (typeof number === 'bigint' ? 'd' : 'g'),
  };
  if (textual) {
    if (
      (type !== undefined && type !== 's') ||
      sign !== '' ||
      comma !== '' ||
      align === '=' ||
      alternate !== undefined
    ) {
      throw new TemplateFails(`invalid format specifier ${quoted(source)} for a text`);
    }
    if (value.type !== 'text') {
      throw new TemplateFails(`unsupported format for ${typeName(value)}`);
    }
    return padded([...stringOf(value)].slice(0, spec.precision).join(''), '', spec);
  }
  if (type === 'c') return padded(character(int(BigInt(number))), '', spec);
  if (type === undefined && typeof number === 'number' && spec.precision === undefined) {
    return padded(grouped(stringOf(value).replace(/^-/, ''), comma), signOf(number, sign), spec);
  }
  return padded(digitsOf(number, spec), signOf(number, sign), spec);
}
