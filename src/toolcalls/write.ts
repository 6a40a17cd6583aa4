// A call -> its text in a format, made from the format's own example; also the text up to its name, for exact scores.
import { type FormatName, formatNamed } from './formats/index.ts';

/** The call that every format's example shows. */
export const exampleCall = { name: 'get_weather', key: 'city', value: 'Paris' } as const;

const exampleArguments = '{"city": "Paris"}';

/** Writes a call in a format whose arguments are JSON or Python; in Llama's plain JSON for the others. */
export function writtenCall(format: string, name: string, args: Readonly<Record<string, unknown>>): string {
  const { example } = formatNamed(format);
  if (example.includes(exampleArguments)) {
    return filled(example, name, exampleArguments, spaced(args));
  }
  if (example.includes('city="Paris"')) {
    const keywords = Object.entries(args).map(([key, value]) => `${key}=${python(value)}`);
    return filled(example, name, 'city="Paris"', keywords.join(', '));
  }
  return JSON.stringify({ name, parameters: args });
}

function filled(example: string, name: string, from: string, to: string): string {
  return example.replaceAll(exampleCall.name, () => name).replace(from, () => to);
}

/** The text before a call's name and between its name and its first argument, as the format's example has them. */
export function exampleFrame(format: FormatName): { prefix: string; suffix: string } {
  const { example } = formatNamed(format);
  const name = example.indexOf(exampleCall.name);
  const key = example.indexOf(exampleCall.key, name);
  const suffix = example.slice(name + exampleCall.name.length, key).split(exampleCall.name)[0] as string;
  return { prefix: example.slice(0, name), suffix };
}

/** JSON with the spaces that Python's json.dumps writes. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${spaced(item)}`);
  return `{${entries.join(', ')}}`;
}

/** A Python literal. */
function python(value: unknown): string {
  if (value === null || value === undefined) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return `[${value.map(python).join(', ')}]`;
  if (typeof value !== 'object') return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${python(item)}`);
  return `{${entries.join(', ')}}`;
}
