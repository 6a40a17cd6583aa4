// What a report in each format must be whatever a model, a file or a suite wrote into it.
import { expect } from 'vitest';

/** Outside of code spans there is no HTML but ours, no link, no image, no mention; tables keep their columns. */
export function expectHarmlessMarkdown(text: string): void {
  const own = /<\/?sub>|<!-- turncoat run \w* -->/g;
  const prose = text.replace(/(?<!`)(`+)(?!`).*?(?<!`)\1(?!`)/g, 'CODE').replace(own, '');
  expect(prose).not.toMatch(/[<>]|\]\(|!\[|@\w|(?<!^|\n|&)#\w|\bhttps?:\/\/|\bwww\./);
  for (const block of text.split('\n\n').filter(part => part.startsWith('|'))) {
    expect(new Set(block.split('\n').map(line => line.split('|').length)).size).toBe(1);
  }
}

/** Nothing but our own tags, and every entity is one. */
export function expectHarmlessXml(text: string): void {
  const rest = text.replace(
    /<\?xml[^>]*>|<\/?(?:testsuites|testsuite|testcase|failure|error|skipped|system-out|properties|property)(?: [\w]+="[^"<]*")*\/?>/g,
    '',
  );
  expect(rest).not.toMatch(/[<>]|&(?!#\d+;)|[\ufffe\uffff]/);
}

/** As many records as cases, as many fields in each, and none that a spreadsheet computes. */
export function expectHarmlessCsv(text: string, records: number): void {
  const lines = text.trimEnd().split('\r\n');
  expect(lines).toHaveLength(records + 1);
  const fields = lines.map(line =>
    [...line.matchAll(/("(?:[^"]|"")*"|[^",]*)(?:,|$)/g)].slice(0, -1).map(([, field]) => field!),
  );
  expect(new Set(fields.map(({ length }) => length)).size).toBe(1);
  for (const field of fields.flat()) {
    const value = field.startsWith('"') ? field.slice(1, -1) : field;
    const isNumber = /^-?\d+(\.\d+)?(e[+-]\d+)?$/.test(field);
    if (!isNumber) expect(value).not.toMatch(/^\s*[=+\-@]/);
  }
}
