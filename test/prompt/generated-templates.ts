// Random whole templates over the same variables: statements in each other, with every control of white space. What they
// print has a type, so that most of them give a text.

/** Numbers from 0 up to 1, the same for the same seed. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const texts = ["'q'", 's', 't', 'm.role', 'm.content', '"é<"', "'a b'", 'x.n'];
const textFilters =
  "upper trim title capitalize replace('a','b') indent e lower center(6) truncate(3,true,'') string reverse tojson".split(
    ' ',
  );
const textMethods =
  "upper() strip() title() replace('-','+') lower() lstrip() rstrip('b') zfill(5) center(8,'*')".split(' ');
const lists = ['l', '[1,2]', "['b','A']", 'range(3)|list', "s.split('-')", 'names', '(1,2)', '[]'];
const ofVariables = [
  "names|map(attribute='n')|list",
  "names|selectattr('t')|list",
  "names|groupby('a')|list",
  'd|dictsort',
  'd.keys()|list',
  "names|sort(attribute='n')",
  'm|items|list',
];
const tests = 'defined none string mapping iterable number sequence undefined boolean integer float'.split(' ');
const between = ['', 'a', '\n', ' ', '\n  ', 'b\n\n', ' c ', '\t', 'é', '\r\n'];
const deepest = 3;

class Writer {
  readonly #random: () => number;
  constructor(random: () => number) {
    this.#random = random;
  }

  #below(count: number): number {
    return Math.floor(this.#random() * count);
  }
  #pick<T>(all: readonly T[]): T {
    return all[this.#below(all.length)] as T;
  }
  #maybe(text: () => string): string {
    return this.#below(2) === 0 ? text() : '';
  }

  #text(depth: number): string {
    const own = () => this.#text(depth + 1);
    switch (this.#below(depth >= deepest ? 2 : 9)) {
      case 2:
        return `(${own()})|${this.#pick(textFilters)}`;
      case 3:
        return `(${own()} ~ ${this.#any(depth + 1)})`;
      case 4:
        return `(${own()}).${this.#pick(textMethods)}`;
      case 5:
        return `${this.#list(depth + 1)}|join(${this.#pick(['', "','"])})`;
      case 6:
        return `(${own()} if ${this.#truth(depth + 1)} else ${own()})`;
      case 7:
        return `(${own()})[${this.#pick(['0:2', '::-1', '1:', '-2:', '::2'])}]`;
      case 8:
        return `'%s-%5s' % (${this.#any(depth + 1)}, ${own()})`;
      default:
        return this.#pick(texts);
    }
  }

  #number(depth: number): string {
    const own = () => this.#number(depth + 1);
    switch (this.#below(depth >= deepest ? 2 : 7)) {
      case 2:
        return `(${own()} ${this.#pick(['+', '-', '*'])} ${own()})`;
      case 3:
        return `(${own()} ${this.#pick(['//', '%', '/'])} ${this.#pick(['3', '2.5', '-2'])})`;
      case 4:
        return `${this.#list(depth + 1)}|length`;
      case 5:
        return `(${own()})|${this.#pick(['abs', 'round', 'int', 'float', 'round(1)'])}`;
      case 6:
        return `l|${this.#pick(['sum', 'min', 'max'])}`;
      default:
        return this.#pick(['1', '0', '2.5', 'neg', 'f', '7', '-3']);
    }
  }

  #truth(depth: number): string {
    const own = () => this.#truth(depth + 1);
    switch (this.#below(depth >= deepest ? 2 : 7)) {
      case 2:
        return `(${this.#number(depth + 1)} ${this.#pick(['<', '>', '==', '!=', '<='])} ${this.#number(depth + 1)})`;
      case 3:
        return `((${this.#any(depth + 1)}) is ${this.#maybe(() => 'not ')}${this.#pick(tests)})`;
      case 4:
        return `(${own()} ${this.#pick(['and', 'or'])} ${own()})`;
      case 5:
        return `(${this.#text(depth + 1)} in ${this.#text(depth + 1)})`;
      case 6:
        return `(not ${own()})`;
      default:
        return this.#pick(['true', 'false', 'missing', 'none_']);
    }
  }

  #list(depth: number): string {
    const own = () => this.#list(depth + 1);
    switch (this.#below(depth >= deepest ? 2 : 8)) {
      case 2:
        return `${own()}|${this.#pick(['reverse', 'list', "map('string')", 'unique', 'batch(2)'])}|list`;
      case 3:
        return `[${this.#any(depth + 1)}, ${this.#any(depth + 1)}]`;
      case 4:
        return `(${own()})[${this.#pick(['1:', '::-1', ':1'])}]`;
      case 5:
        return this.#pick(ofVariables);
      case 6:
        return `(${own()}|list + ${own()}|list)`;
      case 7:
        return `(${own()} if ${this.#truth(depth + 1)} else ${own()})`;
      default:
        return this.#pick(lists);
    }
  }

  #any(depth: number): string {
    switch (this.#below(6)) {
      case 0:
        return this.#text(depth);
      case 1:
        return this.#number(depth);
      case 2:
        return this.#truth(depth);
      case 3:
      case 4:
        return this.#list(depth);
      default:
        return this.#pick(['d', 'm', 'none', 'missing', 'nested', "{'a': 1, 'b': [none, 'é']}"]);
    }
  }

  #tag(inside: string): string {
    return `{%${this.#pick(['', '', '', '-', '-', '+'])} ${inside} ${this.#pick(['', '', '', '-', '-'])}%}`;
  }

  body(depth: number): string {
    return Array.from({ length: 1 + this.#below(3) }, () => {
      return this.#pick(between) + this.#statement(depth) + this.#pick(between);
    }).join('');
  }

  #block(head: string, end: string, depth: number): string {
    return this.#tag(head) + this.body(depth + 1) + this.#tag(end);
  }

  #statement(depth: number): string {
    switch (this.#below(depth > deepest ? 3 : 13)) {
      case 2:
        return this.#tag(`set ${this.#pick(['x', 'y', 'z', 'ns.a'])} = ${this.#any(0)}`);
      case 3:
        return (
          this.#tag(`if ${this.#truth(0)}`) +
          this.body(depth + 1) +
          this.#maybe(() => this.#tag(`elif ${this.#truth(1)}`) + this.body(depth + 1)) +
          this.#maybe(() => this.#tag('else') + this.body(depth + 1)) +
          this.#tag('endif')
        );
      case 4:
      case 5: {
        const over = this.#pick(['l', 'names', 'd', 's', 'range(3)', '[]', 'missing', this.#list(1)]);
        const only = this.#pick(['', '', ` if ${this.#truth(1)}`]);
        return this.#block(`for ${this.#pick(['i', 'k', 'x'])} in ${over}${only}`, 'endfor', depth);
      }
      case 6:
        return this.#block(`for k, i in ${this.#pick(['d.items()', 'd|dictsort', '[(1,2),(3,4)]'])}`, 'endfor', depth);
      case 7: {
        const name = this.#pick(['show', 'part', 'line']);
        return (
          this.#block(`macro ${name}(x, y=${this.#any(2)})`, 'endmacro', depth + 1) + `{{ ${name}(${this.#any(2)}) }}`
        );
      }
      case 8:
        return this.#block(`set ${this.#pick(['x', 'y'])}`, 'endset', depth + 1);
      case 9:
        return this.#block(`filter ${this.#pick(['upper', 'trim', 'indent', 'title'])}`, 'endfilter', depth + 1);
      case 10:
        return this.#block(`with x = ${this.#any(1)}`, 'endwith', depth);
      case 11:
        return `{#${this.#maybe(() => '-')} c ${this.#maybe(() => '-')}#}`;
      case 12:
        return `${this.#tag('macro w(a)')}<{{ caller() }}>${this.#tag('endmacro')}${this.#block(`call w(${this.#any(2)})`, 'endcall', depth + 1)}`;
      default:
        return `{{${this.#pick(['', '-', '+'])} ${this.#any(0)} ${this.#pick(['', '-'])}}}`;
    }
  }
}

/** So many templates, the same for the same seed. */
export function anyTemplates(count: number, seed: number): string[] {
  const random = numbers(seed);
  const writer = new Writer(random);
  return Array.from({ length: count }, () => `{% set ns = namespace(a=0) %}{% set x = names[0] %}${writer.body(0)}`);
}
