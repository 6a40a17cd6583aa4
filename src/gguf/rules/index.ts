// A model file, and its baseline where there is one -> what the rules of words/file-rules.ts say of it.
import { setImmediate } from 'node:timers/promises';
import type { InspectionFinding, TokenizerDifference } from '../../records/inspections/inspection.ts';
import { type Lexicon, otherLists, readLexicon } from '../file/arrays.ts';
import type { ModelFile } from '../model.ts';
import { endFindings } from './end-tokens.ts';
import { fileTypeFindings } from './file-type.ts';
import { asInBaseline, found } from './found.ts';
import { layoutFindings } from './layout.ts';
import { originFindings } from './origin.ts';
import { mergeFindings, scoreFindings } from './split-order.ts';
import { contextFindings, kindFinding, structureFindings } from './structure.ts';
import { textFindings } from './texts.ts';
import { suppressedFindings, suppressedIds } from './suppressed.ts';
import { sameVocabulary, type Side, tokenizerChanges } from './tokenizer-changes.ts';
import { vocabularyLooks } from './tokens.ts';

/** What a file says against itself; its tensors' numbers are left out. */
export async function fileFindings(model: ModelFile, signal?: AbortSignal): Promise<InspectionFinding[]> {
  return [
    ...structureFindings(model),
    ...(kindFinding(model) === undefined ? fileTypeFindings(model) : []),
    ...(await layoutFindings(model, signal)),
    ...textFindings(model),
    ...(await tokenizerFindings(model)),
  ];
}

async function tokenizerFindings(model: ModelFile): Promise<InspectionFinding[]> {
  const { tokenizer } = model;
  if (tokenizer === undefined) return [];
  const lexicon = await readLexicon(model);
  const { vocabulary, order } = await lexiconFindings(lexicon, tokenizer.model);
  return [
    ...vocabulary,
    ...endFindings(model, lexicon.tokens),
    ...suppressedFindings(model, lexicon.tokens, await suppressedIds(model)),
    ...order,
    ...(tokenizer.model === 'gpt2' && tokenizer.pre === undefined ? [found('no-pre-tokenizer', 'gpt2')] : []),
  ];
}

interface LexiconFindings {
  readonly vocabulary: readonly InspectionFinding[];
  readonly order: readonly InspectionFinding[];
}

/** By lexicon, which two models may share, and kind of tokenizer. */
const looked = new WeakMap<Lexicon, Map<string, LexiconFindings>>();

async function lexiconFindings(lexicon: Lexicon, kind: string): Promise<LexiconFindings> {
  const known = looked.get(lexicon) ?? new Map<string, LexiconFindings>();
  looked.set(lexicon, known);
  const findings = known.get(kind) ?? (await lookAt(lexicon, kind));
  known.set(kind, findings);
  return findings;
}

async function lookAt({ tokens, merges, scores }: Lexicon, kind: string): Promise<LexiconFindings> {
  const vocabulary: InspectionFinding[] = [];
  // Between looks at hundreds of thousands of tokens, what other threads have finished is heard, and they go on.
  for (const look of tokens.length === 0 ? [] : vocabularyLooks(kind)) {
    vocabulary.push(...look(tokens));
    await setImmediate();
  }
  const order = kind === 'gpt2' ? mergeFindings(tokens, merges) : kind === 'llama' ? scoreFindings(tokens, scores) : [];
  await setImmediate();
  return { vocabulary, order };
}

/** What the candidate says against the baseline. */
export async function changeFindings(
  candidate: ModelFile,
  baseline: ModelFile,
  { counts }: TokenizerDifference,
): Promise<InspectionFinding[]> {
  const sides = [await sideOf(candidate), await sideOf(baseline)] as const;
  const comparable = kindFinding(candidate) === undefined && kindFinding(baseline) === undefined;
  return [
    ...(comparable && sides[1].lexicon.tokens.length > 0 && sameVocabulary(counts)
      ? tokenizerChanges(...sides, await otherLists(candidate, baseline))
      : []),
    ...contextFindings(candidate, baseline),
    ...originFindings(candidate, baseline),
  ];
}

async function sideOf(model: ModelFile): Promise<Side> {
  return { model, lexicon: await readLexicon(model), suppressed: await suppressedIds(model) };
}

/** Findings, less grave where the baseline has the same. */
export function lessThanBaseline(
  findings: readonly InspectionFinding[],
  baseline: readonly InspectionFinding[],
): InspectionFinding[] {
  const known = new Set(baseline.map(({ code, detail }) => `${code} ${detail}`));
  return findings.map(one => (known.has(`${one.code} ${one.detail}`) ? asInBaseline(one) : one));
}
