// Which two of many models are likeliest a fine-tune and what it was made from: by what files claim, by their tokenizers and
// shapes. A suggestion: nobody has checked what they claim.
import { shortName } from '../../records/adapted.ts';
import type { ListedModel, Said } from './listing.ts';

/** Why two models belong together. */
export type Bond = 'made-from' | 'same-base' | 'same-vocabulary' | 'same-quantisation';

export interface SuggestedPair {
  readonly candidate: string;
  readonly baseline: string;
  readonly bonds: readonly Bond[];
  /** Neither says that it was made from the other: which is the candidate is for the user to say. */
  readonly eitherWay: boolean;
}

const weights: Readonly<Record<Bond, number>> = {
  'made-from': 8,
  'same-base': 3,
  'same-vocabulary': 4,
  'same-quantisation': 2,
};

type Readable = ListedModel & { readonly says: Said };

/**
 * The likeliest pairs, best first. Both have a template, one shape, and the same vocabulary or a base in common.
 * @param most how many
 */
export function suggestPairs(models: readonly ListedModel[], most: number): SuggestedPair[] {
  const fit = oncePerFile(models.filter((one): one is Readable => one.says !== undefined && usable(one.says)));
  const pairs = fit.flatMap((one, index) => fit.slice(index + 1).flatMap(other => pairOf(one, other)));
  return pairs
    .toSorted((a, b) => b.score - a.score || (a.pair.candidate < b.pair.candidate ? -1 : 1))
    .slice(0, most)
    .map(({ pair }) => pair);
}

const usable = ({ adapter, template }: Said): boolean => !adapter && template !== 'none';

/** Copies of one file, in several stores, are one model with all their names. */
function oncePerFile(models: readonly Readable[]): Readable[] {
  const bySketch = new Map<string, Readable>();
  for (const one of models) {
    const known = bySketch.get(one.says.sketch);
    const names = known && [...known.also, one.reference, ...one.also];
    bySketch.set(one.says.sketch, known === undefined ? one : { ...known, also: names ?? [] });
  }
  return [...bySketch.values()];
}

function pairOf(one: Readable, other: Readable): { pair: SuggestedPair; score: number }[] {
  if (one.says.shape !== other.says.shape) return [];
  const [oneFrom, otherFrom] = [madeFrom(one, other), madeFrom(other, one)];
  const bonds: Bond[] = [];
  if (oneFrom !== otherFrom) bonds.push('made-from');
  else if (one.says.bases.some(base => other.says.bases.some(theirs => plain(theirs) === plain(base))))
    bonds.push('same-base');
  if (one.says.vocabulary !== undefined && one.says.vocabulary === other.says.vocabulary) bonds.push('same-vocabulary');
  if (!bonds.includes('same-vocabulary') && !bonds.includes('made-from')) return [];
  if (one.says.quantisation === other.says.quantisation) bonds.push('same-quantisation');
  // The same weights in two quantisations are no two models.
  if (!bonds.includes('same-quantisation') && sameName(one, other)) return [];
  const tools = Number(one.says.template === 'tools') + Number(other.says.template === 'tools');
  const score = tools + bonds.reduce((sum, bond) => sum + weights[bond], 0);
  const [candidate, baseline] = inOrder(one, other, oneFrom, otherFrom);
  const pair = {
    candidate: candidate.reference,
    baseline: baseline.reference,
    bonds,
    eitherWay: oneFrom === otherFrom,
  };
  return [{ pair, score }];
}

/** What says that it was made from something is the candidate; else what is newer. */
function inOrder(one: Readable, other: Readable, oneFrom: boolean, otherFrom: boolean): [Readable, Readable] {
  if (oneFrom !== otherFrom) return oneFrom ? [one, other] : [other, one];
  const bases = one.says.bases.length - other.says.bases.length;
  const newer = bases === 0 ? one.says.changedMs - other.says.changedMs : bases;
  return newer > 0 ? [one, other] : [other, one];
}

/** Does one say that it was made from the other, by any of its names? */
function madeFrom({ says: { bases } }: Readable, other: Readable): boolean {
  const names = namesOf(other);
  return bases.some(base => names.has(plain(base)));
}

const sameName = (one: Readable, other: Readable): boolean => {
  const names = namesOf(other);
  return [...namesOf(one)].some(name => names.has(name));
};

/** Names that a model goes by: its own, and that of its repository. */
function namesOf({ reference, also, says }: Readable): Set<string> {
  const repositories = [reference, ...also].flatMap(text => {
    const [, repository] = /^(?:hf|lmstudio|llamacpp):[^/]+\/([^/:#]+)/.exec(text) ?? [];
    return (
      repository ??
      shortName(text)
        .replace(/^ollama:/, '')
        .replace(/:.*$/, '')
    );
  });
  return new Set([...repositories, ...(says.name === undefined ? [] : [says.name])].map(plain).filter(Boolean));
}

/** `https://huggingface.co/Qwen/Qwen2.5-0.5B-Instruct` and `Qwen2.5 0.5B Instruct GGUF` alike. */
function plain(name: string): string {
  const last = name.replace(/\/+$/, '').split('/').at(-1) ?? name;
  return last
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/-gguf$/, '')
    .replace(/[.-](q\d\w*|iq\d\w*|bf16|f16|f32)$/, '');
}
