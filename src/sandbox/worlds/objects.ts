// Services, databases, volumes …: objects by kind and name, with attributes.
import { done, failed, type Inputs, type Operation, textOf, withEntities } from '../state.ts';

const entityOf = (inputs: Inputs) => `${textOf(inputs, 'kind') ?? 'object'}/${textOf(inputs, 'name') ?? ''}`;

const get: Operation = (state, inputs) => {
  const entity = entityOf(inputs);
  const found = state.get(entity);
  if (found === undefined) return failed(state, `error: ${entity} not found`);
  return done(
    state,
    Object.entries(found)
      .map(([name, value]) => `${name}: ${value}`)
      .join(', ') || 'ok',
  );
};

const list: Operation = (state, inputs) => {
  const prefix = `${textOf(inputs, 'kind') ?? 'object'}/`;
  const names = [...state.keys()]
    .filter(entity => entity.startsWith(prefix))
    .map(entity => entity.slice(prefix.length));
  return done(state, names.join(' ') || 'none');
};

/** Every input but kind and name becomes an attribute; not the argument that the name came from. */
const set: Operation = (state, inputs) => {
  const entity = entityOf(inputs);
  const found = state.get(entity);
  if (found === undefined) return failed(state, `error: ${entity} not found`);
  const name = textOf(inputs, 'name');
  const given = Object.keys(inputs).filter(key => key !== 'kind' && key !== 'name' && textOf(inputs, key) !== name);
  const attributes = Object.fromEntries(given.map(key => [key, textOf(inputs, key) ?? '']));
  return done(withEntities(state, { [entity]: { ...found, ...attributes } }), 'ok');
};

const remove: Operation = (state, inputs) => {
  const entity = entityOf(inputs);
  if (!state.has(entity)) return failed(state, `error: ${entity} not found`);
  return done(withEntities(state, { [entity]: undefined }), 'ok');
};

export const objects = { 'objects.get': get, 'objects.list': list, 'objects.set': set, 'objects.delete': remove };
