// What a comparison is busy with, for people: at length beside a bar of progress, short in the status of many pairs, and as
// a share of a planned time.
import type { Phase } from '../records/sweeps/phase.ts';

interface PhaseWords {
  readonly progress: string;
  readonly status: string;
  readonly plan: string;
}

const same = (text: string): PhaseWords => ({ progress: text, status: text, plan: text });

const words: Readonly<Record<Phase, PhaseWords>> = {
  hash: { progress: 'hashing model files', status: 'hashing files', plan: 'hashing files' },
  weights: { progress: 'MB of weights compared', status: 'MB of weights', plan: 'weights' },
  read: same('reading files and templates'),
  inspect: same('inspecting'),
  load: same('loading models'),
  observe: { progress: 'scores and trials', status: 'trials', plan: 'scores and trials' },
  likelihood: { progress: 'likelihoods of replies', status: 'likelihoods', plan: 'likelihoods' },
  conversation: { progress: 'replies after the tools answered', status: 'conversations', plan: 'conversations' },
  story: { progress: 'final texts under both models', status: 'final texts', plan: 'final texts' },
  transplant: { progress: 'surprising calls in every case', status: 'transplants', plan: 'surprising calls' },
  probe: { progress: 'looking into what stands out', status: 'looking into it', plan: 'extra cases' },
  analyse: same('analysis'),
};

/** A phase as a record names it; the name itself where another version wrote it. */
export function phaseText(phase: string, where: keyof PhaseWords): string {
  return Object.hasOwn(words, phase) ? words[phase as Phase][where] : phase;
}
