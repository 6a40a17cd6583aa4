// Which of a template's literals can end up in a prompt, and which are only compared with.
import { children, type Node } from './syntax.ts';

/** Methods and functions whose arguments are looked for, not printed. */
const lookingFor =
  /^(startswith|endswith|split|rsplit|strip|lstrip|rstrip|find|rfind|index|count|strftime_now|raise_exception|selectattr|rejectattr|select|reject|sort|dictsort|attr|get|map|tojson|has|removeprefix|removesuffix|range)$/;
const comparing = new Set(['==', '!=', '<', '<=', '>', '>=', 'in', 'not in']);

export const operatorOf = (node: Node): string => String((node.operator as { value: string } | undefined)?.value ?? '');
export const isComparison = (node: Node): boolean =>
  node.type === 'BinaryExpression' && comparing.has(operatorOf(node));

/** Name of the function, method or filter that is called; empty where it is computed. */
export function calledName(node: Node): string {
  const callee = node.callee as Node;
  const name = callee.type === 'MemberExpression' && callee.computed !== true ? (callee.property as Node) : callee;
  return name.type === 'Identifier' ? String(name.value) : '';
}

export function filterName(node: Node): string {
  const filter = node.filter as Node;
  return filter.type === 'Identifier' ? String(filter.value) : calledName(filter);
}

export function filterArguments(node: Node): Node[] {
  const filter = node.filter as Node;
  return filter.type === 'CallExpression' ? (filter.args as Node[]) : [];
}

/** Literals that an expression's value can hold. */
export function valueLiterals(node: Node): Node[] {
  switch (node.type) {
    case 'StringLiteral':
      return [node];
    case 'BinaryExpression':
      return isComparison(node) ? [] : [node.left as Node, node.right as Node].flatMap(valueLiterals);
    case 'Ternary':
      return [node.trueExpr as Node, node.falseExpr as Node].flatMap(valueLiterals);
    case 'SelectExpression':
      return valueLiterals(node.lhs as Node);
    case 'TestExpression':
    case 'UnaryExpression':
      return [];
    case 'MemberExpression':
      return valueLiterals(node.object as Node);
    case 'ObjectLiteral':
      return [...(node.value as Map<Node, Node>).values()].flatMap(valueLiterals);
    case 'FilterExpression':
      return [node.operand as Node, ...passedOn(filterName(node), filterArguments(node))].flatMap(valueLiterals);
    case 'CallExpression': {
      const callee = node.callee as Node;
      const object = callee.type === 'MemberExpression' ? [callee.object as Node] : [];
      return [...object, ...passedOn(calledName(node), node.args as Node[])].flatMap(valueLiterals);
    }
    case 'Identifier':
      return [];
    case 'KeywordArgumentExpression':
      return valueLiterals(node.value as Node);
    default:
      return children(node).flatMap(valueLiterals);
  }
}

function passedOn(name: string, args: readonly Node[]): Node[] {
  if (name === 'replace' || name === 'get') return args.slice(1, 2);
  return lookingFor.test(name) ? [] : [...args];
}

/** Literals of a statement and everything in it that can reach the prompt, plain text included. */
export function printedLiterals(node: Node): Node[] {
  switch (node.type) {
    case 'If':
      return [...(node.body as Node[]), ...(node.alternate as Node[])].flatMap(printedLiterals);
    case 'For':
      return [...(node.body as Node[]), ...(node.defaultBlock as Node[])].flatMap(printedLiterals);
    case 'Set':
      return [
        ...(node.value === null ? [] : valueLiterals(node.value as Node)),
        ...(node.body as Node[]).flatMap(printedLiterals),
      ];
    case 'Macro':
    case 'FilterStatement':
    case 'Program':
      return (node.body as Node[]).flatMap(printedLiterals);
    case 'CallStatement':
      return [...valueLiterals(node.call as Node), ...(node.body as Node[]).flatMap(printedLiterals)];
    case 'Comment':
    case 'Break':
    case 'Continue':
      return [];
    default:
      return valueLiterals(node);
  }
}

/** What it prints, as one text; several literals on several lines. */
export function printedText(nodes: readonly Node[]): string {
  const texts = nodes.flatMap(printedLiterals).map(({ value }) => String(value));
  return texts.filter(text => text.trim() !== '').join('\n');
}

/** Whether a statement prints, changes what later ones print, or ends the rendering. */
export type Effect = 'prints' | 'changes' | 'refuses' | 'none';
const order: readonly Effect[] = ['none', 'refuses', 'changes', 'prints'];

export function effectOf(nodes: readonly Node[]): Effect {
  return nodes.map(statementEffect).reduce<Effect>((a, b) => (order.indexOf(a) > order.indexOf(b) ? a : b), 'none');
}

function statementEffect(node: Node): Effect {
  switch (node.type) {
    case 'Comment':
      return 'none';
    case 'StringLiteral':
      return String(node.value).trim() === '' ? 'none' : 'prints';
    case 'If':
      return effectOf([...(node.body as Node[]), ...(node.alternate as Node[])]);
    case 'For':
      return effectOf([...(node.body as Node[]), ...(node.defaultBlock as Node[])]);
    case 'Set':
    case 'Break':
    case 'Continue':
      return 'changes';
    case 'Macro':
    case 'FilterStatement':
      return effectOf(node.body as Node[]);
    case 'CallExpression':
      return calledName(node) === 'raise_exception' ? 'refuses' : 'prints';
    default:
      return 'prints';
  }
}

/** What templates compare with by nature. */
const usualWord =
  /^(system|user|assistant|tool|developer|function|text|image|string|content|role|type|name|object|array)$/;

/** Not `system`, `0` or `1`: something that only some chats hold. */
export function isRare(node: Node): boolean {
  if (node.type === 'IntegerLiteral') return Number(node.value) >= 3;
  if (node.type !== 'StringLiteral') return true;
  return /\p{L}{3}/u.test(String(node.value)) && !usualWord.test(String(node.value));
}
