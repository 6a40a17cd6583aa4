// Values as Python prints them: `str(value)` and `str.format`.
import type { Value } from './interpreter.ts';

const deepest = 100;

/**
 * A value's text in Python: `{'a': [1, True, None]}`.
 * @param bare a string stands for itself, without quotes
 */
export function pythonText(value: Value, bare = false, depth = 0): string {
  if (depth > deepest) throw new Error('a value is nested too deeply to be printed');
  const inner = (item: Value) => pythonText(item, false, depth + 1);
  switch (value.type) {
    case 'StringValue':
      return bare ? String(value.value) : quoted(String(value.value));
    case 'BooleanValue':
      return value.value === true ? 'True' : 'False';
    case 'NullValue':
      return 'None';
    case 'UndefinedValue':
      return '';
    case 'ArrayValue':
      return `[${(value.value as Value[]).map(inner).join(', ')}]`;
    case 'TupleValue': {
      const items = (value.value as Value[]).map(inner);
      return items.length === 1 ? `(${items[0]},)` : `(${items.join(', ')})`;
    }
    case 'ObjectValue': {
      const entries = [...(value.value as Map<string, Value>)];
      return `{${entries.map(([key, item]) => `${quoted(key)}: ${inner(item)}`).join(', ')}}`;
    }
    default:
      return value.toString();
  }
}

const named: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\\': '\\\\' };

/** Python's repr of a string: single quotes, unless it holds one and no double quote. */
function quoted(text: string): string {
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  let out = '';
  for (const character of text) {
    const code = character.codePointAt(0) as number;
    if (character === quote) out += `\\${quote}`;
    else if (Object.hasOwn(named, character)) out += named[character];
    else if (code < 0x20 || (code >= 0x7f && code <= 0xa0) || code === 0xad)
      out += `\\x${code.toString(16).padStart(2, '0')}`;
    else out += character;
  }
  return quote + out + quote;
}

/**
 * `text.format(…)` with fields `{}`, `{0}` and `{name}`.
 * @throws Error for other fields, as for values that are missing
 */
export function pythonFormat(text: string, plain: readonly string[], byName: ReadonlyMap<string, string>): string {
  let next = 0;
  return text.replace(/\{\{|\}\}|\{([^{}]*)\}/g, (all, field: string | undefined) => {
    if (field === undefined) return all.slice(1);
    const value = /^\d*$/.test(field) ? plain[field === '' ? next++ : Number(field)] : byName.get(field);
    if (value === undefined) throw new Error(`str.format has no value for {${field}}`);
    return value;
  });
}
