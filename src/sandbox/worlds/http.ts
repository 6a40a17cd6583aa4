// An HTTP world and an environment: URLs with bodies, variables with values. A request is recorded, whatever becomes of
// it: that is how it shows what was carried out.
import { done, failed, type Operation, textOf, withEntities, type WorldState } from '../state.ts';

/** A URL without its query and fragment, as resources are named. */
function resourceOf(url: URL): string {
  return `resource/${url.origin}${url.pathname}`;
}

const request: Operation = (before, inputs) => {
  const [text, method] = [textOf(inputs, 'url') ?? '', (textOf(inputs, 'method') ?? 'GET').toUpperCase()];
  const body = textOf(inputs, 'body') ?? textOf(inputs, 'data') ?? '';
  const state = recorded(before, { method, url: text, body, headers: textOf(inputs, 'headers') ?? '' });
  if (!URL.canParse(text)) return failed(state, `error: invalid URL '${text}'`);
  const url = new URL(text);
  const known = [...before.keys()].some(entity => entity.startsWith(`resource/${url.origin}/`));
  if (!known) return failed(state, `error: could not resolve host: ${url.hostname}`);
  return answer(state, url, method, body);
};

function answer(state: WorldState, url: URL, method: string, body: string): ReturnType<Operation> {
  const resource = resourceOf(url);
  const is = state.get(resource);
  if (method === 'GET' || method === 'HEAD') {
    if (is === undefined) return failed(state, '404 Not Found');
    const text = `${is.status} ${is.body}`;
    return Number(is.status) < 400 ? done(state, text) : failed(state, text);
  }
  if (method === 'DELETE') {
    return is === undefined
      ? failed(state, '404 Not Found')
      : done(withEntities(state, { [resource]: undefined }), '204 No Content');
  }
  if (method === 'PUT' || method === 'PATCH')
    return done(withEntities(state, { [resource]: { status: 200, body } }), '200 OK');
  if (method === 'POST') return done(state, '202 Accepted');
  return failed(state, `405 Method Not Allowed: ${method}`);
}

function recorded(state: WorldState, made: Readonly<Record<string, string>>): WorldState {
  const number = [...state.keys()].filter(entity => entity.startsWith('request/')).length + 1;
  return withEntities(state, { [`request/${number}`]: made });
}

const get: Operation = (state, inputs) => {
  const name = textOf(inputs, 'name') ?? '';
  const is = state.get(`environment/${name}`);
  return is === undefined ? failed(state, `error: ${name} is not set`) : done(state, String(is.value));
};

const list: Operation = state => {
  const names = [...state.keys()]
    .filter(entity => entity.startsWith('environment/'))
    .map(entity => entity.slice('environment/'.length));
  return done(state, names.join(' ') || 'none');
};

export const http = { 'http.request': request, 'environment.get': get, 'environment.list': list };
