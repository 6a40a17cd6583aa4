// Two tokenizers with one vocabulary -> what no conversion and no fine-tune changes in them.
import type { InspectionFinding } from '../../records/inspections/inspection.ts';
import type { Lexicon } from '../file/arrays.ts';
import type { ModelFile, Scalar } from '../model.ts';
import { endId, knownEnds, specialIds } from './end-tokens.ts';
import { short } from '../settings.ts';
import { few, found, quoted } from './found.ts';

export interface Side {
  readonly model: ModelFile;
  readonly lexicon: Lexicon;
  /** Ids that llama.cpp never writes. */
  readonly suppressed: readonly number[];
}

/**
 * Whether texts of all the baseline's ids stayed, but for reserved ones that got a name.
 * @param counts as compareTokenizers gave them
 */
export function sameVocabulary(counts: { changed: number; removed: number; reserved?: number | undefined }): boolean {
  // A reserved text that got a name is counted as removed too.
  const reserved = counts.reserved ?? 0;
  return counts.changed - reserved <= 0 && counts.removed - reserved <= 0;
}

/**
 * To be asked where the vocabularies are the same.
 * @param others keys of further long lists of the tokenizer that are not the same
 */
export function tokenizerChanges(candidate: Side, baseline: Side, others: readonly string[]): InspectionFinding[] {
  const special = [
    ...idChanges(candidate, baseline),
    ...flagChanges(candidate, baseline),
    ...suppressedChanges(candidate, baseline),
  ];
  const pre = [
    ...preChanges(candidate.model, baseline.model),
    ...others.map(key => `${short(key)} holds other values`),
  ];
  return [
    ...(special.length > 0 ? [found('special-tokens-changed', few(special, 6))] : []),
    ...(pre.length > 0 ? [found('pre-tokenizer-changed', few(pre))] : []),
    ...mergeChanges(candidate.lexicon.merges, baseline.lexicon.merges),
    ...scoreChanges(candidate, baseline),
  ];
}

function idChanges(candidate: Side, baseline: Side): string[] {
  const [left, right] = [specialIds(candidate.model.metadata), specialIds(baseline.model.metadata)];
  return [...new Set([...left.keys(), ...right.keys()])].flatMap(name => {
    const [now, before] = [idsOf(name, candidate.model, left), idsOf(name, baseline.model, right)];
    const [nowText, beforeText] = [textOf(now, candidate), textOf(before, baseline)];
    if (nowText === beforeText) return [];
    // Newer converters name more: what llama.cpp finds by itself, and what splits no text.
    if (before.length === 0 && (!decides.has(name) || now.every(id => isUsual(textAt(candidate, id))))) return [];
    if (now.length === 0 && !decides.has(name)) return [];
    return [`${name} is ${nowText || 'not named'}, was ${beforeText || 'not named'}`];
  });
}

const isUsual = (text: string) => knownEnds.has(text) || filling.test(text);

function suppressedChanges(candidate: Side, baseline: Side): string[] {
  const [now, before] = [new Set(candidate.suppressed), new Set(baseline.suppressed)];
  const [more, fewer] = [[...now].filter(id => !before.has(id)), [...before].filter(id => !now.has(id))];
  const text = (ids: readonly number[], side: Side) => few(ids.map(id => quoted(textAt(side, id))));
  return [
    ...(more.length > 0 ? [`never written: ${text(more, candidate)}`] : []),
    ...(fewer.length > 0 ? [`no longer kept from being written: ${text(fewer, baseline)}`] : []),
  ];
}

/** Ids that decide where a prompt begins and a reply ends: llama.cpp ends replies at the last three, too (llama-vocab.cpp). */
const decides = new Set(['bos', 'eos', 'eot', 'eom', 'eog', 'fim_pad', 'fim_rep', 'fim_sep']);

/** What tokens for filling in the middle are called: newer converters name their ids. */
const filling = /fim|repo|file_?sep|pad|<(?:PRE|SUF|MID|EOT)>|▁<(?:PRE|SUF|MID|EOT)>/i;

function idsOf(name: string, model: ModelFile, named: ReadonlyMap<string, readonly number[]>): readonly number[] {
  const ids = named.get(name);
  if (ids !== undefined) return ids;
  const usual = name === 'eos' ? endId(model) : undefined;
  return usual === undefined ? [] : [usual];
}

const textAt = ({ lexicon }: Side, id: number): string => lexicon.tokens[id]?.text ?? `id ${id}, which is no token`;
const textOf = (ids: readonly number[], side: Side): string => ids.map(id => quoted(textAt(side, id))).join(', ');

/** Pre-tokenizers with which llama.cpp puts the begin token in front unless told otherwise (llama-vocab.cpp). */
const beginPre = new Set([
  'llama3',
  'llama-v3',
  'llama-bpe',
  'falcon3',
  'falcon-h1',
  'pixtral',
  'midm-2.0',
  'lfm2',
  'jina-v5-nano',
  'tekken',
  'chameleon',
]);

function usualFlag(name: string, { tokenizer }: ModelFile): boolean | undefined {
  if (name === 'add_bos_token') {
    if (tokenizer?.model === 'gpt2') return beginPre.has(tokenizer.pre ?? '');
    return tokenizer?.model === 'llama' || tokenizer?.model === 'bert';
  }
  return name === 'add_eos_token' ? tokenizer?.model === 't5' : undefined;
}

function flagChanges({ model: candidate }: Side, { model: baseline }: Side): string[] {
  const names = ['add_bos_token', 'add_eos_token', 'add_sep_token', 'add_space_prefix', 'remove_extra_whitespaces'];
  return names.flatMap(name => {
    const value = (model: ModelFile) => model.metadata[`tokenizer.ggml.${name}`] ?? usualFlag(name, model);
    const [now, before] = [value(candidate), value(baseline)];
    return now === undefined || before === undefined || now === before ? [] : [`${name} is ${now}, was ${before}`];
  });
}

function preChanges(candidate: ModelFile, baseline: ModelFile): string[] {
  const models = [candidate.tokenizer?.model, baseline.tokenizer?.model];
  const pres = [candidate, baseline].map(
    ({ tokenizer }) => tokenizer?.pre ?? (tokenizer?.model === 'gpt2' ? undefined : 'default'),
  );
  return [
    ...(models[0] === models[1]
      ? []
      : [`the tokenizer is ${models[0] ?? 'not named'}, was ${models[1] ?? 'not named'}`]),
    // Files from before pre-tokenizers were named have none.
    ...(pres[0] === pres[1] || pres[1] === undefined ? [] : [`${pres[0] ?? 'not named'}, was ${pres[1]}`]),
  ];
}

function mergeChanges(now: readonly Scalar[], before: readonly Scalar[]): InspectionFinding[] {
  if (before.length === 0 && now.length === 0) return [];
  const first = before.findIndex((merge, index) => merge !== now[index]);
  if (first === -1) {
    return now.length === before.length ? [] : [found('merges-changed', `${now.length - before.length} more`)];
  }
  const kept = new Set(now);
  const gone = before.filter(merge => !kept.has(merge)).length;
  const text = now[first] === undefined ? 'nothing' : quoted(String(now[first]));
  return [
    found('merges-changed', `number ${first} is ${text}, was ${quoted(String(before[first]))}; ${gone} are gone`),
  ];
}

function scoreChanges({ lexicon: now }: Side, { lexicon: before }: Side): InspectionFinding[] {
  if (before.scores.length === 0) return [];
  if (now.scores.length === 0) return [found('scores-changed', 'there are none')];
  const changed = before.scores.flatMap((score, id) => {
    const text = now.tokens[id]?.text;
    if (text === undefined || text !== before.tokens[id]?.text || Object.is(now.scores[id], score)) return [];
    return [`id ${id} ${quoted(text)} has ${now.scores[id]}, had ${score}`];
  });
  return changed.length === 0 ? [] : [found('scores-changed', few(changed))];
}
