// Jinja2's filters of texts, numbers and any values.
import { TemplateFails, TemplateLacks } from '../errors.ts';
import { dict, float, int, text, tuple, typeName, type Value } from '../values.ts';
import { Bound } from './args.ts';
import { percentFormat } from './format.ts';
import type { PythonFilter } from './list-filters.ts';
import { numberOf, rounded } from './numbers.ts';
import { truth } from './operators.ts';
import { jsonOf, stringOf } from './print.ts';
import { capitalized, centered, lines, replacedIn, stripped } from './text-methods.ts';

const soft =
  (change: (value: string) => string): PythonFilter =>
  input =>
    text(change(stringOf(input)));

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
};
const escaped = soft(value => value.replace(/[&<>"']/g, character => escapes[character] as string));

const titled = (value: string) =>
  value
    .split(/([-\s({[<]+)/)
    .map(part => (part === '' ? '' : (part[0] as string).toUpperCase() + part.slice(1).toLowerCase()))
    .join('');

function standard(input: Value, args: Value[]): Value {
  const bound = new Bound('default', args, 'default_value', 'boolean');
  const absent = input.type === 'undefined' || (bound.flag('boolean') && !truth(input));
  return absent ? (bound.get('default_value') ?? text('')) : input;
}

function indented(input: Value, args: Value[]): Value {
  const bound = new Bound('indent', args, 'width', 'first', 'blank');
  if (input.type !== 'text') throw new TemplateFails(`indent of ${typeName(input)}`);
  const width = bound.get('width');
  const pad = width?.type === 'text' ? width.value : ' '.repeat(Math.min(100_000, Math.max(0, bound.int('width', 4))));
  const [first = '', ...rest] = lines(`${stringOf(input)}\n`);
  const all = bound.flag('blank');
  const body = [first, ...rest.map(line => (line === '' && !all ? line : pad + line))].join('\n');
  return text(bound.flag('first') ? pad + body : body);
}

/** Python's `int(text, base)`. */
function parsedInt(source: string, base: number): bigint | undefined {
  const found = source.trim().match(/^([-+]?)(0[xX]|0[oO]|0[bB])?_?([0-9a-zA-Z]+(?:_[0-9a-zA-Z]+)*)$/);
  if (found === null) return undefined;
  const [, sign, prefix = '', body = ''] = found;
  const named = { x: 16, o: 8, b: 2 }[prefix.slice(1).toLowerCase() as 'x'];
  const fits = prefix === '' || named === base || base === 0;
  const digits = (fits ? body : prefix + body).replaceAll('_', '');
  const radix = BigInt(base === 0 ? (named ?? 10) : base);
  let number = 0n;
  if (digits.length > 4300) return undefined;
  for (const character of digits) {
    const digit = Number.parseInt(character, 36);
    if (Number.isNaN(digit) || BigInt(digit) >= radix) return undefined;
    number = number * radix + BigInt(digit);
  }
  return sign === '-' ? -number : number;
}

/** Python's `float(text)`. */
function parsedFloat(source: string): number | undefined {
  const body = source.trim();
  const named = body.match(/^([-+]?)(inf|infinity|nan)$/i);
  if (named !== null) {
    const size = /^n/i.test(named[2] as string) ? Number.NaN : Number.POSITIVE_INFINITY;
    return named[1] === '-' ? -size : size;
  }
  if (!/^[-+]?(?:\d+(?:_\d+)*\.?(?:\d+(?:_\d+)*)?|\.\d+(?:_\d+)*)(?:[eE][-+]?\d+)?$/.test(body)) return undefined;
  return Number(body.replaceAll('_', ''));
}

function toInt(input: Value, args: Value[]): Value {
  const bound = new Bound('int', args, 'default', 'base');
  if (input.type === 'undefined') throw new TemplateFails('int of an undefined value');
  const otherwise = bound.get('default') ?? int(0);
  const number = numberOf(input);
  if (typeof number === 'bigint') return int(number);
  if (number !== undefined) return Number.isFinite(number) ? int(BigInt(Math.trunc(number))) : otherwise;
  if (input.type !== 'text') return otherwise;
  const whole = parsedInt(input.value, bound.int('base', 10));
  if (whole !== undefined) return int(whole);
  const part = parsedFloat(input.value);
  return part === undefined || !Number.isFinite(part) ? otherwise : int(BigInt(Math.trunc(part)));
}

function toFloat(input: Value, args: Value[]): Value {
  const bound = new Bound('float', args, 'default');
  if (input.type === 'undefined') throw new TemplateFails('float of an undefined value');
  const number = numberOf(input) ?? (input.type === 'text' ? parsedFloat(input.value) : undefined);
  return number === undefined ? (bound.get('default') ?? float(0)) : float(Number(number));
}

function round(input: Value, args: Value[]): Value {
  const bound = new Bound('round', args, 'precision', 'method');
  const [digits, method] = [bound.int('precision', 0), bound.softText('method', 'common')];
  const number = numberOf(input);
  if (number === undefined) throw new TemplateFails(`round of ${typeName(input)}`);
  if (method === 'common') return rounded(number, digits);
  if (method !== 'ceil' && method !== 'floor') throw new TemplateFails('method must be common, ceil or floor');
  const unit = 10 ** digits;
  return float((method === 'ceil' ? Math.ceil : Math.floor)(Number(number) * unit) / unit);
}

function absolute(input: Value): Value {
  const number = numberOf(input);
  if (number === undefined) throw new TemplateFails(`abs of ${typeName(input)}`);
  return typeof number === 'bigint' ? int(number < 0n ? -number : number) : float(Math.abs(number));
}

function truncate(input: Value, args: Value[]): Value {
  const bound = new Bound('truncate', args, 'length', 'killwords', 'end', 'leeway');
  const [most, end, leeway] = [bound.int('length', 255), bound.softText('end', '...'), bound.int('leeway', 5)];
  const all = [...stringOf(input)];
  if (most < [...end].length || leeway < 0) throw new TemplateFails('truncate to less than its end');
  if (all.length <= most + leeway) return text(all.join(''));
  const kept = all.slice(0, most - [...end].length).join('');
  if (bound.flag('killwords')) return text(kept + end);
  const at = kept.lastIndexOf(' ');
  return text((at < 0 ? kept : kept.slice(0, at)) + end);
}

function toJson(input: Value, args: Value[]): Value {
  const bound = new Bound('tojson', args, 'ensure_ascii', 'indent', 'separators', 'sort_keys');
  const [indent, separators] = [bound.given('indent'), bound.given('separators')];
  const width = indent?.type === 'text' ? indent.value : indent && ' '.repeat(Math.min(100, bound.int('indent')));
  const [between, after] = separators?.type === 'list' ? separators.items.map(one => stringOf(one)) : [];
  return text(
    jsonOf(input, {
      ascii: bound.flag('ensure_ascii'),
      indent: width,
      between: between ?? (width === undefined ? ', ' : ','),
      after: after ?? ': ',
      sorted: bound.flag('sort_keys'),
    }),
  );
}

function format(input: Value, args: Value[]): Value {
  const named = args.flatMap(one => (one.type === 'named' ? [[text(one.name), one.value] as const] : []));
  const plain = args.filter(({ type }) => type !== 'named');
  if (named.length > 0 && plain.length > 0) throw new TemplateFails('format takes places or names, not both');
  return text(percentFormat(stringOf(input), named.length > 0 ? dict(named) : tuple(plain)));
}

const percent = (value: string) =>
  encodeURIComponent(value)
    .replace(/[!'()*]/g, character => `%${character.charCodeAt(0).toString(16).toUpperCase()}`)
    .replaceAll('%2F', '/');

const lacking = (name: string): PythonFilter => {
  return () => {
    throw new TemplateLacks('filter', name);
  };
};

export const valueFilters: Readonly<Record<string, PythonFilter>> = {
  abs: absolute,
  attr: (input, args, around) => around.item(input, text(new Bound('attr', args, 'name').text('name'))),
  capitalize: soft(capitalized),
  center: (input, args) => centered(stringOf(input), args.length > 0 ? args : [int(80)]),
  d: standard,
  default: standard,
  e: escaped,
  escape: escaped,
  filesizeformat: lacking('filesizeformat'),
  float: toFloat,
  forceescape: escaped,
  format,
  indent: indented,
  int: toInt,
  lower: soft(value => value.toLowerCase()),
  pprint: lacking('pprint'),
  replace: (input, args) => {
    const bound = new Bound('replace', args, 'old', 'new', 'count');
    const most = bound.int('count', -1);
    return text(replacedIn(stringOf(input), bound.softText('old', ''), bound.softText('new', ''), most));
  },
  round,
  safe: input => (input.type === 'undefined' ? text('') : input.type === 'text' ? input : text(stringOf(input))),
  string: soft(value => value),
  striptags: lacking('striptags'),
  title: soft(titled),
  tojson: toJson,
  trim: (input, args) => {
    const bound = new Bound('trim', args, 'chars');
    return text(stripped(stringOf(input), bound.given('chars') && bound.text('chars'), true, true));
  },
  truncate,
  upper: soft(value => value.toUpperCase()),
  urlencode: (input, args) => {
    if (input.type !== 'text' || args.length > 0) throw new TemplateLacks('option', `urlencode of ${typeName(input)}`);
    return text(percent(input.value));
  },
  urlize: lacking('urlize'),
  wordcount: input => int([...stringOf(input).matchAll(/[\p{L}\p{N}\p{M}_]+/gu)].length),
  wordwrap: lacking('wordwrap'),
  xmlattr: lacking('xmlattr'),
};
