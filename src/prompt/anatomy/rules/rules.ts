// Static rules on a template's syntax: what an honest template has no reason to do. Ids are stable; users name them.
import { constantNames, isConstant, localNames } from '../constants.ts';
import { ComputedPlaces } from './computed-places.ts';
import {
  calledName,
  filterArguments,
  filterName,
  isComparison,
  operatorOf,
  printedLiterals,
  printedText,
} from '../literals.ts';
import { derived } from '../derived.ts';
import { type Node, type Syntax, walk } from '../syntax.ts';
import { textRules } from './text-rules.ts';

export interface RuleHit {
  readonly rule: string;
  readonly line: number;
  readonly detail: string;
}

/** Hits listed of one rule. */
const mostHits = 5;

export function syntaxRules({ program, tags }: Syntax): RuleHit[] {
  const reader = new RuleReader(program);
  let line = 1;
  // Nodes come in the order of the text: each lies in the tag that was seen last.
  for (const node of walk(program)) {
    line = tags.get(node)?.firstLine ?? line;
    reader.read(node, line);
  }
  reader.lateSpeech(program.body as Node[], node => tags.get(node)?.firstLine ?? line);
  return reader.hits();
}

const internals =
  /^(cycler|joiner|lipsum|config|request|url_for|get_flashed_messages|__import__|builtins|globals|locals|eval|exec|compile|open|getattr|setattr|popen|subprocess)$/;
const none: ReadonlySet<string> = new Set();

class RuleReader {
  readonly #found = new Map<string, RuleHit[]>();
  readonly #clocked: ReadonlySet<string>;
  readonly #said: ReadonlySet<string>;
  readonly #printed: ReadonlySet<Node>;
  readonly #local: ReadonlySet<string>;
  readonly #constants: ReadonlySet<string>;
  readonly #places: ComputedPlaces;
  #letters = 0;

  constructor(program: Node) {
    this.#constants = constantNames(program);
    this.#places = new ComputedPlaces(program, this.#constants);
    this.#clocked = derived(
      program,
      node => node.type === 'Identifier' && /^(strftime_now|date_string|datetime)$/.test(String(node.value)),
    );
    this.#said = derived(program, node => propertyName(node) === 'content' || propertyName(node) === 'text');
    this.#printed = new Set(printedLiterals(program));
    this.#local = localNames(program);
  }

  hits(): RuleHit[] {
    return [...this.#found.values()].flat();
  }

  /** Sentences after the talk, where the model's reply should start. */
  lateSpeech(body: readonly Node[], lineOf: (node: Node) => number): void {
    const last = body.findLastIndex(node => node.type === 'For' && [...walk(node.iterable as Node)].some(isTalk));
    if (last < 0) return;
    for (const node of body.slice(last + 1)) {
      if (sentence.test(printedText([node])))
        this.#hit('template-late-text', lineOf(node), JSON.stringify(printedText([node])));
    }
  }

  #hit(rule: string, line: number, detail: string): void {
    const hits = this.#found.get(rule) ?? [];
    if (hits.length < mostHits && !hits.some(hit => hit.line === line))
      hits.push({ rule, line, detail: detail.slice(0, 200) });
    this.#found.set(rule, hits);
  }

  read(node: Node, line: number): void {
    switch (node.type) {
      case 'StringLiteral':
        return this.#literal(String(node.value), this.#printed.has(node), line);
      case 'Identifier': {
        const name = String(node.value);
        if (internals.test(name) && !this.#local.has(name)) this.#hit('template-internals', line, name);
        return;
      }
      case 'MemberExpression':
        return this.#member(node, line);
      case 'FilterExpression':
        if (filterName(node) === 'attr') this.#hit('template-attribute-filter', line, '|attr');
        if (filterName(node) === 'truncate') this.#hit('template-cuts-text', line, 'a text cut short');
        if (filterName(node) === 'batch') this.#hit('template-drops-calls', line, '|batch');
        return this.#replaced(filterName(node), filterArguments(node), line);
      case 'FilterStatement':
        return this.#replaced(filterName(node), filterArguments(node), line);
      case 'CallExpression':
        return this.#replaced(calledName(node), node.args as Node[], line);
      case 'BinaryExpression':
        if (isComparison(node)) this.#comparison(node, line);
        if (this.#isTimes(node)) this.#hit('template-computed-place', line, 'a text as often as the chat decides');
        return;
      case 'If':
        return this.#test(node.test as Node, line);
      case 'Ternary':
        return this.#test(node.condition as Node, line);
      default:
    }
  }

  #literal(text: string, printed: boolean, line: number): void {
    if (/__\w+__/.test(text)) this.#hit('template-dunder', line, JSON.stringify(text));
    for (const { rule, detail } of textRules(text, printed)) this.#hit(rule, line, detail);
  }

  #member(node: Node, line: number): void {
    const [object, property] = [node.object as Node, node.property as Node];
    for (const { rule, detail } of this.#places.member(node)) this.#hit(rule, line, detail);
    const name = propertyName(node);
    if (/^__/.test(name) || /^(mro|func_globals|gi_frame|f_globals)$/.test(name))
      this.#hit('template-dunder', line, name);
    if (property.type !== 'SliceExpression') {
      // A letter out of an alphabet: words that nobody should find by reading.
      if (object.type === 'StringLiteral' && node.computed === true)
        this.#hit('template-assembled-text', line, 'a letter of a literal');
      const picks = property.type === 'IntegerLiteral' && this.#constants.has(String(object.value));
      if (picks && ++this.#letters > mostLetters) this.#hit('template-assembled-text', line, 'letters of an alphabet');
      return;
    }
    if (object.type === 'StringLiteral') this.#hit('template-assembled-text', line, 'a slice of a literal');
    const sliced = propertyName(object);
    const far = object.type === 'Identifier' && isTalk(object) && [...walk(property)].some(isFar);
    if (far) this.#hit('template-drops-calls', line, 'a part of the conversation');
    if (sliced === 'tool_calls' || (object.type === 'Identifier' && object.value === 'tools')) {
      this.#hit('template-drops-calls', line, `a part of ${sliced || 'tools'}`);
    }
  }

  /** Words replaced by other words in what somebody said. */
  #replaced(name: string, args: readonly Node[], line: number): void {
    const [from, to] = args.map(arg => (arg.type === 'StringLiteral' ? String(arg.value) : ''));
    if (name !== 'replace' || from === undefined || to === undefined) return;
    if (isWords(from) || (isWords(to) && to.length > from.length)) {
      this.#hit('template-replaces-text', line, `${JSON.stringify(from)} by ${JSON.stringify(to)}`);
    }
  }

  #test(test: Node, line: number): void {
    const parts = [...walk(test)];
    const computes = parts.some(node => isComparison(node) || node.type === 'FilterExpression');
    if (computes && isConstant(test, none))
      this.#hit('template-constant-condition', line, 'a condition that no chat decides');
    // Asking whether there is a clock is no question about the time.
    const asked = new Set(parts.filter(({ type }) => type === 'TestExpression').flatMap(node => [...walk(node)]));
    const tells = parts.some(
      node => node.type === 'Identifier' && this.#clocked.has(String(node.value)) && !asked.has(node),
    );
    if (tells && (computes || parts.some(({ type }) => type === 'CallExpression'))) {
      this.#hit('template-watches-clock', line, 'a condition on the time');
    }
  }

  /** Blanks or words, so many as something counts. */
  #isTimes(node: Node): boolean {
    const sides = [node.left as Node, node.right as Node];
    if (operatorOf(node) !== '*') return false;
    // Marks stand for pictures, as many as they take.
    if (!sides.some(({ type, value }) => type === 'StringLiteral' && !/^<[^<>]*>$/.test(String(value)))) return false;
    return !sides.every(side => isConstant(side, this.#constants));
  }

  #comparison(node: Node, line: number): void {
    const sides = [node.left as Node, node.right as Node];
    const [constant, other] = isConstant(node.left as Node, none) ? sides : sides.toReversed();
    if (constant === undefined || other === undefined || !isConstant(constant, none)) return;
    if (constant.type === 'BinaryExpression')
      this.#hit('template-assembled-text', line, 'a word put together to be compared with');
    const parts = [...walk(other)];
    const words = [...walk(constant)].flatMap(({ type, value }) => (type === 'StringLiteral' ? [String(value)] : []));
    const counts = parts.some(part => /^(length|count|index|index0|revindex)$/.test(nameOf(part)));
    if (constant.type === 'IntegerLiteral' && Number(constant.value) >= 3 && counts) {
      this.#hit('template-watches-count', line, `a number of ${String(constant.value)}`);
    }
    const said = parts.some(
      part =>
        ['content', 'text'].includes(propertyName(part)) ||
        (part.type === 'Identifier' && this.#said.has(String(part.value))),
    );
    if (said && !counts && words.some(isWords))
      this.#hit('template-watches-text', line, words.map(word => JSON.stringify(word)).join(', '));
    const named = parts.some(part => propertyName(part) === 'name');
    if (named && words.some(word => /^[a-z][\w.-]{2,}$/i.test(word) || constant.type === 'BinaryExpression')) {
      this.#hit('template-watches-tool', line, words.map(word => JSON.stringify(word)).join(', '));
    }
  }
}

/** A place beyond the system message and the last exchange, which honest templates tell apart. */
const isFar = ({ type, value }: Node): boolean => type === 'IntegerLiteral' && Math.abs(Number(value)) >= 5;
const sentence = /(\p{L}{2,}[\s,.:;'"-]+){3}\p{L}{2,}/u;
const isTalk = ({ type, value }: Node): boolean => type === 'Identifier' && /message/.test(String(value));
/** A list has its entries named by number now and then; an alphabet is spelled with. */
const mostLetters = 4;

/** Plain words, not marks such as `<think>`, keys or switches such as `/no_think`. */
function isWords(text: string): boolean {
  return /\p{L}{3}/u.test(text) && !/[<>[\]|/{}]/.test(text);
}

function propertyName(node: Node): string {
  if (node.type !== 'MemberExpression') return '';
  const property = node.property as Node;
  return property.type === 'Identifier' || property.type === 'StringLiteral' ? String(property.value) : '';
}

function nameOf(node: Node): string {
  if (node.type === 'FilterExpression') return filterName(node);
  return propertyName(node);
}
