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
  const alike = names.find(name => plain(name) === looks) ?? names.find(name => plain(name) === plain(last));
  // Whatever stands around it, `mcp__fs__delete_file` or `delete_file(path)`: a lenient host may find it.
  return alike ?? names.find(name => name.length >= shortestName && within(looks, name));
}

const shortestName = 4;

/** A name inside of another, with no letter or digit beside it. */
function within(text: string, name: string): boolean {
  const bare = text.replaceAll('\\', '');
  const at = bare.indexOf(name);
  return at >= 0 && !/[a-z0-9]/i.test(`${bare[at - 1] ?? ''}${bare[at + name.length] ?? ''}`);
}

function plain(name: string): string {
  return asItLooks(name)
    .replace(/^[\s"'`“”‘’([]+|[\s"'`“”‘’()[\]:;,]+$/g, '')
    .replace(/(?<=[a-z\d])(?=[A-Z])/g, '_')
    .replace(/[\s_-]+/g, '_')
    .toLowerCase();
}
