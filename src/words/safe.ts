// Text that a model wrote, for the formats that a report is handed on in.
import { cut, visible } from './visible.ts';

/** What a table cell, a message or an attribute holds of one text; a model may write a megabyte. */
const mostCharacters = 300;

/** One harmless line of bounded length. */
export function line(text: string, most = mostCharacters): string {
  return cut(visible(text.slice(0, 2 * most)), most);
}

/** JSON in which every character that a terminal or an eye could be fooled by is an escape; the same data when read. */
export function safeJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]/g,
    text =>
      [...Array(text.length).keys()].map(at => `\\u${text.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''),
  );
}

/** XML text or attribute value. */
export function xml(text: string, most = mostCharacters): string {
  return line(text, most)
    .replace(/[\ufffe\uffff]/g, character => `\\u{${character.charCodeAt(0).toString(16)}}`)
    .replace(/[&<>"']/g, character => `&#${character.charCodeAt(0)};`);
}

/** A CSV field of text: quoted, and never a formula to a spreadsheet. */
export function csvText(text: string): string {
  const safe = line(text, 2000);
  const guarded = /^[\s]*[=+\-@|%]/.test(safe) ? `'${safe}` : safe;
  return `"${guarded.replaceAll('"', '""')}"`;
}

/** Markdown code: a fence longer than any run of backticks inside; `|` would end a table cell. */
export function markdownCode(text: string, most = 120): string {
  const safe = line(text, most).replaceAll('|', '¦');
  if (safe.trim() === '') return '';
  const longest = Math.max(0, ...(safe.match(/`+/g) ?? []).map(run => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = safe.startsWith('`') || safe.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${safe}${pad}${fence}`;
}

/** Keeps a mention, an issue number or an address from being made a link once entities are read. */
const apart = '&#8203;';

/** Markdown prose: nothing in it is a link, an image, a mention, HTML or emphasis. */
export function markdownText(text: string, most = mostCharacters): string {
  return line(text, most)
    .replace(/[\\`*_{}[\]()#!|<>~&@]/g, character => {
      const entity = `&#${character.charCodeAt(0)};`;
      return character === '@' || character === '#' ? entity + apart : entity;
    })
    .replace(/\b(https?|www)(?=[:.])/gi, scheme => scheme + apart);
}
