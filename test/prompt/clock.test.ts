// The time as glibc writes it, through Python.
import { expect, test } from 'vitest';
import { templateClock } from '../../src/prompt/clock.ts';
import { inPython, pythonMissing } from './python.ts';

const flags = ['', '-', '_', '0', '^', '#', '^-', '-^', '_0', '0-', '#^'];
const widths = ['', '1', '3', '5', '12'];
// Without `s`, which takes the zone of this machine.
const letters = [...'aAbBcCdDeFgGhHIjklmMnpPqrRStTuUvVwWxXyYzZ%f+:éLQ', ''];
const formats = flags.flatMap(flag =>
  widths.flatMap(width =>
    ['', 'E', 'O'].flatMap(modifier => letters.map(letter => `%${flag}${width}${modifier}${letter}`)),
  ),
);

test.skipIf(pythonMissing !== undefined)(`${formats.length} directives print what Python prints`, () => {
  const all = [...formats, '%5%z', '%%z', '%%%Z', '%f%f', '%Y-%m', 'a%', '%E%Y', '%^Q%q'];
  const { strftimeNow } = templateClock('2024-07-26T12:00');
  const replies = inPython(all.map(format => ({ template: '{{ strftime_now(f) }}', variables: { f: format } })));
  const different = all.filter((format, index) => {
    const reply = replies[index];
    return reply === undefined || !('text' in reply) || strftimeNow(format) !== reply.text;
  });
  expect(different).toEqual([]);
});

test('years of few digits, and weeks of other years', () => {
  expect(templateClock('0999-01-01T13:59').strftimeNow('%Y %C %F %c')).toBe('999 9 999-01-01 Tue Jan  1 13:59:00 999');
  expect(templateClock('2024-12-30T00:00').strftimeNow('%G-W%V %I %p %#p %^P')).toBe('2025-W01 12 AM am am');
});

test('a width that would fill the memory is refused', () => {
  expect(() => templateClock().strftimeNow('%99999999d')).toThrow(/a width of 99999999/);
});

test("llama.cpp's local time has a zone, and no fractions", () => {
  const { strftimeNow } = templateClock('2024-07-26T12:00', 'llama.cpp');
  expect(strftimeNow('%z %Z %f')).toBe('+0000 UTC %f');
  expect(() => strftimeNow('%5z')).toThrow('the option %5z of strftime is not known');
});
