// llama.cpp's own cache, before it took the Hub's: `USER_REPO_FILE.gguf` side by side, and a manifest for each tag.
import { homedir } from 'node:os';
import { join } from 'node:path';
import { UserError } from '../../errors.ts';
import { nearest } from '../nearest.ts';
import { selectFiles } from '../select.ts';
import { wantedOf } from './folder.ts';
import { atHome } from './home.ts';
import { allInside, type Held, isPart, namesIn, type Place } from './place.ts';

export const llamaCache = {
  title: 'llama.cpp',
  roots({ LLAMA_CACHE, XDG_CACHE_HOME, LOCALAPPDATA }) {
    if (LLAMA_CACHE !== undefined && LLAMA_CACHE.trim() !== '') return [atHome(LLAMA_CACHE.trim())];
    if (process.platform === 'darwin') return [join(homedir(), 'Library', 'Caches', 'llama.cpp')];
    if (process.platform === 'win32') return [join(LOCALAPPDATA ?? homedir(), 'llama.cpp')];
    return [join(XDG_CACHE_HOME ? atHome(XDG_CACHE_HOME) : join(homedir(), '.cache'), 'llama.cpp')];
  },
  async find(name, roots) {
    const [, user, repo, wanted] = /^([^/:]+)\/([^/:]+)(?::(.+))?$/s.exec(name) ?? [];
    if (!isPart(user) || !isPart(repo)) {
      const hint = 'write llamacpp:user/repo or llamacpp:user/repo:Q4_K_M, as for llama.cpp’s -hf';
      throw new UserError('bad-reference', `llamacpp:${name} does not name user/repo`, hint);
    }
    const before = `${user}_${repo}_`;
    for (const root of roots) {
      const names = (await namesIn(root)).filter(file => file.startsWith(before) && /\.gguf$/i.test(file));
      if (names.length === 0) continue;
      const asked = { what: `llamacpp:${user}/${repo}`, separator: ':' };
      const files = selectFiles(
        asked,
        names.map(file => file.slice(before.length)),
        wantedOf(wanted),
      );
      const paths = await allInside(
        root,
        root,
        files.map(file => before + file),
      );
      return { paths, files: files.map(file => `${user}/${repo}/${file}`) };
    }
    const near = nearest(
      `${user}/${repo}`,
      (await Promise.all(roots.map(tags))).flat().map(({ repository }) => repository),
    );
    const hint = near === undefined ? 'see LLAMA_CACHE and `turncoat models`' : `did you mean llamacpp:${near}?`;
    throw new UserError('model-not-found', `llama.cpp has no ${user}/${repo} in ${roots.join(' or ')}`, hint);
  },
  async list(roots) {
    const held: Held[] = [];
    for (const root of roots)
      for (const { repository, tag } of await tags(root)) {
        const name = tag === 'latest' ? repository : `${repository}:${tag}`;
        const found = await llamaCache.find(name, [root]).catch(() => undefined);
        const [path] = found?.paths ?? [];
        if (path !== undefined) held.push({ reference: `llamacpp:${name}`, path });
      }
    return held;
  },
} satisfies Place;

/** What was asked of llama.cpp's `-hf`: `manifest=USER=REPO=TAG.json`. */
async function tags(root: string): Promise<{ repository: string; tag: string }[]> {
  return (await namesIn(root)).flatMap(name => {
    const [, user, repo, tag] = /^manifest=([^=]+)=([^=]+)=([^=]+)\.json$/.exec(name) ?? [];
    return isPart(user) && isPart(repo) && isPart(tag) ? [{ repository: `${user}/${repo}`, tag }] : [];
  });
}
