// A template's syntax -> its parts: each arm, loop, inline choice and output that can run or not, and where to count it.
import { constantNames, isConstant, localNames } from './constants.ts';
import { fingerprint } from './fingerprints.ts';
import * as literal from './literals.ts';
import { type Anatomy, type Counter, type Part, type PartKind, type Place, shown } from './part.ts';
import { children, type Node, type Syntax } from './syntax.ts';

/** More than any real template has; the longest of llama.cpp's bundle has about 700. */
const mostParts = 3000;
/** Shortest text that is looked for in prompts. */
const shortestText = 4;

type Described = Pick<Part, 'kind' | 'condition' | 'prints' | 'effect' | 'key'> & { readonly ownKey?: string };

/**
 * Takes a template apart.
 * @throws Error when it has more parts than any real template
 */
export function anatomyOf(syntax: Syntax): Anatomy {
  const anatomist = new Anatomist(syntax);
  anatomist.statements(syntax.program.body as Node[], { firstLine: 1, lastLine: 1, text: '' });
  return anatomist;
}

class Anatomist implements Anatomy {
  readonly parts: Part[] = [];
  readonly counters = new Map<Node, Counter>();
  readonly texts: { part: number; text: string }[] = [];
  readonly #tags: Syntax['tags'];
  readonly #constants: ReadonlySet<string>;
  readonly #local: ReadonlySet<string>;
  readonly #known = new Set<string>();

  constructor({ program, tags }: Syntax) {
    this.#tags = tags;
    this.#constants = constantNames(program);
    this.#local = localNames(program);
  }

  statements(body: readonly Node[], around: Place): void {
    for (const node of body) {
      const tag = this.#tags.get(node);
      this.#statement(node, tag === undefined ? around : { ...around, ...tag });
    }
  }

  #statement(node: Node, place: Place): void {
    const body = node.body as Node[];
    switch (node.type) {
      case 'If':
        return this.#if(node, place);
      case 'For':
        return this.#for(node, place);
      case 'Macro':
        return this.#whenRun(body, this.#arm('macro', place.text, [], body, place));
      case 'Set':
        if (node.value === null) return this.statements(body, place);
        this.#text(literal.valueLiterals(node.value as Node), place);
        return this.#expression(node.value as Node, true, place);
      case 'CallStatement':
        this.#expression(node.call as Node, true, place);
        return this.statements(body, place);
      case 'FilterStatement':
        return this.statements(body, place);
      case 'Comment':
      case 'Break':
      case 'Continue':
        return;
      case 'StringLiteral':
        if (this.#tags.has(node)) return this.#output(node, place);
        return this.#text([node], place);
      default:
        return this.#output(node, place);
    }
  }

  #if(node: Node, place: Place): void {
    const test = node.test as Node;
    const index = this.#arm('arm', place.text.replace(/^elif\b/, 'if'), [test], node.body as Node[], place);
    this.#counter(test).whenTrue.push(index);
    this.#condition(test, place);
    const alternate = node.alternate as Node[];
    const [only] = alternate;
    if (only === undefined) return;
    if (alternate.length === 1 && this.#tags.get(only)?.word === 'elif') return this.statements(alternate, place);
    const line = this.#tags.get(only)?.firstLine ?? this.#lastLine(node.body as Node[], place.lastLine);
    const at = { ...place, firstLine: line, lastLine: line };
    this.#counter(test).whenFalse.push(this.#arm('else', `else of: ${place.text}`, [test], alternate, at));
  }

  #for(node: Node, place: Place): void {
    const iterable = node.iterable as Node;
    this.#whenRun(node.body as Node[], this.#arm('loop', place.text, [iterable], node.body as Node[], place));
    const chosen = iterable.type === 'SelectExpression';
    if (chosen) this.#condition(iterable.test as Node, place);
    this.#expression(chosen ? (iterable.lhs as Node) : iterable, false, place);
    const other = node.defaultBlock as Node[];
    if (other.length > 0) this.#whenRun(other, this.#arm('else', `else of: ${place.text}`, [iterable], other, place));
  }

  #whenRun([first]: readonly Node[], part: number): void {
    if (first !== undefined) this.#counter(first).ran.push(part);
  }

  /** An arm of statements. */
  #arm(kind: PartKind, condition: string, tests: readonly Node[], body: readonly Node[], place: Place): number {
    const own = body.filter(({ type }) => type !== 'If' && type !== 'For' && type !== 'Macro');
    const index = this.#add(
      {
        kind,
        condition,
        prints: literal.printedText(body),
        effect: literal.effectOf(body),
        key: fingerprint([...tests, ...body], this.#local),
        ownKey: fingerprint([...tests, ...own], this.#local),
      },
      { ...place, lastLine: this.#lastLine(body, place.lastLine) },
    );
    this.statements(body, { ...place, parent: index });
    return index;
  }

  #lastLine(nodes: readonly Node[], otherwise: number): number {
    return nodes.reduce((last, node) => {
      const inside = node.type === 'StringLiteral' ? [] : ['body', 'alternate', 'defaultBlock'];
      const below = inside.flatMap(part => (node[part] as Node[] | undefined) ?? []);
      return this.#lastLine(below, Math.max(last, this.#tags.get(node)?.lastLine ?? 0));
    }, otherwise);
  }

  /** Something printed: it may stand behind a `break`. */
  #output(node: Node, place: Place): void {
    const described = {
      kind: 'output',
      condition: place.text,
      prints: literal.printedText([node]),
      effect: literal.effectOf([node]),
      key: fingerprint([node], this.#local),
    } as const;
    this.#counter(node).ran.push(this.#add(described, place));
    this.#text(literal.valueLiterals(node), place);
    this.#expression(node, true, place);
  }

  /** @param printing whether its value is printed or kept, or only compared */
  #expression(node: Node, printing: boolean, place: Place): void {
    if (literal.isComparison(node)) return this.#condition(node, place);
    switch (node.type) {
      case 'Ternary': {
        const test = node.condition as Node;
        const counter = this.#counter(test);
        counter.whenTrue.push(this.#choice('inline', [test], node.trueExpr as Node, printing, place));
        counter.whenFalse.push(this.#choice('inline', [test, test], node.falseExpr as Node, printing, place));
        this.#condition(test, place);
        this.#expression(node.trueExpr as Node, printing, place);
        return this.#expression(node.falseExpr as Node, printing, place);
      }
      case 'SelectExpression': {
        // `text if condition`, without an else.
        const test = node.test as Node;
        this.#counter(test).whenTrue.push(this.#choice('inline', [test], node.lhs as Node, printing, place));
        this.#condition(test, place);
        return this.#expression(node.lhs as Node, printing, place);
      }
      case 'BinaryExpression': {
        const operator = literal.operatorOf(node);
        if (operator === 'and' || operator === 'or') return this.#guarded(node, operator, printing, place);
        break;
      }
      default:
        this.#conversions(node, place);
    }
    for (const child of children(node)) this.#expression(child, printing, place);
  }

  /** `condition and text`, `text or other`. */
  #guarded(node: Node, operator: 'and' | 'or', printing: boolean, place: Place): void {
    const [left, right] = [node.left as Node, node.right as Node];
    const index = this.#choice('guarded', [left], right, printing, place);
    const counter = this.#counter(left);
    (operator === 'and' ? counter.whenTrue : counter.whenFalse).push(index);
    if (operator === 'and') this.#condition(left, place);
    else this.#expression(left, printing, place);
    this.#expression(right, printing, place);
  }

  /** An arm of an expression. */
  #choice(kind: PartKind, tests: readonly Node[], value: Node, printing: boolean, place: Place): number {
    const nothing = value.type === 'StringLiteral' && String(value.value).trim() === '';
    return this.#add(
      {
        kind,
        condition: place.text,
        prints: literal.printedText([value]),
        effect: nothing ? 'none' : printing ? 'prints' : 'changes',
        key: fingerprint([...tests, value], this.#local),
      },
      place,
    );
  }

  /** `default` and `replace`, as filters and as methods, hide a condition of their own; others look for what they are given. */
  #conversions(node: Node, place: Place): void {
    const isFilter = node.type === 'FilterExpression';
    if (!isFilter && node.type !== 'CallExpression') return;
    const name = isFilter ? literal.filterName(node) : literal.calledName(node);
    const args = isFilter ? literal.filterArguments(node) : (node.args as Node[]);
    const callee = node.callee as Node | undefined;
    const operand = (isFilter ? node.operand : callee?.type === 'MemberExpression' ? callee.object : undefined) as Node;
    const [first, second] = args;
    if (operand !== undefined && first !== undefined && /^d(efault)?$/.test(name)) {
      if (literal.valueLiterals(first).length > 0) {
        const counter = this.#counter(operand);
        const part = this.#choice('default', [operand], first, true, place);
        // With a second argument it stands for what is empty, too.
        (second === undefined ? counter.whenMissing : counter.whenFalse).push(part);
      }
    }
    if (operand !== undefined && second !== undefined && name === 'replace') {
      const part = this.#choice('replace', [operand, first as Node], second, true, place);
      // Also what is replaced by nothing changes a message.
      this.parts[part] = { ...(this.parts[part] as Part), effect: 'changes' };
      this.#counter(node).changed = { part, operand };
      this.#counter(operand).operand = true;
    }
    this.#lookedFor(args);
  }

  #lookedFor(nodes: readonly Node[]): void {
    for (const node of nodes) if (isConstant(node, this.#constants)) this.#counter(node).compared = true;
  }

  #condition(node: Node, place: Place): void {
    const called = node.type === 'CallExpression' && /^(starts|ends)with$/.test(literal.calledName(node));
    const compares = called || literal.isComparison(node);
    if (compares) {
      const sides = called ? (node.args as Node[]) : [node.left as Node, node.right as Node];
      const known = sides.filter(side => isConstant(side, this.#constants));
      this.#lookedFor(known);
      if (known.length === 1 && known.some(literal.isRare)) this.#outcomes(node, place);
    }
    this.#conversions(node, place);
    for (const child of children(node)) {
      if (node.type === 'Ternary' || node.type === 'MemberExpression') this.#expression(child, false, place);
      else this.#condition(child, place);
    }
  }

  /** A comparison with something rare: both ways of it are parts. */
  #outcomes(node: Node, place: Place): void {
    const key = fingerprint([node], this.#local);
    for (const outcome of [true, false]) {
      const condition = `${place.text} (a comparison that is ${outcome})`;
      const index = this.#add(
        { kind: 'compare', condition, prints: '', effect: 'changes', key: `${outcome} ${key}` },
        place,
      );
      (outcome ? this.#counter(node).whenTrue : this.#counter(node).whenFalse).push(index);
    }
  }

  /** Texts that a prompt should show some day. */
  #text(literals: readonly Node[], place: Place): void {
    for (const { value } of literals) {
      const text = String(value).trim();
      if (text.length < shortestText || !/\p{L}{2}/u.test(text) || this.#known.has(text)) continue;
      this.#known.add(text);
      const described = { kind: 'literal', condition: place.text, prints: text, effect: 'prints', key: text } as const;
      this.texts.push({ part: this.#add(described, place), text });
    }
  }

  #add(
    { kind, condition, prints, effect, key, ownKey = key }: Described,
    { firstLine, lastLine, parent }: Place,
  ): number {
    if (this.parts.length >= mostParts) throw new Error(`the template has more than ${mostParts} parts`);
    this.parts.push({
      kind,
      firstLine,
      lastLine,
      condition: shown(condition),
      prints: shown(prints),
      effect,
      key: `${kind} ${key}`,
      ownKey: `${kind} ${ownKey}`,
      ...(parent !== undefined && { parent }),
    });
    return this.parts.length - 1;
  }

  #counter(node: Node): Counter {
    const found = this.counters.get(node);
    if (found !== undefined) return found;
    const counter: Counter = { ran: [], whenTrue: [], whenFalse: [], whenMissing: [], operand: false, compared: false };
    this.counters.set(node, counter);
    return counter;
  }
}
