// Where models lie on this machine.
import { type ModelFolder, modelFolders } from '../../hub/index.ts';
import { line } from '../../words/safe.ts';
import { sizeText } from '../../words/units.ts';
import type { Check, Checker } from './check.ts';

/** Places that are there, and those that turncoat writes to whether they are or not. */
export const places: Checker = async ({ environment }) => {
  const folders = await modelFolders(environment);
  const shown = folders.filter(({ exists, ours }) => exists || ours).map(checkOf);
  const absent = new Set(folders.filter(({ exists, ours }) => !exists && !ours).map(one => one.title));
  const there = new Set(folders.filter(({ exists }) => exists).map(one => one.title));
  const none = [...absent].filter(one => !there.has(one));
  if (none.length === 0) return shown;
  const says = `no models of ${none.join(', ')} on this machine`;
  return [...shown, { name: 'other-places', state: 'ok', says, facts: { none } }];
};

function checkOf(folder: ModelFolder): Check {
  const name = folder.title.toLowerCase().replace(/\W+/g, '-');
  const size = `${folder.counted ? '' : 'more than '}${sizeText(folder.bytes)}`;
  const kind = folder.ours ? (folder.writable ? ', writable' : '') : ', only read';
  const says = `${folder.exists ? size : 'nothing yet'} in ${line(folder.folder)}${kind}`;
  const { exists, writable, bytes, counted } = folder;
  const facts = { folder: folder.folder, exists, writable, bytes, counted };
  if (!folder.ours || writable) return { name, state: 'ok', says, facts };
  const variable = folder.title === 'Hugging Face' ? 'HF_HOME' : 'XDG_CACHE_HOME';
  const hint = `models can't be downloaded there: check who owns it, or set ${variable} to another folder`;
  return { name, state: 'fault', says: `${says}; it can't be written`, hint, facts };
}
