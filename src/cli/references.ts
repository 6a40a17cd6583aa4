// Models as the user named them -> local files: downloaded, verified, held against the lock file, and pinned in it.
import PQueue from 'p-queue';
import { UserError } from '../errors.ts';
import { lockFileName, pin, readLock, type ResolvedModel, resolveModel } from '../hub/index.ts';
import { visible } from '../report/visible.ts';
import { say } from './output.ts';
import { pullDisplay } from './pull-display.ts';

/** References resolved at the same time; each may fetch several files. */
const referencesAtOnce = 3;

export interface ResolveChoices {
  /** Pin what is there now instead of refusing what changed. */
  readonly update?: boolean | undefined;
  /** Only what is on this machine; undefined: as HF_HUB_OFFLINE says. */
  readonly offline?: boolean | undefined;
  /** No progress on stderr. */
  readonly quiet?: boolean | undefined;
  /** Lock file; `turncoat.lock.json` in the working folder. */
  readonly lockFile?: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * The files of several models, in the order given. One that fails does not stop the others: what they download is kept.
 * @throws UserError for references that are wrong, unknown, gated, changed, or can't be downloaded
 */
export async function resolveReferences(
  references: readonly string[],
  choices: ResolveChoices,
): Promise<ResolvedModel[]> {
  const lockFile = choices.lockFile ?? lockFileName;
  const { models } = await readLock(lockFile);
  const display = pullDisplay(choices.quiet === true);
  const queue = new PQueue({ concurrency: referencesAtOnce });
  const { signal, offline } = choices;
  const resolve = async (reference: string): Promise<ResolvedModel> => {
    const model = await resolveModel(reference, {
      signal,
      offline,
      locked: choices.update ? undefined : models[reference],
      onProgress: progress => display.report(reference, progress),
    });
    await pinned(lockFile, model, reference in models, display.note, signal);
    return model;
  };
  try {
    return await all([...new Set(references)], references, reference => queue.add(() => resolve(reference)));
  } finally {
    display.stop();
  }
}

/** Waits for all, then throws what failed first, naming the others. */
async function all(
  distinct: readonly string[],
  references: readonly string[],
  resolve: (reference: string) => Promise<ResolvedModel>,
): Promise<ResolvedModel[]> {
  const settled = await Promise.allSettled(distinct.map(resolve));
  const failed = settled.flatMap(result => (result.status === 'rejected' ? [result.reason as unknown] : []));
  for (const error of failed.slice(1)) if (error instanceof UserError) say(`error: ${visible(error.message)}`);
  if (failed.length > 0) throw failed[0];
  const models = settled.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []));
  return references.map(reference => models[distinct.indexOf(reference)] as ResolvedModel);
}

async function pinned(
  lockFile: string,
  model: ResolvedModel,
  before: boolean,
  note: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  try {
    if (!(await pin(lockFile, model, signal))) return;
    note(`turncoat: ${visible(model.reference)} is pinned${before ? ' anew' : ''} in ${visible(lockFile)}`);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EACCES' && code !== 'EROFS' && code !== 'EPERM') throw error;
    note(`turncoat: ${visible(model.reference)} is not pinned: ${visible(lockFile)} can't be written (${code})`);
  }
}
