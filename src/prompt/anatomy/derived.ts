// Names of a template that follow from something it reads or does.
import { children, type Node, walk } from './syntax.ts';

/** Names whose value follows from what `source` finds, by way of other names too. */
export function derived(program: Node, source: (node: Node) => boolean): Set<string> {
  const names = new Set<string>();
  const follows = (node: Node): boolean =>
    source(node) || (node.type === 'Identifier' && names.has(String(node.value))) || children(node).some(follows);
  for (const node of walk(program)) {
    if (node.type === 'Identifier' && source(node)) names.add(String(node.value));
    if (node.type !== 'Set' || node.value === null || !follows(node.value as Node)) continue;
    const target = node.assignee as Node;
    if (target.type === 'Identifier') names.add(String(target.value));
  }
  return names;
}
