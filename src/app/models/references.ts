// Models as the user named them -> local files: downloaded, verified, held against the lock file, and pinned in it.
import PQueue from 'p-queue';
import { UserError } from '../../errors.ts';
import {
  type AdaptedReference,
  lockFileName,
  type PullProgress,
  pin,
  readAdapted,
  readLock,
  type ResolvedModel,
  resolveModel,
} from '../../hub/index.ts';
import { adaptedText } from '../../records/adapted.ts';

/** References resolved at the same time; each may fetch several files. */
const referencesAtOnce = 3;

/** What is worth saying beside the progress. */
export type PullNote =
  | { readonly kind: 'pinned'; readonly reference: string; readonly lockFile: string; readonly again: boolean }
  | { readonly kind: 'not-pinned'; readonly reference: string; readonly lockFile: string; readonly code: string }
  /** The Hub could not be asked; what was pinned lay on this machine, whole. */
  | { readonly kind: 'unreached'; readonly reference: string; readonly why: string }
  /** One of several references that failed; the first is thrown. */
  | { readonly kind: 'failed'; readonly message: string };

/** Hears how references become files. */
export interface PullListener {
  report(reference: string, progress: PullProgress): void;
  note(note: PullNote): void;
}

export interface ResolveChoices {
  /** Pin what is there now instead of refusing what changed. */
  readonly update?: boolean | undefined;
  /** Only what is on this machine; undefined: as HF_HUB_OFFLINE says. */
  readonly offline?: boolean | undefined;
  readonly listener: PullListener;
  /** Lock file; `turncoat.lock.json` in the working folder. */
  readonly lockFile?: string | undefined;
  readonly signal: AbortSignal;
}

/**
 * The files of several models with their adapters, in the order given. One that fails does not stop the others: what they download is kept,
 * and the first failure is thrown once all ended.
 * @throws UserError for references that are wrong, unknown, gated, changed, or can't be downloaded
 */
export async function resolveReferences(
  references: readonly string[],
  choices: ResolveChoices,
): Promise<ResolvedModel[]> {
  const lockFile = choices.lockFile ?? lockFileName;
  const { models } = await readLock(lockFile);
  const queue = new PQueue({ concurrency: referencesAtOnce });
  const { signal, offline, listener } = choices;
  const resolve = async (reference: string): Promise<ResolvedModel> => {
    const model = await resolveModel(reference, {
      signal,
      offline,
      locked: choices.update ? undefined : models[reference],
      onProgress: progress => listener.report(reference, progress),
      onUnreached: why => listener.note({ kind: 'unreached', reference, why }),
    });
    await pinned(lockFile, model, reference in models, note => listener.note(note), signal);
    return model;
  };
  const asked = references.map(reference => readAdapted(reference));
  const distinct = [...new Set(asked.flatMap(piecesOf))];
  const settled = await Promise.allSettled(distinct.map(reference => queue.add(() => resolve(reference))));
  const failed = settled.flatMap(result => (result.status === 'rejected' ? [result.reason as unknown] : []));
  for (const error of failed.slice(1)) {
    if (error instanceof UserError) listener.note({ kind: 'failed', message: error.message });
  }
  if (failed.length > 0) throw failed[0];
  const resolved = settled.flatMap(result => (result.status === 'fulfilled' ? [result.value] : []));
  return asked.map(one => withAdapters(one, piece => resolved[distinct.indexOf(piece)] as ResolvedModel));
}

/** Base and adapters, each a reference by itself. */
export const piecesOf = ({ base, adapters }: AdaptedReference): string[] => [
  base,
  ...adapters.map(({ reference }) => reference),
];

/** A base's files with those of its adapters, under the name of all. */
export function withAdapters(
  { base, adapters }: AdaptedReference,
  resolved: (reference: string) => ResolvedModel,
): ResolvedModel {
  if (adapters.length === 0) return resolved(base);
  return {
    ...resolved(base),
    reference: adaptedText(base, adapters),
    adapters: adapters.map(({ reference, scale }) => ({ ...resolved(reference), scale })),
  };
}

async function pinned(
  lockFile: string,
  model: ResolvedModel,
  again: boolean,
  note: PullListener['note'],
  signal: AbortSignal,
): Promise<void> {
  const { reference } = model;
  try {
    if (await pin(lockFile, model, signal)) note({ kind: 'pinned', reference, lockFile, again });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EACCES' && code !== 'EROFS' && code !== 'EPERM') throw error;
    note({ kind: 'not-pinned', reference, lockFile, code });
  }
}
