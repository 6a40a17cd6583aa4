// Values as Python writes them: `str`, `repr` and `json.dumps`.
import { TemplateFails, TemplateLacks } from '../errors.ts';
import { at, pairsOf, typeName, type Value } from '../values.ts';

const deepest = 200;

/** A float's shortest text, in Python's form: `1.0`, `1e+16`, `1e-05`. */
export function floatText(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value < 0 ? '-inf' : 'inf';
  if (Object.is(value, -0)) return '-0.0';
  const [digits, exponent] = value.toExponential().split('e') as [string, string];
  const power = Number(exponent);
  if (value !== 0 && (power < -4 || power >= 16)) {
    return `${digits}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`;
  }
  if (Number.isInteger(value)) return `${BigInt(value)}.0`;
  // A small number, which JavaScript writes with an exponent from 1e-7 on: beyond Python's own limit.
  return String(value);
}

/** `str(value)` */
export function stringOf(value: Value, depth = 0): string {
  if (value.type === 'text') return value.value;
  if (value.type === 'undefined') return '';
  return reprOf(value, depth);
}

/** `repr(value)` */
export function reprOf(value: Value, depth = 0): string {
  if (depth > deepest) throw new TemplateFails('a value is nested too deeply to be printed');
  const inner = (one: Value) => reprOf(one, depth + 1);
  switch (value.type) {
    case 'text':
      return value.markup === true ? `Markup(${quoted(value.value)})` : quoted(value.value);
    case 'bool':
      return value.value ? 'True' : 'False';
    case 'int':
      return String(value.value);
    case 'float':
      return floatText(value.value);
    case 'none':
      return 'None';
    case 'undefined':
      return 'Undefined';
    case 'list': {
      if (value.once !== undefined) throw address(value.once.name);
      if (value.shown?.endsWith(')')) return value.shown;
      const items = value.items.map(inner).join(', ');
      if (value.shown !== undefined) return `${value.shown}([${items}])`;
      if (!value.tuple) return `[${items}]`;
      return value.items.length === 1 ? `(${items},)` : `(${items})`;
    }
    case 'dict': {
      const [index, length] = [at(value, 'index'), at(value, 'length')];
      if (value.role === 'object' && index && length) return `<LoopContext ${inner(index)}/${inner(length)}>`;
      if (value.role === 'object') throw address('an object');
      const members = pairsOf(value)
        .map(([key, one]) => `${inner(key)}: ${inner(one)}`)
        .join(', ');
      return value.role === 'namespace' ? `<Namespace {${members}}>` : `{${members}}`;
    }
    case 'function':
      if (value.members === undefined) throw address(value.name);
      return `<Macro ${quoted(value.name)}>`;
    case 'named':
      return value.name;
  }
}

/** Python prints where it keeps such a value, which differs from run to run. */
const address = (name: string) => new TemplateLacks('option', `printing ${name}`);

const escapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };
/** What Python takes for printable is more than this leaves out; these are the kinds that texts have. */
const unprintable = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;

/** Single quotes, unless it holds one and no double quote. */
export function quoted(value: string): string {
  const quote = value.includes("'") && !value.includes('"') ? '"' : "'";
  let out = '';
  for (const character of value) {
    if (character === quote) out += `\\${quote}`;
    else if (Object.hasOwn(escapes, character)) out += escapes[character];
    else if (unprintable.test(character)) out += escaped(character.codePointAt(0) as number);
    else out += character;
  }
  return quote + out + quote;
}

function escaped(code: number): string {
  const hex = code.toString(16);
  if (code < 0x100) return `\\x${hex.padStart(2, '0')}`;
  return code < 0x10000 ? `\\u${hex.padStart(4, '0')}` : `\\U${hex.padStart(8, '0')}`;
}

export interface JsonForm {
  readonly ascii: boolean;
  /** One level of indentation; undefined: all in one line. */
  readonly indent: string | undefined;
  readonly between: string;
  readonly after: string;
  readonly sorted: boolean;
}

/** `json.dumps` */
export function jsonOf(value: Value, form: JsonForm, depth = 0): string {
  if (depth > deepest) throw new TemplateFails('a value is nested too deeply for JSON');
  const wrapped = (items: readonly string[], [open, close]: readonly [string, string]) => {
    if (items.length === 0) return open + close;
    if (form.indent === undefined) return open + items.join(form.between) + close;
    const pad = `\n${form.indent.repeat(depth)}`;
    return open + pad + form.indent + items.join(form.between + pad + form.indent) + pad + close;
  };
  switch (value.type) {
    case 'none':
      return 'null';
    case 'bool':
      return String(value.value);
    case 'int':
      return String(value.value);
    case 'float':
      if (Number.isFinite(value.value)) return floatText(value.value);
      return Number.isNaN(value.value) ? 'NaN' : value.value < 0 ? '-Infinity' : 'Infinity';
    case 'text':
      return jsonText(value.value, form.ascii);
    case 'list':
      if (value.once !== undefined || value.shown !== undefined) break;
      return wrapped(
        value.items.map(item => jsonOf(item, form, depth + 1)),
        ['[', ']'],
      );
    case 'dict': {
      if (value.role !== 'dict') break;
      const members = pairsOf(value).map(([key, one]) => [keyText(key), one] as const);
      if (form.sorted) members.sort(([a], [b]) => (a < b ? -1 : Number(a > b)));
      const written = members.map(([key, one]) => {
        return jsonText(key, form.ascii) + form.after + jsonOf(one, form, depth + 1);
      });
      return wrapped(written, ['{', '}']);
    }
    default:
  }
  throw new TemplateFails(`a ${typeName(value)} is no JSON`);
}

function keyText(key: Value): string {
  if (key.type === 'text') return key.value;
  if (key.type === 'none') return 'null';
  if (key.type === 'bool') return String(key.value);
  return stringOf(key);
}

function jsonText(value: string, ascii: boolean): string {
  const inner = JSON.stringify(value).replace(/\\ud[89a-f][0-9a-f]{2}/g, unit => {
    return String.fromCharCode(Number.parseInt(unit.slice(2), 16));
  });
  if (!ascii) return inner;
  return inner.replace(/[^\u0000-\u007e]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
