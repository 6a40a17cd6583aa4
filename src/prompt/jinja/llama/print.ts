// Values as llama.cpp's engine writes them: `common/jinja/value.cpp`.
import { TemplateFails } from '../errors.ts';
import { joined, pairsOf, partsOf, text, type Text, typeName, type Value } from '../values.ts';

/** C++ `out << double`: six significant digits. */
export function sixDigits(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'nan' : value < 0 ? '-inf' : 'inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const [digits, exponent] = value.toExponential(5).split('e') as [string, string];
  const power = Number(exponent);
  if (power >= -4 && power < 6) return trimmed(value.toFixed(5 - power));
  const sign = power < 0 ? '-' : '+';
  return `${trimmed(digits)}e${sign}${String(Math.abs(power)).padStart(2, '0')}`;
}

const trimmed = (digits: string) => (digits.includes('.') ? digits.replace(/\.?0+$/, '') : digits);

/** C++ `std::to_string(double)`, without the zeros at its end but one. */
function sixDecimals(value: number): string {
  if (!Number.isFinite(value)) return sixDigits(value);
  const fixed = Math.abs(value) < 1e21 ? value.toFixed(6) : `${BigInt(value)}.000000`;
  const short = (Object.is(value, -0) ? `-${fixed}` : fixed).replace(/0+$/, '');
  return short.endsWith('.') ? `${short}0` : short;
}

/** A value as a text that keeps the parts it was joined from. */
export function textOf(value: Value): Text {
  switch (value.type) {
    case 'text':
      return value;
    case 'int':
      return text(String(value.value));
    case 'float':
      return text(sixDecimals(value.value));
    case 'bool':
      return text(value.value ? 'True' : 'False');
    case 'none':
      return text('None');
    case 'list': {
      const inner = value.items.map(quoted).join(', ');
      if (!value.tuple) return text(`[${inner}]`);
      return text(`(${inner}${value.items.length === 1 ? ',' : ''})`);
    }
    case 'dict':
      return text(
        `{${pairsOf(value)
          .map(([key, one]) => `${quoted(key)}: ${quoted(one)}`)
          .join(', ')}}`,
      );
    default:
      throw new TemplateFails(`${nameOf(value)} is not a string value`);
  }
}

/** A value inside a list: texts in quotes, without escapes. */
function quoted(value: Value): string {
  switch (value.type) {
    case 'text':
      return value.value.includes("'") ? json(value) : `'${value.value}'`;
    case 'undefined':
      return nameOf(value);
    case 'function':
      return `Function<${value.name}>()`;
    case 'named':
      return 'KwArg';
    default:
      return textOf(value).value;
  }
}

/** A type's name in llama.cpp's messages and lists. */
function nameOf(value: Value): string {
  if (value.type === 'undefined') return value.hint === '' ? 'Undefined' : `Undefined (hint: '${value.hint}')`;
  return value.type === 'function' ? 'Function' : typeName(value);
}

/** What `{{ value }}` prints: nothing for none and dictionaries, and a list's items one after the other. */
export function printed(value: Value): readonly string[] {
  switch (value.type) {
    case 'text':
      return partsOf(value);
    case 'int':
    case 'float':
    case 'bool':
      return [textOf(value).value];
    case 'list':
      return value.items.flatMap(printed);
    default:
      return [];
  }
}

export interface JsonForm {
  /** Below zero: all in one line. */
  readonly indent: number;
  readonly between: string;
  readonly after: string;
}

const oneLine: JsonForm = { indent: -1, between: ', ', after: ': ' };

/** `tojson` */
export function json(value: Value, form: JsonForm = oneLine, depth = 0): string {
  switch (value.type) {
    case 'bool':
      return String(value.value);
    case 'int':
      return String(value.value);
    case 'float':
      return sixDigits(value.value);
    case 'text':
      return jsonText(value.value);
    case 'list': {
      const items = value.items.map(item => json(item, form, depth + 1));
      return wrapped(items, '[]', form, depth);
    }
    case 'dict': {
      const members = pairsOf(value).map(
        ([key, one]) => `${jsonText(textOf(key).value)}${form.after}${json(one, form, depth + 1)}`,
      );
      return wrapped(members, '{}', form, depth);
    }
    default:
      return 'null';
  }
}

function wrapped(
  items: readonly string[],
  brackets: '[]' | '{}',
  { indent, between }: JsonForm,
  depth: number,
): string {
  if (items.length === 0) return brackets;
  const [open, close] = brackets;
  if (indent < 0) return open + items.join(between) + close;
  const pad = ' '.repeat(depth * indent);
  const inner = pad + ' '.repeat(indent);
  return `${open}\n${items.map(item => inner + item).join(`${between}\n`)}\n${pad}${close}`;
}

const escapes: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

function jsonText(value: string): string {
  const inner = value.replace(/["\\\u0000-\u001f]/g, character => {
    return escapes[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `"${inner}"`;
}

/** Two texts, one after the other. */
export function appended(left: Text, right: Text): Text {
  const parts = [...partsOf(left), ...partsOf(right)];
  return parts.length > mostParts ? text(parts.join('')) : joined(parts);
}

/** A text that a loop makes longer and longer keeps this many parts. */
const mostParts = 10_000;
