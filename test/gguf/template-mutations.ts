// Changes to a chat template: pieces lost, doubled, moved, and pieces that run away, recurse or reach for what is outside.
import type { Random } from '../../src/statistics/index.ts';

const hostile = [
  '{% for i in range(999999999) %}x{% endfor %}',
  '{% for i in range(10000) %}{% for j in range(10000) %}{{ i * j }}{% endfor %}{% endfor %}',
  '{{ "x" * 999999999 }}',
  '{{ ["x"] * 99999999 }}',
  '{{ "%999999999d" | format(1) }}',
  '{{ "x" | indent(999999999) }}',
  '{{ "x".ljust(999999999) }}',
  '{{ "x" | center(999999999) }}',
  `{% set ns = namespace(s="x") %}{% for i in range(64) %}{% set ns.s = ns.s + ns.s %}{% endfor %}{{ ns.s }}`,
  '{% macro f(n) %}{{ f(n + 1) }}{% endmacro %}{{ f(0) }}',
  `{% macro a() %}{{ b() }}{% endmacro %}{% macro b() %}{{ a() }}{% endmacro %}{{ a() }}`,
  '{{ "".__class__.__mro__[1].__subclasses__() }}',
  '{{ messages.__init__.__globals__ }}',
  '{{ constructor.constructor("return process")() }}',
  '{{ messages["__proto__"] }}{% set messages.__proto__.x = 1 %}',
  '{{ cycler.__init__.__globals__.os.popen("touch escaped").read() }}',
  '{% include "/etc/passwd" %}',
  '{% import "os" as os %}',
  '{% extends "base" %}',
  '{{ raise_exception("x" * 1000000) }}',
  '{{ messages | tojson(indent=999999999) }}',
  `{{ [messages, messages] | sum(start=[]) | tojson }}`,
  `{{ ${'('.repeat(3000)}1${')'.repeat(3000)} }}`,
  `{{ ${'['.repeat(5000)} }}`,
  `{{ ${'not '.repeat(5000)}true }}`,
  `{{ ${'1 + '.repeat(5000)}1 }}`,
  '{% if true %}'.repeat(2000),
  `{{ ${'-'.repeat(5000)}1 }}`,
  `{{ "${'a'.repeat(1000)}" | replace("", "${'b'.repeat(1000)}") | replace("", "${'c'.repeat(1000)}") }}`,
  `{{ "${'ab'.repeat(500)}" | regex_replace("(a+)+$", "") }}`,
  `{{ strftime_now("%${'Y'.repeat(2000)}") }}`,
  '{{ 10 ** 10 ** 10 }}',
  '{{ 1 // 0 }}{{ 1 % 0 }}',
  '{{ messages[99999999999999999999] }}{{ messages[-99999999] }}{{ "abc"[::0] }}',
  '{{ dict(messages=messages) | dictsort | map(attribute="a.b.c.d") | list }}',
  '\u0000{{ "\u0000" }}\ud800',
  '{#',
  '{{',
  '{%',
  '%}',
  '{% endfor %}',
  '{% raw %}',
  '{% endraw %}',
  '{%- generation -%}',
] as const;

/** Tags, and the text between them. */
const piecesOf = (template: string): string[] => template.split(/(\{[{%#][^]*?[}%#]\})/).filter(piece => piece !== '');

type Edit = (pieces: readonly string[], random: Random) => string[];

const place = (pieces: readonly string[], random: Random): number => random.integer(pieces.length + 1);

const edits: readonly Edit[] = [
  (pieces, random) => pieces.toSpliced(random.integer(pieces.length), 1 + random.integer(3)),
  (pieces, random) => pieces.toSpliced(place(pieces, random), 0, random.pick(pieces)),
  (pieces, random) => pieces.toSpliced(place(pieces, random), 0, random.pick(hostile)),
  (pieces, random) => pieces.toSpliced(place(pieces, random), 0, random.pick(hostile)),
  (pieces, random) => {
    const [a, b] = [random.integer(pieces.length), random.integer(pieces.length)];
    return pieces.with(a, pieces[b] as string).with(b, pieces[a] as string);
  },
  // Letters of one piece.
  (pieces, random) => {
    const at = random.integer(pieces.length);
    const piece = pieces[at] as string;
    const from = random.integer(piece.length);
    const letter = random.pick(['', '"', "'", '|', '(', ')', '[', '}', '.', '-', '~', '\\', '\u0000', '9', 'not ']);
    return pieces.with(at, piece.slice(0, from) + letter + piece.slice(from + random.integer(3)));
  },
  // A name becomes another one.
  (pieces, random) => {
    const at = random.integer(pieces.length);
    const names = [
      'messages',
      'tools',
      'loop',
      'namespace',
      'range',
      'bos_token',
      'message',
      'self',
      'none',
      'undefined',
    ];
    return pieces.with(at, (pieces[at] as string).replace(/\b[a-z_]{3,}\b/, random.pick(names)));
  },
];

/** One to four edits. @param template not empty */
export function mutateTemplate(template: string, random: Random): string {
  let pieces = piecesOf(template);
  for (let times = 1 + random.integer(4); times > 0; times--) {
    if (pieces.length === 0) return random.pick(hostile);
    pieces = random.pick(edits)(pieces, random);
  }
  return pieces.join('');
}
