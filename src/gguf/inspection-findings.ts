// An inspection -> what of it a user must know, alarms first.
import type { Inspection, InspectionFinding } from '../records/inspections/inspection.ts';
import { promptFindings } from './templates/prompt-findings.ts';
import { changedMeaning, flagText } from './tokenizer-diff.ts';

type Facts = Omit<Inspection, 'findings'>;

/** Findings as codes with a short detail; the words for people are the command line's. */
/** @param templates findings that trying the templates gave */
export function inspectionFindings(facts: Facts, templates: readonly InspectionFinding[]): InspectionFinding[] {
  const all = [
    ...promptFindings(facts),
    ...templates,
    ...templateFindings(facts),
    ...tokenizerFindings(facts),
    ...weightFindings(facts),
    ...cardFindings(facts),
  ];
  return alarmsFirst(all);
}

/** Alarms lead; otherwise the order stays. */
export function alarmsFirst(findings: readonly InspectionFinding[]): InspectionFinding[] {
  return findings.toSorted((a, b) => Number(b.gravity === 'alarm') - Number(a.gravity === 'alarm'));
}

const alarm = (code: string, detail: string): InspectionFinding => ({ gravity: 'alarm', code, detail });
const notice = (code: string, detail: string): InspectionFinding => ({ gravity: 'notice', code, detail });

function templateFindings({ candidate, baseline, difference }: Facts): InspectionFinding[] {
  const found: InspectionFinding[] = [];
  if (candidate.templateSha256 === undefined) found.push(notice('no-template', candidate.path));
  if (difference?.templateDiff !== undefined && candidate.templateSha256 !== undefined) {
    found.push(
      notice(
        'template-differs',
        baseline?.templateSha256 === undefined ? 'the baseline has none' : 'from the baseline',
      ),
    );
  }
  return [...found, ...conditionFindings(candidate.conditions, baseline?.conditions ?? [])];
}

type Conditions = Facts['candidate']['conditions'];

/** Conditions that the baseline's template has not: one finding for each thing that is looked at. */
function conditionFindings(conditions: Conditions, baseline: Conditions): InspectionFinding[] {
  const known = new Set(baseline.map(({ expression }) => expression));
  const fresh = conditions.filter(({ expression }) => !known.has(expression));
  return (['date', 'text', 'tool'] as const).flatMap(about => {
    const [first, ...rest] = fresh.filter(one => one.about === about);
    if (first === undefined) return [];
    const of = first.template === undefined ? '' : ` of template ${first.template}`;
    const more = rest.length === 0 ? '' : `, and in ${rest.length} more places`;
    return [notice(`template-asks-for-${about}`, `line ${first.line}${of}: ${first.expression}${more}`)];
  });
}

/** Tokenizers in which a larger share of the ids has another text were not made from each other. */
const sameTokenizerShare = 0.1;

function tokenizerFindings({ candidate, difference }: Facts): InspectionFinding[] {
  if (difference === undefined) return [];
  const { counts, flags, mergesDiffer, settings } = difference.tokenizer;
  const { reserved = 0 } = counts;
  const changed = counts.changed - reserved;
  const found: InspectionFinding[] = [];
  if (changed > sameTokenizerShare * (candidate.tokenizer?.tokens ?? 0)) {
    found.push(notice('tokenizers-differ', `${changed} ids have another text`));
  } else {
    if (changed > 0) found.push(alarm('tokens-changed', `${changed} ids have another text`));
    if (reserved > 0) found.push(notice('reserved-tokens-named', `${reserved} tokens`));
    if (counts.flags > 0) {
      const grave = flags.some(changedMeaning);
      const first = flags.slice(0, 3).map(flagText).join(', ');
      found.push((grave ? alarm : notice)('token-flags-changed', `${counts.flags} tokens, ${first}`));
    }
  }
  if (counts.added + counts.removed > 0)
    found.push(notice('tokens-added', `${counts.added} added, ${counts.removed} removed`));
  // Under one vocabulary the merges are a rule's business (rules/tokenizer-changes.ts).
  if (mergesDiffer && changed + counts.removed > 0) {
    found.push(notice('merges-differ', 'texts split into other tokens'));
  }
  if (settings.length > 0) found.push(notice('tokenizer-settings-differ', keysText(settings)));
  if (difference.settings.length > 0) {
    found.push(notice('settings-differ', keysText(difference.settings)));
  }
  if (difference.tensorTypes.length > 0) {
    found.push(notice('quantisation-differs', `${difference.tensorTypes.length} tensors have another type`));
  }
  return found;
}

function weightFindings({ candidate, baseline, difference }: Facts): InspectionFinding[] {
  const weights = difference?.weights;
  if (weights === undefined) return [];
  const { changed, identical, withinQuantisation, notComparable } = weights.counts;
  const found: InspectionFinding[] = [];
  if (weights.looksLike !== undefined) {
    const { rank, modules, layers } = weights.looksLike;
    found.push(
      notice('looks-like-lora', `rank ${rank} on ${modules.join(', ')}${layers === '' ? '' : ` of layers ${layers}`}`),
    );
  }
  const alone = weights.onlyCandidate.length + weights.onlyBaseline.length;
  // Nothing compared is not the same, nor is what an adapter is loaded on.
  const adapted = [candidate, baseline].some(model => model?.adapters !== undefined);
  if (identical > 0 && changed + withinQuantisation + notComparable + alone === 0)
    found.push(notice(adapted ? 'base-weights-identical' : 'weights-identical', `${identical} tensors`));
  else if (changed > 0) found.push(notice('weights-changed', `${changed} of ${weights.tensors.length} tensors`));
  const rounded = weights.tensors.filter(one => one.kind === 'within-quantisation' && one.rounded === true).length;
  const unclear = withinQuantisation - rounded;
  if (rounded > 0) found.push(notice('weights-rounded', `${rounded} tensors, every level the nearest`));
  if (unclear > 0)
    found.push(notice('weights-unclear', `${unclear} tensors differ by no more than their quantisations explain`));
  if (notComparable > 0) found.push(notice('weights-not-comparable', `${notComparable} tensors`));
  if (alone > 0)
    found.push(
      notice(
        'tensors-differ',
        `${weights.onlyCandidate.length} only in the candidate, ${weights.onlyBaseline.length} only in the baseline`,
      ),
    );
  return found;
}

/** The last part of a model's name, without what conversions add. */
export function bare(name: string): string {
  const last = name.replace(/\/+$/, '').split('/').at(-1) ?? name;
  return last.toLowerCase().replace(/[^a-z0-9]+/g, '');
}

function cardFindings({ candidate, baseline }: Facts): InspectionFinding[] {
  const models = [candidate, ...(baseline ? [baseline] : [])];
  return models.flatMap(({ provenance: { baseModels, card } }) => {
    if (baseModels.length === 0 || card === undefined || card.baseModels.length === 0) return [];
    const named = new Set(card.baseModels.map(bare));
    if (baseModels.some(name => named.has(bare(name)))) return [];
    return [notice('card-disagrees', `${card.baseModels.join(', ')} and ${baseModels.join(', ')}`)];
  });
}

/** The first keys, and how many more. */
function keysText(settings: readonly { key: string }[]): string {
  const more = settings.length - 8;
  const named = settings.slice(0, 8).map(({ key }) => key);
  return `${named.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
