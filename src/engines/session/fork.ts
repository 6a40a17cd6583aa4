// Copies what one sequence holds to another, so that a prefix is evaluated once for all of them. node-llama-cpp has no
// public call for this: where its version is one that was tested, its internal one is used (about 1 ms); elsewhere the
// public state files (about 15 ms); where neither works, the caller evaluates the prefix again, which is always right.
import { mkdtemp, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LlamaContextSequence, Token } from 'node-llama-cpp';
import { internalsAreTested } from '../internals.ts';
import { logProbabilities, wanted } from './logits.ts';

/** Makes `target` hold the first `length` tokens of `source`; false: it could not, and `target` holds nothing. */
export type Fork = (target: LlamaContextSequence, source: LlamaContextSequence, length: number) => Promise<boolean>;

export type ForkKind = 'copy' | 'file' | 'none';

interface CopyingSequence {
  _copyStateFromOtherSequence?: (source: LlamaContextSequence, length: number) => Promise<boolean>;
}

/** The fastest way of copying that gives right results on this model: each is tried on the context before it is used. */
export async function chooseFork(
  sequences: readonly LlamaContextSequence[],
  kinds: readonly ForkKind[] = ['copy', 'file'],
): Promise<{ kind: ForkKind; fork: Fork }> {
  const [source, target] = sequences;
  const tested = internalsAreTested();
  for (const kind of kinds) {
    if (source === undefined || target === undefined || (kind === 'copy' && !tested)) continue;
    const fork = guarded(kind === 'copy' ? copyState : fileState);
    if (await forksRight(source, target, fork)) return { kind, fork };
  }
  return { kind: 'none', fork: () => Promise.resolve(false) };
}

/** A failed copy leaves an empty sequence, never one that holds something unknown. */
function guarded(fork: Fork): Fork {
  return async (target, source, length) => {
    try {
      if (await fork(target, source, length)) return true;
    } catch {
      // Not every memory of llama.cpp can be copied; evaluating again is right for all.
    }
    await target.clearHistory();
    return false;
  };
}

const copyState: Fork = async (target, source, length) => {
  const copy = (target as unknown as CopyingSequence)._copyStateFromOtherSequence;
  return copy === undefined ? false : await copy.call(target, source, length);
};

const fileState: Fork = async (target, source, length) => {
  const folder = await mkdtemp(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'turncoat-'));
  try {
    const file = join(folder, 'state');
    const tokens = source.contextTokens.slice(0, length);
    await source.saveStateToFile(file);
    // The risk that is accepted is that of a hostile file; this one is our own, of a moment ago.
    await target.loadStateFromFile(file, { acceptRisk: true });
    await target.adaptStateToTokens(tokens, false);
    return target.nextTokenIndex === length;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
};

/** Does a copied and shortened state give the probabilities of the original? */
async function forksRight(source: LlamaContextSequence, target: LlamaContextSequence, fork: Fork): Promise<boolean> {
  const tokens = source.model.tokenize('Is the copy what the original is?');
  const [held, next] = [tokens.slice(0, -2), tokens.at(-2) as Token];
  try {
    await source.clearHistory();
    await source.evaluateWithoutGeneratingNewTokens([...held, next]);
    if (!(await fork(target, source, held.length))) return false;
    await source.adaptStateToTokens(held, false);
    const probe = async (sequence: LlamaContextSequence) =>
      logProbabilities((await sequence.controlledEvaluate([wanted(next, tokens)]))[0], tokens);
    const [original, copied] = [await probe(source), await probe(target)];
    return source.nextTokenIndex === target.nextTokenIndex && original.every((log, index) => near(log, copied[index]));
  } catch {
    return false;
  } finally {
    await Promise.all([source.clearHistory(), target.clearHistory()]);
  }
}

const near = (a: number, b: number | undefined): boolean => b !== undefined && Math.abs(a - b) < 1e-3;
