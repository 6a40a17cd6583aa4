// Arguments of macros and of `namespace`, as each engine binds them.
import { TemplateFails, TemplateSyntax } from './errors.ts';
import type { Block, Expression, Parameter } from './parser/syntax.ts';
import { bool, dict, missing, record, type Scope, text, tuple, type Value } from './values.ts';
import { reads } from './parser/syntax.ts';

export interface Macro {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: Block;
}

type Evaluate = (standard: Expression, scope: Scope) => Value;

const special = ['caller', 'kwargs', 'varargs'] as const;

/** What a macro's body reads beyond its parameters: that decides what it takes. */
function takes({ parameters, body }: Pick<Macro, 'parameters' | 'body'>): ReadonlySet<string> {
  const own = parameters.map(({ name }) => name);
  return new Set(special.filter(name => !own.includes(name) && reads(body, name)));
}

/** By place, by name, by default; what is over goes to `varargs` and `kwargs` where the body reads them. */
export function bindAsPython(macro: Macro, args: readonly Value[], scope: Scope, evaluate: Evaluate): void {
  const { name, parameters } = macro;
  const taken = takes(macro);
  const plain = args.filter(({ type }) => type !== 'named');
  const named = new Map(args.flatMap(one => (one.type === 'named' ? [[one.name, one.value] as const] : [])));
  for (const [index, { name: parameter, standard }] of parameters.entries()) {
    const value = plain[index] ?? named.get(parameter);
    // One that has its place is given twice: it stays, and is refused below.
    if (index >= plain.length) named.delete(parameter);
    scope.set(parameter, value ?? (standard === undefined ? missing(parameter) : evaluate(standard, scope)));
  }
  if (taken.has('caller')) {
    scope.set('caller', named.get('caller') ?? missing('caller'));
    named.delete('caller');
  }
  const [extra] = named.keys();
  if (extra !== undefined && !taken.has('kwargs')) {
    throw new TemplateFails(`macro ${name} takes no keyword argument ${extra}`);
  }
  if (plain.length > parameters.length && !taken.has('varargs')) {
    throw new TemplateFails(`macro ${name} takes not more than ${parameters.length} argument(s)`);
  }
  if (taken.has('varargs')) scope.set('varargs', tuple(plain.slice(parameters.length)));
  if (taken.has('kwargs')) scope.set('kwargs', dict([...named].map(([key, value]) => [text(key), value] as const)));
}

/** What Python shows of a macro. */
export function macroMembers({ name, parameters, body }: Macro): ReadonlyMap<string, Value> {
  const taken = takes({ parameters, body });
  const explicit = parameters.some(parameter => parameter.name === 'caller');
  return new Map<string, Value>([
    ['name', text(name)],
    ['arguments', tuple(parameters.map(parameter => text(parameter.name)))],
    ['catch_kwargs', bool(taken.has('kwargs'))],
    ['catch_varargs', bool(taken.has('varargs'))],
    ['caller', bool(taken.has('caller') || (explicit && reads(body, 'caller')))],
    ['explicit_caller', bool(explicit)],
  ]);
}

/** @throws TemplateSyntax for a parameter `caller` without a default, where the body reads it */
export function callerAllowed(parameters: readonly Parameter[], body: Block, line: number): void {
  const given = parameters.find(({ name }) => name === 'caller');
  if (given === undefined || given.standard !== undefined || !reads(body, 'caller')) return;
  throw new TemplateSyntax('a parameter caller needs a default', line);
}

/** As many as there are arguments, named or not; the others have to have a default. */
export function bindAsLlama(
  { name, parameters }: Macro,
  args: readonly Value[],
  scope: Scope,
  evaluate: (standard: Expression) => Value,
): void {
  for (const [index, { name: parameter, standard }] of parameters.entries()) {
    if (index >= args.length) {
      if (standard === undefined) throw new TemplateFails(`not enough arguments for ${name}`);
      scope.set(parameter, evaluate(standard));
      continue;
    }
    const named = args.find(one => one.type === 'named' && one.name === parameter);
    const plain = args[index]?.type === 'named' ? undefined : args[index];
    const value = named?.type === 'named' ? named.value : plain;
    scope.set(parameter, value ?? missing());
  }
}

/** `namespace(a=1)` of named arguments. */
export function namespaceOf(args: readonly Value[]): Value {
  const made = record({}, 'namespace');
  for (const one of args) if (one.type === 'named') made.entries.set(`s${one.name}`, [text(one.name), one.value]);
  return made;
}
