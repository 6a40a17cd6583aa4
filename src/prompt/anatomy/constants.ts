// Which expressions of a template are the same whatever the chat: what it compares with.
import { children, type Node, walk } from './syntax.ts';

/** Names that stand for the same value everywhere: set only to what does not depend on the chat. */
export function constantNames(program: Node): Set<string> {
  const assigned = new Map<string, Node[]>();
  const never = new Set<string>();
  const note = (target: Node, value: Node | undefined): void => {
    if (target.type === 'TupleLiteral') for (const part of target.value as Node[]) note(part, value);
    if (target.type !== 'Identifier') return;
    const name = String(target.value);
    if (value === undefined) never.add(name);
    else assigned.set(name, [...(assigned.get(name) ?? []), value]);
  };
  for (const node of walk(program)) {
    if (node.type === 'Set') note(node.assignee as Node, (node.value as Node | null) ?? undefined);
    if (node.type === 'For') note(node.loopvar as Node, looped(node.iterable as Node));
    if (node.type === 'Macro' || node.type === 'CallStatement') {
      for (const name of parameters(node)) never.add(name);
    }
  }
  const known = new Set<string>();
  // Each round knows more names than the one before; a name set from itself is no constant.
  for (let before = -1; before < known.size; ) {
    before = known.size;
    for (const [name, values] of assigned) {
      if (!never.has(name) && values.every(value => isConstant(value, known))) known.add(name);
    }
  }
  return known;
}

function looped(iterable: Node): Node {
  return iterable.type === 'SelectExpression' ? (iterable.lhs as Node) : iterable;
}

function parameters(node: Node): string[] {
  const given = (node.type === 'Macro' ? node.args : node.callerArgs) as readonly Node[] | null;
  return (given ?? []).map(parameter => String(((parameter.key as Node | undefined) ?? parameter).value));
}

const words = new Set(['true', 'false', 'none', 'True', 'False', 'None', 'range']);

/** Whether an expression has the same value in every chat; names of filters, tests and attributes are no variables. */
export function isConstant(node: Node, names: ReadonlySet<string>): boolean {
  switch (node.type) {
    case 'Identifier':
      return names.has(String(node.value)) || words.has(String(node.value));
    case 'MemberExpression':
      return (
        isConstant(node.object as Node, names) && (node.computed !== true || isConstant(node.property as Node, names))
      );
    case 'FilterExpression': {
      const filter = node.filter as Node;
      const args = filter.type === 'CallExpression' ? (filter.args as Node[]) : [];
      return isConstant(node.operand as Node, names) && args.every(one => isConstant(one, names));
    }
    case 'TestExpression':
      return isConstant(node.operand as Node, names);
    case 'KeywordArgumentExpression':
      return isConstant(node.value as Node, names);
    default:
      return children(node).every(child => isConstant(child, names));
  }
}

/** Names that a template gives to things itself. */
export function localNames(program: Node): Set<string> {
  const names = new Set<string>();
  const add = (target: Node): void => {
    if (target.type === 'TupleLiteral') (target.value as Node[]).forEach(add);
    if (target.type === 'Identifier') names.add(String(target.value));
  };
  for (const node of walk(program)) {
    if (node.type === 'Set') add(node.assignee as Node);
    if (node.type === 'For') add(node.loopvar as Node);
    if (node.type === 'Macro') add(node.name as Node);
    if (node.type === 'Macro' || node.type === 'CallStatement') for (const name of parameters(node)) names.add(name);
  }
  return names;
}

/** Variables that a template reads and does not set itself, such as `enable_thinking`. */
export function freeNames(program: Node): Set<string> {
  const local = localNames(program);
  const names = new Set<string>();
  const visit = (node: Node): void => {
    if (node.type === 'Identifier' && !local.has(String(node.value))) names.add(String(node.value));
    const skipped = namesOf(node);
    for (const child of children(node)) if (!skipped.includes(child)) visit(child);
  };
  visit(program);
  return names;
}

/** Below a node: what is called by its name and is no variable. */
function namesOf(node: Node): (Node | undefined)[] {
  const filter = node.filter as Node | undefined;
  switch (node.type) {
    case 'MemberExpression':
      return node.computed === true ? [] : [node.property as Node];
    case 'FilterExpression':
    case 'FilterStatement':
      return filter?.type === 'Identifier' ? [filter] : [];
    case 'TestExpression':
      return [node.test as Node];
    case 'KeywordArgumentExpression':
      return [node.key as Node];
    default:
      return [];
  }
}
