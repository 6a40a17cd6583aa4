// Static rules -> findings: what an honest file has no reason to hold, by rule.
import type { RuleHit } from '../prompt/index.ts';
import { tagsOf } from '../prompt/anatomy/tags.ts';
import { characterRules, textRules } from '../prompt/anatomy/rules/text-rules.ts';
import type { InspectionFinding } from '../records/inspections/inspection.ts';
import type { ModelFile } from './model.ts';
import { longestTemplate } from './templates/trial.ts';

/** Characters of a value of the metadata that is neither a template nor of the tokenizer. */
const longestValue = 200_000;

/**
 * Hits of the rules on a template's syntax.
 * @param known those of the baseline's template, which are nothing new
 */
export function ruleFindings(hits: readonly RuleHit[], known: readonly RuleHit[], of: string): InspectionFinding[] {
  const before = new Set(known.map(keyOf));
  const fresh = hits.filter(hit => !before.has(keyOf(hit)));
  const rules = [...new Set(fresh.map(({ rule }) => rule))];
  return rules
    .flatMap(rule => {
      const [first, ...more] = fresh.filter(hit => hit.rule === rule);
      if (first === undefined) return [];
      const { line, detail } = first;
      const rest = more.length === 0 ? '' : `, and in ${more.length} more places`;
      return [
        { gravity: 'alarm', code: rule, detail: `line ${line}: ${detail}${rest}${of}`, lines: [line, line] } as const,
      ];
    })
    .map(finding => ({ ...finding, lines: [...finding.lines] as [number, number] }));
}

const keyOf = ({ rule, detail }: RuleHit): string => `${rule} ${detail}`;

/** Rules on a template's text, which hold for templates that can't be parsed too. */
export function sourceRules(template: string): RuleHit[] {
  const hits: RuleHit[] = [];
  // An oversized one is an alarm of its own where it is tried.
  const source = template.slice(0, longestTemplate);
  for (const { rule, detail } of characterRules(source)) hits.push({ rule, line: lineOf(source, rule), detail });
  for (const { word, firstLine } of tagsOf(source)) {
    if (/^(include|import|from|extends|block)$/.test(word)) {
      hits.push({ rule: 'template-include', line: firstLine, detail: `{% ${word} %}` });
    }
  }
  return hits;
}

function lineOf(source: string, rule: string): number {
  return 1 + source.split('\n').findIndex(line => characterRules(line).some(hit => hit.rule === rule));
}

/** Rules on the texts that a file holds beside its templates and its tokenizer. */
export function metadataFindings(candidate: ModelFile, baseline: ModelFile | undefined): InspectionFinding[] {
  const found = new Map<string, string[]>();
  for (const [key, value] of Object.entries(candidate.metadata)) {
    if (isVocabulary(key) || baseline?.metadata[key] === value) continue;
    const texts = typeof value === 'string' ? [value] : listed(value);
    for (const text of [key, ...texts]) {
      for (const { rule, detail } of metadataHits(text)) {
        found.set(rule, [...(found.get(rule) ?? []), `${key.slice(0, 100)}: ${detail}`]);
      }
    }
  }
  return [...found].map(([code, [first, ...more]]) => {
    const rest = more.length === 0 ? '' : `, and in ${more.length} more places`;
    return { gravity: 'alarm', code: `metadata-${code}`, detail: `${first}${rest}` };
  });
}

/** Keys of the tokenizer whose texts are its own: a vocabulary holds any text, and templates have rules of their own. */
const isVocabulary = (key: string): boolean =>
  /^tokenizer\.(?:ggml\.(?:tokens|merges|precompiled_charsmap|model|pre)|huggingface\.json|chat_template(?:\.[\w-]+)?|chat_templates)$/.test(
    key,
  );

function listed(value: ModelFile['metadata'][string]): string[] {
  if (typeof value !== 'object' || value.kind !== 'array') return [];
  return value.values.filter(one => typeof one === 'string');
}

function metadataHits(text: string): { rule: string; detail: string }[] {
  // A description may well name tools and addresses; characters and sizes have rules of the file (rules/texts.ts).
  return textRules(text.slice(0, longestValue), true)
    .map(({ rule, detail }) => ({ rule: rule.replace(/^template-/, ''), detail }))
    .filter(({ rule }) => rule === 'instruction' || rule === 'mixed-scripts');
}
