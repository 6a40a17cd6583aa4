// Argument templates -> the arguments of one case, in the types that the tool's parameters have.
import { renderText } from './texts.ts';

type Texts = Readonly<Record<string, string>>;

/** Renders argument templates; a text for a numeric or boolean parameter becomes that type. */
export function renderArguments(
  args: Readonly<Record<string, unknown>>,
  properties: Readonly<Record<string, unknown>>,
  texts: Texts,
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => {
      if (typeof value !== 'string') return [name, value];
      const text = renderText(value, texts);
      const type = (properties[name] as { type?: unknown } | undefined)?.type;
      if (type === 'integer' || type === 'number') return [name, Number(text)];
      return [name, type === 'boolean' ? text === 'true' : text];
    }),
  );
}

/** The same, and texts inside of lists and objects are templates too; keys are none. */
export function renderDeepArguments(
  args: Readonly<Record<string, unknown>>,
  properties: Readonly<Record<string, unknown>>,
  texts: Texts,
): Record<string, unknown> {
  const inner = Object.entries(args).map(([name, value]) => [
    name,
    typeof value === 'string' ? value : deepTexts(value, text => renderText(text, texts)),
  ]);
  return renderArguments(Object.fromEntries(inner), properties, texts);
}

/** A JSON value with each of its texts changed; keys stay. */
export function deepTexts(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value);
  if (Array.isArray(value)) return value.map(item => deepTexts(item, change));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, deepTexts(item, change)]));
}
