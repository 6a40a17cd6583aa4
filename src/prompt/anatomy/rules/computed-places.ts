// Letters and pieces taken at a place that the chat decides: a text that everybody reads as harmless can be printed in
// another order, or cut, for one chat alone, without a branch that could be counted.
import { isConstant } from '../constants.ts';
import { calledName, filterName, operatorOf } from '../literals.ts';
import { derived } from '../derived.ts';
import { type Node, walk } from '../syntax.ts';

interface Hit {
  readonly rule: string;
  readonly detail: string;
}

/** Honest templates cut marks and paths, which are short; a bound beyond it cuts what somebody said. */
const longestMark = 30;
const numbers = /^(length|count|int|float|round|abs|wordcount|sum|max|min|find|rfind|index|rindex)$/;

export class ComputedPlaces {
  readonly #constants: ReadonlySet<string>;
  readonly #arithmetic: ReadonlySet<string>;
  readonly #numbers: ReadonlySet<string>;
  readonly #dictionaries: ReadonlySet<string>;
  readonly #counters: ReadonlySet<string>;

  /** @param constants names that are the same in every chat */
  constructor(program: Node, constants: ReadonlySet<string>) {
    this.#constants = constants;
    this.#arithmetic = derived(program, isArithmetic);
    this.#numbers = derived(program, isNumber);
    this.#dictionaries = dictionariesOf(program);
    this.#counters = countersOf(program);
  }

  /** What is odd about the place of an index or a slice. */
  member(node: Node): Hit[] {
    if (node.computed !== true) return [];
    const [object, property] = [node.object as Node, node.property as Node];
    const slice = property.type === 'SliceExpression';
    const parts = [...walk(property)];
    const by = (names: ReadonlySet<string>, source: (part: Node) => boolean) =>
      parts.some(part => source(part) || (part.type === 'Identifier' && names.has(String(part.value))));
    const hits: Hit[] = [];
    if (by(this.#arithmetic, isArithmetic))
      hits.push({ rule: 'template-computed-place', detail: 'a place by arithmetic' });
    const talk = object.type === 'Identifier' && /messages/.test(String(object.value));
    const counted = by(this.#numbers, part => this.#counts(part) && !isOwnLength(part, object));
    if (!talk && counted) hits.push({ rule: 'template-computed-place', detail: 'a place that is counted' });
    if (this.#isText(object) && !isConstant(property, this.#constants)) {
      hits.push({ rule: 'template-assembled-text', detail: 'letters of a text at a place that the chat decides' });
    }
    const far = parts.some(({ type, value }) => type === 'IntegerLiteral' && Number(value) >= longestMark);
    if (slice && far) hits.push({ rule: 'template-cuts-text', detail: 'a text cut at a fixed length' });
    return hits;
  }

  /** A number that the chat decides, or what a namespace holds, which loops count with. */
  #counts(part: Node): boolean {
    if (isNumber(part)) return !isConstant(part, this.#constants);
    return part.type === 'MemberExpression' && this.#counters.has(memberText(part));
  }

  /** A text that is the same in every chat, or a list of such; keys of a dictionary are names. */
  #isText(object: Node): boolean {
    if (object.type === 'ObjectLiteral') return false;
    if (object.type !== 'Identifier') return isConstant(object, this.#constants);
    return this.#constants.has(String(object.value)) && !this.#dictionaries.has(String(object.value));
  }
}

/** The whole text but for its end: `s[: s|length - 2]`. */
const isOwnLength = (node: Node, object: Node): boolean =>
  node.type === 'FilterExpression' &&
  filterName(node) === 'length' &&
  object.type === 'Identifier' &&
  (node.operand as Node).type === 'Identifier' &&
  (node.operand as Node).value === object.value;

/** `ns.name`; empty for what is computed. */
function memberText({ object, property, computed }: Node): string {
  const [of, name] = [object as Node, property as Node];
  return computed !== true && of.type === 'Identifier' ? `${String(of.value)}.${String(name.value)}` : '';
}

/** Members that are set to a sum or another number: how a loop counts. */
function countersOf(program: Node): Set<string> {
  const sets = [...walk(program)].filter(
    node => node.type === 'Set' && (node.assignee as Node).type === 'MemberExpression' && node.value !== null,
  );
  const counting = sets.filter(({ value }) => [...walk(value as Node)].some(part => isNumber(part) || isSum(part)));
  return new Set(counting.map(({ assignee }) => memberText(assignee as Node)).filter(text => text !== ''));
}

/** With a number on one side; a `+` of texts joins them. */
const isSum = (node: Node): boolean =>
  node.type === 'BinaryExpression' &&
  /^[-+]$/.test(operatorOf(node)) &&
  [node.left, node.right].some(side => (side as Node).type === 'IntegerLiteral');

/** Names that are set to a dictionary, and to nothing else. */
function dictionariesOf(program: Node): Set<string> {
  const sets = [...walk(program)].filter(({ type }) => type === 'Set' || type === 'For');
  const named = (node: Node) => (node.type === 'Set' ? node.assignee : node.loopvar) as Node;
  const all = (name: string) => sets.filter(node => named(node).value === name);
  const isDictionary = (node: Node) => node.type === 'Set' && (node.value as Node | null)?.type === 'ObjectLiteral';
  const names = sets.filter(isDictionary).map(node => String(named(node).value));
  return new Set(names.filter(name => all(name).every(isDictionary)));
}

const isArithmetic = (node: Node): boolean =>
  node.type === 'BinaryExpression' && /^(\*|\/|\/\/|%|\*\*)$/.test(operatorOf(node));

const isNumber = (node: Node): boolean =>
  isArithmetic(node) ||
  (node.type === 'FilterExpression' && numbers.test(filterName(node))) ||
  (node.type === 'CallExpression' && numbers.test(calledName(node)));
