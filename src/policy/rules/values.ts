// Rules about plain values, and the arguments as a whole.
import { Ajv, type ValidateFunction } from 'ajv';
import { valueMatches } from '../globs.ts';
import { plainName } from '../values.ts';
import { onValues, quoted, type Rule } from './rule.ts';

/** `values`: argument -> globs. An argument that is not there is not allowed: its default may be anything. */
export const values: Rule = onValues((found, { rules }) =>
  Object.entries(rules.values ?? {}).flatMap(([argument, globs]) => {
    const given = found.filter(({ name }) => name === plainName(argument));
    if (given.length === 0) return [`${argument} is missing`];
    return given
      .filter(({ value }) => !globs.some(glob => valueMatches(String(value), glob)))
      .map(({ value }) => `${argument} ${quoted(value)} matches none of ${globs.join(', ')}`);
  }),
);

/** `deny_values`: argument -> globs. */
export const denyValues: Rule = onValues((found, { rules }) =>
  Object.entries(rules.deny_values ?? {}).flatMap(([argument, globs]) =>
    found.flatMap(({ name, value }) => {
      const glob = name === plainName(argument) ? globs.find(each => valueMatches(String(value), each)) : undefined;
      return glob === undefined ? [] : [`${argument} ${quoted(value)} matches ${glob}`];
    }),
  ),
);

const validators = new WeakMap<object, ValidateFunction>();

/** `arguments`: a JSON Schema. */
export const argumentSchema: Rule = ({ rules, call }) => {
  if (call.arguments === undefined) return ['the arguments can’t be read'];
  const schema = rules.arguments ?? {};
  let validate = validators.get(schema);
  if (validate === undefined) {
    validate = new Ajv({ strict: false }).compile(schema);
    validators.set(schema, validate);
  }
  if (validate(call.arguments)) return [];
  const [error] = validate.errors ?? [];
  return [
    `argument${error?.instancePath === '' ? 's' : ` ${error?.instancePath.slice(1)}`} ${error?.message ?? 'do not fit'}`,
  ];
};
