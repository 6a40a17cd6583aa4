// What lies in the Hugging Face cache already, by the references that find it there.
import { join } from 'node:path';
import { RepositoryCache } from '../cache.ts';
import { companions } from '../select.ts';
import { splitName } from '../../gguf/file/split.ts';
import { foldersIn, type Held, inside, isPart } from './place.ts';

/** Every model of every commit that is there; the commit is named where it is not the one of `main`. */
export async function cachedModels(cache: string): Promise<Held[]> {
  const held: Held[] = [];
  for (const name of await foldersIn(cache)) {
    const [, user, repo] = /^models--(.+?)--(.+)$/.exec(name) ?? [];
    if (!isPart(user) || !isPart(repo)) continue;
    const repository = new RepositoryCache(cache, `${user}/${repo}`);
    const main = await repository.commitOf('main');
    for (const commit of await foldersIn(join(repository.folder, 'snapshots'))) {
      if (!/^[0-9a-f]{40}$/.test(commit)) continue;
      for (const file of await repository.files(commit)) {
        if (!/\.gguf$/i.test(file) || companions.test(file.slice(file.lastIndexOf('/') + 1))) continue;
        if ((splitName(file)?.part ?? 1) !== 1) continue;
        const snapshot = repository.snapshot(commit, file);
        const path = await inside(repository.folder, snapshot).catch(() => undefined);
        if (path === undefined) continue;
        const sha256 = await repository.linkedHash(snapshot);
        const reference = `hf:${user}/${repo}/${file}${commit === main ? '' : `#${commit}`}`;
        held.push({ reference, path: snapshot, ...(sha256 && { sha256 }) });
      }
    }
  }
  return held;
}
