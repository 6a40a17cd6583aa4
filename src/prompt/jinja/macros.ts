// Arguments of macros and of `namespace`, as each engine binds them.
import { TemplateFails } from './errors.ts';
import type { Block, Expression, Parameter } from './syntax.ts';
import { dict, missing, record, type Scope, text, tuple, type Value } from './values.ts';

export interface Macro {
  readonly name: string;
  readonly parameters: readonly Parameter[];
  readonly body: Block;
}

type Evaluate = (standard: Expression, scope: Scope) => Value;

/** By place, by name, by default; what is over goes to `varargs` and `kwargs` where the macro names them. */
export function bindAsPython(macro: Macro, args: readonly Value[], scope: Scope, evaluate: Evaluate): void {
  const { name, parameters } = macro;
  const plain = args.filter(({ type }) => type !== 'named');
  const named = new Map(args.flatMap(one => (one.type === 'named' ? [[one.name, one.value] as const] : [])));
  const late: [string, Expression][] = [];
  for (const [index, { name: parameter, standard }] of parameters.entries()) {
    const value = plain[index] ?? named.get(parameter);
    named.delete(parameter);
    if (value === undefined && standard !== undefined) late.push([parameter, standard]);
    else scope.set(parameter, value ?? missing(parameter));
  }
  for (const [parameter, standard] of late) scope.set(parameter, evaluate(standard, scope));
  const caller = named.get('caller');
  if (caller !== undefined) scope.set('caller', caller);
  named.delete('caller');
  if (plain.length > parameters.length && !names(macro, 'varargs')) {
    throw new TemplateFails(`macro ${name} takes not more than ${parameters.length} argument(s)`);
  }
  const [extra] = named.keys();
  if (extra !== undefined && !names(macro, 'kwargs')) {
    throw new TemplateFails(`macro ${name} takes no keyword argument ${extra}`);
  }
  scope.set('varargs', tuple(plain.slice(parameters.length)));
  scope.set('kwargs', dict([...named].map(([key, value]) => [text(key), value] as const)));
}

/** Does a macro's body name a variable? */
function names({ body }: Macro, variable: string): boolean {
  const plain = (_: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value);
  return JSON.stringify(body, plain).includes(`"name":"${variable}"`);
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

/** `namespace(a=1)`, the same in both engines. */
export function namespaceOf(args: readonly Value[]): Value {
  const made = record({}, 'namespace');
  for (const one of args) {
    if (one.type === 'named') made.entries.set(`s${one.name}`, [text(one.name), one.value]);
    else if (one.type === 'dict') for (const [key, entry] of one.entries) made.entries.set(key, [...entry]);
  }
  return made;
}
