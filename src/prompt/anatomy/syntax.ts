// A chat template's text -> its syntax tree, with the lines that the library's parser forgets.
import { parse, tokenize } from '@huggingface/jinja';
import { type Tag, tagsOf } from './tags.ts';

/** A node of the library's syntax tree, whose declarations don't resolve in an ES module. */
export interface Node {
  readonly type: string;
  readonly [part: string]: unknown;
}

export interface Syntax {
  readonly program: Node;
  /** Tag of each statement and of each expression that is printed; absent for plain text. */
  readonly tags: ReadonlyMap<Node, Tag>;
}

/** Statements that print or do something; they hold other statements in these parts, in the order of the text. */
const blocks: Readonly<Record<string, readonly string[]>> = {
  Program: ['body'],
  If: ['body', 'alternate'],
  For: ['body', 'defaultBlock'],
  Set: ['body'],
  Macro: ['body'],
  CallStatement: ['body'],
  FilterStatement: ['body'],
};

/** Statement lists of a node: arms, loop bodies. */
export function bodies(node: Node): Node[][] {
  return (blocks[node.type] ?? []).map(part => node[part] as Node[]);
}

/** All nodes directly below one, expressions and statements, in the order of the text. */
export function children(node: Node): Node[] {
  return Object.values(node).flatMap(nodesIn);
}

function nodesIn(value: unknown): Node[] {
  if (Array.isArray(value)) return value.flatMap(nodesIn);
  if (value instanceof Map) return [...value].flatMap(([key, item]) => [...nodesIn(key), ...nodesIn(item)]);
  return isNode(value) ? [value] : [];
}

/** Operators are tokens of the lexer, which have a `type` and a `value` as literals do. */
const tokenTypes = /Operator$/;

function isNode(value: unknown): value is Node {
  if (typeof value !== 'object' || value === null || !('type' in value)) return false;
  const { type } = value as Node;
  return typeof type === 'string' && !tokenTypes.test(type) && value.constructor.name !== 'Token';
}

/** A node and everything below it. */
export function* walk(node: Node): Generator<Node> {
  yield node;
  for (const child of children(node)) yield* walk(child);
}

/** As Transformers and llama.cpp read templates. */
const reading = { lstrip_blocks: true, trim_blocks: true };

/**
 * Parses a template.
 * @throws Error when it is not one that the engine reads
 */
export function syntaxOf(source: string): Syntax {
  const tokens = tokenize(source, reading);
  const program = parse(tokens) as unknown as Node;
  return { program, tags: tagged(program, openings(tokens), tagsOf(source)) };
}

type Opening = 'text' | 'statement' | 'expression';
const closing = new Set(['else', 'endif', 'endfor', 'endset', 'endmacro', 'endcall', 'endfilter']);

/** What starts a node of a statement list, in order: the library's lists follow it one to one. */
function openings(tokens: readonly { type: string; value: string }[]): Opening[] {
  return tokens.flatMap(({ type }, index): Opening[] => {
    if (type === 'Text' || type === 'Comment') return ['text'];
    if (type === 'OpenExpression') return ['expression'];
    return type === 'OpenStatement' && !closing.has(tokens[index + 1]?.value ?? '') ? ['statement'] : [];
  });
}

function tagged(program: Node, opened: readonly Opening[], tags: readonly Tag[]): Map<Node, Tag> {
  const found = new Map<Node, Tag>();
  const starts = tags.filter(({ word }) => !closing.has(word));
  let [opening, tag] = [0, 0];
  const visit = (node: Node): void => {
    if (opened[opening++] === 'text') return;
    const own = starts[tag++];
    if (own !== undefined) found.set(node, own);
    for (const body of bodies(node)) body.forEach(visit);
  };
  for (const statement of program.body as Node[]) visit(statement);
  return found;
}
