// The parts of a parsed template. Every one knows its line, so that what goes wrong can be pointed at.

/** `python`: Jinja2 as Transformers and vLLM run it. `llama.cpp`: its own engine, which most users of GGUF files run. */
export type EngineName = 'python' | 'llama.cpp';

interface At {
  readonly line: number;
}

export type Expression = At &
  (
    | { readonly kind: 'int'; readonly value: bigint }
    | { readonly kind: 'float'; readonly value: number }
    | { readonly kind: 'string'; readonly value: string }
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'list' | 'tuple'; readonly items: readonly Expression[] }
    | { readonly kind: 'dict'; readonly pairs: readonly (readonly [Expression, Expression])[] }
    | { readonly kind: 'attribute'; readonly object: Expression; readonly name: string }
    | { readonly kind: 'item'; readonly object: Expression; readonly key: Expression | undefined }
    | { readonly kind: 'slice'; readonly object: Expression; readonly bounds: readonly (Expression | undefined)[] }
    | { readonly kind: 'call'; readonly callee: Expression; readonly args: readonly Argument[] }
    | { readonly kind: 'filter' | 'test'; readonly operand: Expression; readonly applied: Applied }
    | { readonly kind: 'unary'; readonly operator: string; readonly operand: Expression }
    | { readonly kind: 'binary'; readonly operator: string; readonly left: Expression; readonly right: Expression }
    | { readonly kind: 'compared'; readonly first: Expression; readonly rest: readonly Compared[] }
    | {
        readonly kind: 'choice';
        readonly test: Expression;
        readonly yes: Expression;
        /** Absent in `a if b`. */
        readonly no: Expression | undefined;
      }
  );

export interface Compared extends At {
  readonly operator: string;
  readonly right: Expression;
}

export interface Argument extends At {
  /** `spread` is `*list`, `spread-named` `**dict`. */
  readonly kind: 'plain' | 'named' | 'spread' | 'spread-named';
  readonly name: string;
  readonly value: Expression;
}

/** A filter or a test with its arguments. */
export interface Applied extends At {
  readonly name: string;
  readonly args: readonly Argument[];
  /** `is not` */
  readonly negated: boolean;
}

export interface Parameter {
  readonly name: string;
  readonly standard: Expression | undefined;
}

export type Statement = At &
  (
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'print'; readonly value: Expression }
    | { readonly kind: 'if'; readonly test: Expression; readonly body: Block; readonly otherwise: Block }
    | {
        readonly kind: 'for';
        readonly target: Target;
        readonly iterated: Expression;
        readonly test: Expression | undefined;
        readonly body: Block;
        readonly otherwise: Block;
        readonly recursive: boolean;
      }
    | { readonly kind: 'set'; readonly target: Target; readonly value: Expression }
    | {
        readonly kind: 'set-block';
        readonly target: Target;
        readonly filters: readonly Applied[];
        readonly body: Block;
      }
    | { readonly kind: 'macro'; readonly name: string; readonly parameters: readonly Parameter[]; readonly body: Block }
    | {
        readonly kind: 'call-block';
        readonly call: Expression;
        readonly parameters: readonly Parameter[];
        readonly body: Block;
      }
    | { readonly kind: 'filter-block'; readonly filters: readonly Applied[]; readonly body: Block }
    | { readonly kind: 'with'; readonly bound: readonly (readonly [string, Expression])[]; readonly body: Block }
    | { readonly kind: 'scope'; readonly body: Block }
    | { readonly kind: 'break' | 'continue' }
  );

/** What is assigned to: a name, names, or a member. */
export type Target = At &
  (
    | { readonly kind: 'name'; readonly name: string }
    | { readonly kind: 'names'; readonly targets: readonly Target[] }
    | { readonly kind: 'member'; readonly object: Expression; readonly name: string }
  );

export type Block = readonly Statement[];

type Node = Readonly<Record<string, unknown>>;

/** Is there a part that is looked for, at any depth? @param sought gets the part and what it is to the part around it */
export function found(part: unknown, sought: (node: Node, as: string) => boolean, as = ''): boolean {
  if (Array.isArray(part)) return part.some(one => found(one, sought, as));
  if (typeof part !== 'object' || part === null) return false;
  const node = part as Node;
  return sought(node, as) || Object.entries(node).some(([key, inner]) => found(inner, sought, key));
}

/** Is a variable of that name read? */
export const reads = (part: unknown, variable: string): boolean =>
  found(part, (node, as) => node['kind'] === 'name' && node['name'] === variable && !/^targets?$/.test(as));
