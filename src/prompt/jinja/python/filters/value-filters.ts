// Jinja2's filters of texts, numbers and any values.
import { TemplateFails, TemplateLacks } from '../../errors.ts';
import { blankClass } from '../../parser/literals.ts';
import { dict, float, int, missing, text, tuple, typeName, type Value } from '../../values.ts';
import { Bound } from '../args.ts';
import { capitalized } from '../case.ts';
import { percentFormat } from '../format.ts';
import { lengthOf, type PythonFilter } from './filter.ts';
import { escaped, forced, isMarkup, like, marked } from '../markup.ts';
import { numberOf, rounded } from '../numbers.ts';
import { parsedFloat, parsedInt } from '../parsed-numbers.ts';
import { truth } from '../operators.ts';
import { jsonOf, stringOf } from '../print.ts';
import { centered, lines, replacedIn, stripped } from '../text-methods.ts';

const blank = blankClass('python');

const soft =
  (change: (value: string) => string): PythonFilter =>
  input =>
    like(input, change(stringOf(input)));

const titled = (value: string) =>
  value
    .split(new RegExp(`([-({[<${blank}]+)`))
    .map(part => {
      const [first = '', ...rest] = part;
      return first.toUpperCase() + rest.join('').toLowerCase();
    })
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
  return like(input, bound.flag('first') ? pad + body : body);
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
  if (most < [...end].length || leeway < 0) throw new TemplateFails('truncate to less than its end');
  // What is short enough stays what it is, a list too.
  const length = lengthOf(input);
  if (length <= most + leeway) return input;
  if (input.type !== 'text') throw new TemplateFails(`truncate of ${typeName(input)}`);
  const kept = [...input.value].slice(0, most - [...end].length).join('');
  const at = bound.flag('killwords') ? -1 : kept.lastIndexOf(' ');
  const closing = isMarkup(input) ? forced(text(end)).value : end;
  return like(input, (at < 0 ? kept : kept.slice(0, at)) + closing);
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
  if (isMarkup(input)) throw new TemplateLacks('option', 'format of an escaped text');
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
  // An attribute alone: the items of a dictionary are none.
  attr: (input, args, around) => {
    const name = new Bound('attr', args, 'name').text('name');
    if (input.type === 'undefined') throw new TemplateFails(`attr of an undefined value`);
    return around.attribute(input, name) ?? missing(name);
  },
  capitalize: soft(capitalized),
  center: (input, args) => {
    const width = int(new Bound('center', args, 'width').int('width', 80));
    return like(input, stringOf(centered(stringOf(input), [width])));
  },
  d: standard,
  default: standard,
  e: input => escaped(input),
  escape: input => escaped(input),
  filesizeformat: lacking('filesizeformat'),
  float: toFloat,
  forceescape: input => forced(input),
  format,
  indent: indented,
  int: toInt,
  lower: soft(value => value.toLowerCase()),
  pprint: lacking('pprint'),
  replace: (input, args) => {
    const bound = new Bound('replace', args, 'old', 'new', 'count');
    const most = bound.int('count', -1);
    const [old, fresh] = [stringOf(bound.needed('old')), stringOf(bound.needed('new'))];
    return text(replacedIn(stringOf(input), old, fresh, most));
  },
  round,
  safe: input => marked(stringOf(input)),
  string: soft(value => value),
  striptags: lacking('striptags'),
  title: input => text(titled(stringOf(input))),
  tojson: toJson,
  trim: (input, args) => {
    const bound = new Bound('trim', args, 'chars');
    return like(input, stripped(stringOf(input), bound.given('chars') && bound.text('chars'), true, true));
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
