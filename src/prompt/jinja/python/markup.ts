// Texts marked as escaped: markupsafe's Markup, which the filters `safe` and `escape` give. No chat template needs it, and
// one that shows it tells Python from llama.cpp.
import { TemplateLacks } from '../errors.ts';
import { text, type Func, type List, type Text, type Value } from '../values.ts';
import { stringOf } from './print.ts';

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&#34;',
  "'": '&#39;',
};

export const isMarkup = (value: Value): boolean => value.type === 'text' && value.markup === true;
export const marked = (value: string): Text => ({ type: 'text', value, markup: true });
/** A text of the same kind as another. */
export const like = (other: Value, value: string): Text => (isMarkup(other) ? marked(value) : text(value));
export const forced = (value: Value): Text =>
  marked(stringOf(value).replace(/[&<>"']/g, character => escapes[character] as string));
/** `escape`: what is marked stays as it is. */
export const escaped = (value: Value): Text => (isMarkup(value) ? (value as Text) : forced(value));

/** Holds a text that a marked one would escape before it takes it in. */
function unescaped(value: Value): boolean {
  if (value.type === 'list') return value.items.some(unescaped);
  return value.type === 'text' && !isMarkup(value) && /[&<>"']/.test(value.value);
}

/** A method of a marked text: what it gives is marked too. */
export function markedMethod({ name, call }: Func): Func {
  return {
    type: 'function',
    name,
    call: (args, scope) => {
      if (name === 'format') throw new TemplateLacks('method', 'format of an escaped text');
      const result = call(args, scope);
      if (result.type !== 'text' && result.type !== 'list') return result;
      if (args.some(one => unescaped(one.type === 'named' ? one.value : one))) {
        throw new TemplateLacks('method', `${name} of an escaped text with one that is not`);
      }
      return result.type === 'text' ? marked(result.value) : { ...result, items: result.items.map(asMarked) };
    },
  };
}

const asMarked = (value: List['items'][number]): Value => (value.type === 'text' ? marked(value.value) : value);
