// Letters that look like others, full-width signs and characters without width: a person, or a lenient host, reads past them.
import type { ToolDefinition } from '../records/toolcall.ts';

const cyrillic = 'аеорсухікјѕһԁԛԝьвмтнАЕОРСУХІКЈЅВМТН';
const likeCyrillic = 'aeopcyxikjshdqwbbmthAEOPCYXIKJSBMTH';
const greek = 'αορνικτυχγΑΒΕΖΗΙΚΜΝΟΡΤΥΧ';
const likeGreek = 'aopvikTuxyABEZHIKMNOPTYX';
const letters = new Map(
  [...`${cyrillic}${greek}`].map((letter, index) => [letter, `${likeCyrillic}${likeGreek}`[index] as string]),
);

const withoutWidth = /[\u00ad\u200b-\u200f\u2060-\u2064\ufeff]/g;
const strange = /[\u00ad\u0370-\u04ff\u0500-\u052f\u200b-\u200f\u2060-\u2064\ufeff\uff01-\uff5e]/;

/** A text as it looks, in ASCII where it can be. */
export function asItLooks(text: string): string {
  if (!strange.test(text)) return text;
  return text
    .replace(withoutWidth, '')
    .replace(/[\uff01-\uff5e]/g, sign => String.fromCharCode(sign.charCodeAt(0) - 0xfee0))
    .replace(/[\u0370-\u052f]/g, letter => letters.get(letter) ?? letter);
}

/**
 * The offered tool that a name which nobody offered looks like: in other letters or case, with another dash, in a
 * namespace, with spaces or parentheses.
 */
export function resembled(written: string, tools: readonly ToolDefinition[]): string | undefined {
  const names = tools.map(tool => tool.function.name);
  if (names.includes(written)) return undefined;
  const looks = plain(written.slice(0, 300));
  const last = looks.split(/[./:]+/).findLast(part => part !== '' && !/^\d+$/.test(part)) ?? '';
  return names.find(name => plain(name) === looks) ?? names.find(name => plain(name) === plain(last));
}

function plain(name: string): string {
  return asItLooks(name)
    .replace(/^[\s"'`([]+|[\s"'`()[\]:;,]+$/g, '')
    .replace(/(?<=[a-z\d])(?=[A-Z])/g, '_')
    .replace(/[\s_-]+/g, '_')
    .toLowerCase();
}
