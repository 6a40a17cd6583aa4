// LM Studio's folders: `PUBLISHER/REPO/FILE.gguf`, as on the Hub.
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { UserError } from '../../errors.ts';
import { nearest } from '../nearest.ts';
import { selectFiles } from '../select.ts';
import { heldIn, partsIn, wantedOf } from './folder.ts';
import { atHome } from './home.ts';
import { allInside, foldersIn, type Held, inside, isPart, type Place, smallText } from './place.ts';

const settingsSchema = z.looseObject({ downloadsFolder: z.string().min(1) });

export const lmstudio = {
  title: 'LM Studio',
  async roots() {
    const home = await homeFolder();
    // People may have moved the models alone.
    const moved = await smallText(join(home, 'settings.json'))
      .then(text => settingsSchema.parse(JSON.parse(text)).downloadsFolder)
      .catch(() => undefined);
    const usual = join(home, 'models');
    return moved === undefined || atHome(moved) === usual ? [usual] : [atHome(moved), usual];
  },
  async find(name, roots) {
    const [, publisher, repo, wanted] = /^([^/:]+)\/([^/:]+)(?::(.+))?$/s.exec(name) ?? [];
    if (!isPart(publisher) || !isPart(repo)) {
      const hint = 'write lmstudio:publisher/repo, lmstudio:publisher/repo:Q4_K_M or lmstudio:publisher/repo:file.gguf';
      throw new UserError('bad-reference', `lmstudio:${name} does not name publisher/repo`, hint);
    }
    for (const root of roots) {
      const folder = await inside(root, join(root, publisher, repo));
      if (folder === undefined) continue;
      const asked = { what: `lmstudio:${publisher}/${repo}`, separator: ':' };
      const files = selectFiles(asked, await partsIn(folder), wantedOf(wanted));
      return { paths: await allInside(root, folder, files), files: files.map(file => `${publisher}/${repo}/${file}`) };
    }
    const known = (await Promise.all(roots.map(repositories))).flat();
    const near = nearest(`${publisher}/${repo}`, known);
    const hint = near === undefined ? 'see `lms ls` and `turncoat models`' : `did you mean lmstudio:${near}?`;
    throw new UserError('model-not-found', `LM Studio has no ${publisher}/${repo} in ${roots.join(' or ')}`, hint);
  },
  async list(roots) {
    const held: Held[] = [];
    for (const root of roots)
      for (const repository of await repositories(root))
        held.push(...(await heldIn(root, join(root, repository), file => `lmstudio:${repository}:${file}`)));
    return held;
  },
} satisfies Place;

/** As LM Studio looks for it: a pointer, the folder of its first versions where that is there, the usual one. */
async function homeFolder(): Promise<string> {
  const pointer = await smallText(join(homedir(), '.lmstudio-home-pointer'), 10_000).catch(() => '');
  if (pointer.trim() !== '') return atHome(pointer.trim());
  const first = join(homedir(), '.cache', 'lm-studio');
  return existsSync(first) ? first : join(homedir(), '.lmstudio');
}

async function repositories(root: string): Promise<string[]> {
  const all: string[] = [];
  for (const publisher of await foldersIn(root))
    for (const repo of await foldersIn(join(root, publisher)))
      if (isPart(publisher) && isPart(repo)) all.push(`${publisher}/${repo}`);
  return all;
}
