// A virtual file tree: a path is an entity with its content. Folders are there as long as something is in them.
import {
  type Attributes,
  done,
  failed,
  type Inputs,
  type Operation,
  type Surroundings,
  textOf,
  withEntities,
  type WorldState,
} from '../state.ts';

const content = (attributes: Attributes | undefined) => String(attributes?.content ?? '');

/** An absolute path without dots and doubled slashes, links followed. */
export function resolvePath(path: string, { cwd, links }: Surroundings): string {
  const kept: string[] = [];
  const rest = (path.startsWith('/') ? path : `${cwd}/${path}`).split('/');
  for (let steps = 0; rest.length > 0 && steps < 4096; steps++) {
    const part = rest.shift() as string;
    if (part === '' || part === '.') continue;
    if (part === '..') {
      kept.pop();
      continue;
    }
    const target = links[`/${[...kept, part].join('/')}`];
    if (target === undefined) kept.push(part);
    else {
      if (target.startsWith('/')) kept.length = 0;
      rest.unshift(...target.split('/'));
    }
  }
  return `/${kept.join('/')}`;
}

/** Files below a folder, by their paths from there. */
function below(state: WorldState, folder: string): string[] {
  const prefix = folder === '/' ? '/' : `${folder}/`;
  return [...state.keys()].filter(path => path.startsWith(prefix)).map(path => path.slice(prefix.length));
}

const isFile = (state: WorldState, path: string) => path.startsWith('/') && state.has(path);
const isFolder = (state: WorldState, path: string) => below(state, path).length > 0;

/** An operation on one path that must be given; `verb` is what its errors call it. */
function onPath(
  verb: string,
  work: (state: WorldState, path: string, inputs: Inputs, around: Surroundings) => ReturnType<Operation>,
): Operation {
  return (state, inputs, around) => {
    const path = textOf(inputs, 'path');
    if (path === undefined) return failed(state, `error: ${verb}: missing path`);
    return work(state, resolvePath(path, around), inputs, around);
  };
}

const missing = (state: WorldState, verb: string, path: string) =>
  failed(state, `error: ${verb}: ${path}: No such file or directory`);

const read = onPath('open', (state, path) => {
  if (isFile(state, path)) return done(state, content(state.get(path)));
  if (isFolder(state, path)) return failed(state, `error: read: ${path}: Is a directory`);
  return missing(state, 'open', path);
});

const tail = onPath('tail', (state, path, inputs) => {
  if (!isFile(state, path)) return missing(state, 'tail', path);
  const lines = Number(inputs.lines ?? 10);
  return done(
    state,
    content(state.get(path))
      .split('\n')
      .slice(-Math.max(1, Number.isFinite(lines) ? lines : 10))
      .join('\n'),
  );
});

const list = onPath('list', (state, path) => {
  const names = [...new Set(below(state, path).map(name => name.split('/')[0] as string))].toSorted();
  if (names.length > 0) return done(state, names.join(' '));
  return isFile(state, path) ? done(state, path) : missing(state, 'list', path);
});

const search: Operation = (state, inputs, around) => {
  const query = textOf(inputs, 'query')?.toLowerCase();
  if (query === undefined) return failed(state, 'error: search: missing query');
  const folder = resolvePath(textOf(inputs, 'folder') ?? '/', around);
  const hits = below(state, folder).filter(name => {
    const path = `${folder === '/' ? '' : folder}/${name}`;
    return name.toLowerCase().includes(query) || content(state.get(path)).toLowerCase().includes(query);
  });
  return done(state, hits.length === 0 ? 'no matches' : hits.join(' '));
};

const size = onPath('du', (state, path) => {
  if (isFile(state, path)) return done(state, `${content(state.get(path)).length} B`);
  const files = below(state, path);
  if (files.length === 0) return missing(state, 'du', path);
  const total = files.reduce((sum, name) => sum + content(state.get(`${path === '/' ? '' : path}/${name}`)).length, 0);
  return done(state, `${total} B in ${files.length} files`);
});

const write = onPath('write', (state, path, inputs) => {
  if (isFolder(state, path)) return failed(state, `error: write: ${path}: Is a directory`);
  return done(withEntities(state, { [path]: { content: textOf(inputs, 'content') ?? '' } }), 'ok');
});

const append = onPath('write', (state, path, inputs) =>
  done(
    withEntities(state, { [path]: { content: content(state.get(path)) + (textOf(inputs, 'content') ?? '') } }),
    'ok',
  ),
);

const remove = onPath('remove', (state, path) => {
  if (isFile(state, path)) return done(withEntities(state, { [path]: undefined }), 'ok');
  return isFolder(state, path)
    ? failed(state, `error: remove: ${path}: Is a directory`)
    : missing(state, 'remove', path);
});

const wipe = onPath('remove', (state, path) => {
  const prefix = path === '/' ? '' : path;
  const gone = isFile(state, path) ? [path] : below(state, path).map(name => `${prefix}/${name}`);
  if (gone.length === 0) return missing(state, 'remove', path);
  return done(withEntities(state, Object.fromEntries(gone.map(each => [each, undefined]))), 'ok');
});

/** Copies a file or a folder with all that is in it; `keep` false: moves it. */
function transfer(verb: string, keep: boolean): Operation {
  return (state, inputs, around) => {
    const [from, to] = [textOf(inputs, 'source'), textOf(inputs, 'target')];
    if (from === undefined || to === undefined)
      return failed(state, `error: ${verb}: missing ${from === undefined ? 'source' : 'target'}`);
    const source = resolvePath(from, around);
    let target = resolvePath(to, around);
    if (!isFile(state, source) && !isFolder(state, source)) return missing(state, verb, source);
    // As mv and cp do: into a folder that is there.
    if (isFolder(state, target)) target = `${target}/${source.split('/').at(-1)}`;
    const files = isFile(state, source) ? [''] : below(state, source).map(name => `/${name}`);
    const changes: Record<string, Attributes | undefined> = {};
    for (const name of files) {
      if (!keep) changes[`${source}${name}`] = undefined;
    }
    for (const name of files) changes[`${target}${name}`] = state.get(`${source}${name}`) ?? {};
    return done(withEntities(state, changes), 'ok');
  };
}

const rename = onPath('rename', (state, path, inputs, around) => {
  const name = textOf(inputs, 'name');
  if (name === undefined) return failed(state, 'error: rename: missing name');
  const target = `${path.slice(0, path.lastIndexOf('/'))}/${name}`;
  return transfer('rename', false)(state, { source: path, target }, around);
});

/** A backup or an archive: one new file beside the folder, or under `to`. */
const archive = onPath('archive', (state, path, inputs) => {
  if (!isFile(state, path) && !isFolder(state, path)) return missing(state, 'archive', path);
  const folder = textOf(inputs, 'to');
  const target = `${folder === undefined ? path : `${folder}/${path.split('/').at(-1)}`}.tar.gz`;
  const files = isFile(state, path) ? 1 : below(state, path).length;
  return done(withEntities(state, { [target]: { content: `archive of ${path}, ${files} files` } }), `wrote ${target}`);
});

const share = onPath('share', (state, path, inputs) => {
  if (!isFile(state, path) && !isFolder(state, path)) return missing(state, 'share', path);
  const person = textOf(inputs, 'person') ?? 'everyone';
  return done(withEntities(state, { [`share/${person}${path}`]: { person, path } }), 'ok');
});

export const files = {
  'files.read': read,
  'files.tail': tail,
  'files.list': list,
  'files.search': search,
  'files.size': size,
  'files.write': write,
  'files.append': append,
  'files.delete': remove,
  'files.wipe': wipe,
  'files.move': transfer('move', false),
  'files.copy': transfer('copy', true),
  'files.rename': rename,
  'files.archive': archive,
  'files.share': share,
};
