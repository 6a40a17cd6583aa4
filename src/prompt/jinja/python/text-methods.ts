// Methods of `str`.
import { TemplateFails, TemplateLacks } from '../errors.ts';
import { blankClass } from '../parser/literals.ts';
import { bool, int, list, text, tuple, type Value } from '../values.ts';
import { Bound } from './args.ts';
import { capitalized, folded, isLower, isTitle, isUpper, lower, swapped, titleCase, upper } from './case.ts';
import { braceFormat, type Fields } from './format.ts';
import { iterated } from './sequences.ts';

export type Method = (self: string, args: readonly Value[]) => Value;

const blank = blankClass('python');
const widest = 1_000_000;
const characters = (value: string) => [...value];
export function stripped(value: string, chars: string | undefined, left: boolean, right: boolean): string {
  const all = characters(value);
  const known = chars === undefined ? undefined : new Set(chars);
  const blankOne = new RegExp(`[${blank}]`);
  const gone = (character: string | undefined) =>
    character !== undefined && (known === undefined ? blankOne.test(character) : known.has(character));
  let [start, end] = [0, all.length];
  while (left && start < end && gone(all[start])) start++;
  while (right && end > start && gone(all[end - 1])) end--;
  return all.slice(start, end).join('');
}

const strip =
  (left: boolean, right: boolean): Method =>
  (self, args) => {
    const bound = new Bound('strip', args, 'chars');
    return text(stripped(self, bound.given('chars') && bound.text('chars'), left, right));
  };

/** Words between blanks; what is left of the text keeps its blanks on the far side. */
function atBlanks(self: string, most: number, fromRight: boolean): string[] {
  const words = [...self.matchAll(new RegExp(`[^${blank}]+`, 'g'))];
  if (most < 0 || words.length <= most) return words.map(([word]) => word);
  const rest = fromRight ? words[words.length - most - 1] : words[most];
  if (rest === undefined) return [];
  const texts = words.map(([word]) => word);
  if (fromRight) return [self.slice(0, rest.index + rest[0].length), ...texts.slice(words.length - most)];
  return [...texts.slice(0, most), self.slice(rest.index)];
}

const split =
  (fromRight: boolean): Method =>
  (self, args) => {
    const bound = new Bound('split', args, 'sep', 'maxsplit');
    const most = bound.int('maxsplit', -1);
    if (bound.given('sep') === undefined) return list(atBlanks(self, most, fromRight).map(part => text(part)));
    const separator = bound.text('sep');
    if (separator === '') throw new TemplateFails('empty separator');
    const parts = self.split(separator);
    if (most < 0 || parts.length - 1 <= most) return list(parts.map(part => text(part)));
    const joined = fromRight
      ? [parts.slice(0, parts.length - most).join(separator), ...parts.slice(parts.length - most)]
      : [...parts.slice(0, most), parts.slice(most).join(separator)];
    return list(joined.map(part => text(part)));
  };

const lineEnd = /\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]/;

export function lines(value: string, keep = false): string[] {
  const all: string[] = [];
  let rest = value;
  while (rest !== '') {
    const end = rest.match(lineEnd);
    if (end?.index === undefined) return [...all, rest];
    const after = end.index + end[0].length;
    all.push(rest.slice(0, keep ? after : end.index));
    rest = rest.slice(after);
  }
  return all;
}

/** `start` and `end` among so many characters; a start behind them stays there, where nothing is found. */
function placesIn(length: number, bound: Bound): [number, number] {
  const place = (at: number) => Math.max(0, at < 0 ? length + at : at);
  return [place(bound.int('start', 0)), Math.min(length, place(bound.int('end', length)))];
}

/** Character positions of a text found in another, within `start` and `end`. */
function found(self: string, args: readonly Value[], last: boolean): number {
  const bound = new Bound('find', args, 'sub', 'start', 'end');
  const all = characters(self);
  const [start, end] = placesIn(all.length, bound);
  const within = all.slice(start, end).join('');
  const at = last ? within.lastIndexOf(bound.text('sub')) : within.indexOf(bound.text('sub'));
  return at < 0 || start > end ? -1 : start + characters(within.slice(0, at)).length;
}

const index =
  (last: boolean): Method =>
  (self, args) => {
    const at = found(self, args, last);
    if (at < 0) throw new TemplateFails('substring not found');
    return int(at);
  };

function edge(self: string, args: readonly Value[], start: boolean): Value {
  const bound = new Bound(start ? 'startswith' : 'endswith', args, 'prefix', 'start', 'end');
  const within = characters(self)
    .slice(bound.int('start', 0), bound.given('end') && bound.int('end'))
    .join('');
  const wanted = bound.needed('prefix');
  const options = wanted.type === 'list' ? wanted.items : [wanted];
  return bool(
    options.some(one => {
      if (one.type !== 'text') throw new TemplateFails('a text or a tuple of texts is needed');
      return start ? within.startsWith(one.value) : within.endsWith(one.value);
    }),
  );
}

function replaced(self: string, args: readonly Value[]): Value {
  const bound = new Bound('replace', args, 'old', 'new', 'count');
  const [old, fresh, most] = [bound.text('old'), bound.text('new'), bound.int('count', -1)];
  return text(replacedIn(self, old, fresh, most));
}

export function replacedIn(self: string, old: string, fresh: string, most: number): string {
  const parts = old === '' ? ['', ...characters(self), ''] : self.split(old);
  if (most < 0 || parts.length - 1 <= most) return parts.join(fresh);
  return parts.slice(0, most + 1).join(fresh) + ['', ...parts.slice(most + 1)].join(old);
}

function filled(self: string, args: readonly Value[], before: (missing: number, width: number) => number): Value {
  const bound = new Bound('center', args, 'width', 'fillchar');
  const width = bound.int('width');
  if (width > widest) throw new TemplateFails(`a width of ${width} is refused`);
  const missing = Math.max(0, width - characters(self).length);
  const fill = bound.softText('fillchar', ' ');
  const left = before(missing, width);
  return text(fill.repeat(left) + self + fill.repeat(missing - left));
}

export const centered: Method = (self, args) =>
  filled(self, args, (missing, width) => Math.floor(missing / 2) + (missing & width & 1));

function parted(self: string, args: readonly Value[], last: boolean): Value {
  const separator = new Bound('partition', args, 'sep').text('sep');
  const at = last ? self.lastIndexOf(separator) : self.indexOf(separator);
  const parts =
    at < 0
      ? last
        ? ['', '', self]
        : [self, '', '']
      : [self.slice(0, at), separator, self.slice(at + separator.length)];
  return tuple(parts.map(part => text(part)));
}

function joined(self: string, args: readonly Value[]): Value {
  const parts = iterated(new Bound('join', args, 'iterable').needed('iterable')).map(item => {
    if (item.type === 'text') return item.value;
    throw new TemplateFails('join takes texts');
  });
  return text(parts.join(self));
}

/** Every character is of a kind, and there is one. */
const every =
  (kind: RegExp): Method =>
  self =>
    bool(self !== '' && characters(self).every(character => kind.test(character)));

function expanded(self: string, args: readonly Value[]): Value {
  const size = Math.min(1000, new Bound('expandtabs', args, 'tabsize').int('tabsize', 8));
  let column = 0;
  let out = '';
  for (const character of self) {
    const pad = character === '\t' && size > 0 ? size - (column % size) : 0;
    out += character === '\t' ? ' '.repeat(pad) : character;
    column = character === '\n' || character === '\r' ? 0 : column + (character === '\t' ? pad : 1);
  }
  return text(out);
}

function zeroFilled(self: string, args: readonly Value[]): Value {
  const width = new Bound('zfill', args, 'width').int('width');
  if (width > widest) throw new TemplateFails(`a width of ${width} is refused`);
  const [, sign = '', digits = ''] = self.match(/^([-+]?)([^]*)$/) ?? [];
  return text(sign + digits.padStart(width - sign.length, '0'));
}

const without =
  (start: boolean): Method =>
  (self, args) => {
    const part = new Bound('removeprefix', args, 'part').text('part');
    const has = part !== '' && (start ? self.startsWith(part) : self.endsWith(part));
    if (!has) return text(self);
    return text(start ? self.slice(part.length) : self.slice(0, self.length - part.length));
  };

/** `str.format`; members of values are looked up as the template does. */
export const formatting =
  (member: Fields['member']): Method =>
  (self, args) => {
    const plain = args.filter(({ type }) => type !== 'named');
    const named = new Map(args.flatMap(one => (one.type === 'named' ? [[one.name, one.value] as const] : [])));
    return text(braceFormat(self, { plain, named, member }));
  };

const lacking =
  (name: string): Method =>
  () => {
    throw new TemplateLacks('method', name);
  };

export const textMethods: Readonly<Record<string, Method>> = {
  capitalize: self => text(capitalized(self)),
  casefold: self => text(folded(self)),
  center: centered,
  count: (self, args) => {
    const bound = new Bound('count', args, 'sub', 'start', 'end');
    const part = bound.text('sub');
    const all = characters(self);
    const [start, end] = placesIn(all.length, bound);
    if (start > end) return int(0);
    const within = all.slice(start, end);
    return int(part === '' ? (start > all.length ? 0 : within.length + 1) : within.join('').split(part).length - 1);
  },
  encode: lacking('encode'),
  endswith: (self, args) => edge(self, args, false),
  expandtabs: expanded,
  find: (self, args) => int(found(self, args, false)),
  index: index(false),
  isalnum: every(/[\p{L}\p{N}]/u),
  isalpha: every(/\p{L}/u),
  isascii: self => bool(/^[\u0000-\u007f]*$/.test(self)),
  isdecimal: every(/\p{Nd}/u),
  isdigit: every(/[\p{Nd}\u00b2\u00b3\u00b9\u2070\u2074-\u2079\u2080-\u2089]/u),
  isidentifier: self => bool(/^[\p{L}_][\p{L}\p{N}_]*$/u.test(self)),
  islower: self => bool(isLower(self)),
  isnumeric: every(/\p{N}/u),
  isprintable: self => bool(!/[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u.test(self)),
  isspace: every(new RegExp(`[${blank}]`)),
  istitle: self => bool(isTitle(self)),
  isupper: self => bool(isUpper(self)),
  join: joined,
  ljust: (self, args) => filled(self, args, () => 0),
  lower: self => text(lower(self)),
  lstrip: strip(true, false),
  maketrans: lacking('maketrans'),
  partition: (self, args) => parted(self, args, false),
  removeprefix: without(true),
  removesuffix: without(false),
  replace: replaced,
  rfind: (self, args) => int(found(self, args, true)),
  rindex: index(true),
  rjust: (self, args) => filled(self, args, missing => missing),
  rpartition: (self, args) => parted(self, args, true),
  rsplit: split(true),
  rstrip: strip(false, true),
  split: split(false),
  splitlines: (self, args) => {
    return list(lines(self, new Bound('splitlines', args, 'keepends').flag('keepends')).map(line => text(line)));
  },
  startswith: (self, args) => edge(self, args, true),
  strip: strip(true, true),
  swapcase: self => text(swapped(self)),
  title: self => text(titleCase(self)),
  translate: lacking('translate'),
  upper: self => text(upper(self)),
  zfill: zeroFilled,
};
