// Parts of a template -> keys that are equal where two templates say the same, whatever they call their variables.
import { operatorOf } from './literals.ts';
import type { Node } from './syntax.ts';

/** A part's text without blanks, comments and names of its own; variables are numbered as they come. */
export function fingerprint(nodes: readonly Node[], local: ReadonlySet<string>): string {
  const numbers = new Map<string, number>();
  const name = (text: string): string => {
    if (!local.has(text)) return text;
    const known = numbers.get(text) ?? numbers.size;
    numbers.set(text, known);
    return `$${known}`;
  };
  return partText(
    nodes.filter(node => !isLayout(node)),
    name,
  );
}

/** Blank text between tags: what differs in it alone is layout. */
function isLayout(value: unknown): boolean {
  const { type, value: text } = value as Node;
  return type === 'Comment' || (type === 'StringLiteral' && String(text).trim() === '');
}

function written(node: Node, name: (text: string) => string): string {
  if (node.type === 'StringLiteral') return JSON.stringify(node.value);
  if (node.type === 'Identifier') return name(String(node.value));
  if (node.type === 'MemberExpression' && node.computed !== true) {
    return `${written(node.object as Node, name)}.${String((node.property as Node).value)}`;
  }
  // What a filter, a test or a keyword argument is called is no variable.
  if (node.type === 'TestExpression') {
    return `(${written(node.operand as Node, name)} is ${node.negate === true} ${String((node.test as Node).value)})`;
  }
  if (node.type === 'KeywordArgumentExpression') {
    return `${String((node.key as Node).value)}=${written(node.value as Node, name)}`;
  }
  const parts = Object.entries(node).flatMap(([key, value]) => {
    if (key === 'type') return [];
    const statements = key === 'body' || key === 'alternate' || key === 'defaultBlock';
    return [partText(statements ? (value as Node[]).filter(one => !isLayout(one)) : value, name)];
  });
  return `(${node.type} ${operatorOf(node)} ${parts.join(' ')})`;
}

function partText(value: unknown, name: (text: string) => string): string {
  if (value === null || value === undefined) return '';
  if (Array.isArray(value)) return `[${value.map(item => partText(item, name)).join(' ')}]`;
  if (value instanceof Map) {
    return `{${[...value].map(([key, item]) => `${partText(key, name)}:${partText(item, name)}`).join(' ')}}`;
  }
  if (typeof value === 'object') return 'type' in value ? written(value as Node, name) : '';
  return JSON.stringify(value);
}
