// All chat templates of two models -> when their prompts differ. llama.cpp takes the one named `tool_use` where tools are
// offered, so a named template is as good a place for an attack as the usual one.
import type { Chat, TemplateReader } from '../../ports/template.ts';
import type { Probe } from '../chats/battery.ts';
import { type Condition, templateConditions } from './conditions.ts';
import type { ModelFile } from '../model.ts';
import { patienceMs } from './prompt-pairs.ts';
import { type TemplateTrial, templateTextDiff, tryTemplates } from './template-diff.ts';
import type { TemplateSource } from './trial.ts';

/** A chat of a suite, by name. */
export interface NamedChat {
  readonly name: string;
  readonly chat: Chat;
}

/** Present for templates other than the usual one. */
export interface OfTemplate {
  readonly template?: string;
}

interface TemplatePair extends OfTemplate {
  readonly candidate: string;
  /** Of the same name, otherwise the usual one. */
  readonly baseline: string | undefined;
}

function templatePairs(candidate: ModelFile, baseline: ModelFile | undefined): TemplatePair[] {
  const usual = baseline?.chatTemplate;
  const named = Object.entries(candidate.namedTemplates).map(([name, template]) => {
    return { template: name, candidate: template, baseline: baseline?.namedTemplates[name] ?? usual };
  });
  const { chatTemplate } = candidate;
  return [...(chatTemplate === undefined ? [] : [{ candidate: chatTemplate, baseline: usual }]), ...named];
}

/**
 * Tries all templates of the candidate.
 * @throws UserError `template-…` when one is broken, runs away, or takes no chat
 */
export async function tryAllTemplates(
  renderer: TemplateReader,
  candidate: ModelFile,
  baseline: ModelFile | undefined,
  chats: readonly NamedChat[],
  signal: AbortSignal,
): Promise<(TemplateTrial & OfTemplate)[]> {
  const extra = {
    days: chats.flatMap(({ chat: { clock } }) => (clock === undefined ? [] : [clock.slice(0, 10)])),
    probes: chats.map(
      ({ name, chat }): Probe => ({ axis: 'case', value: name, chat, dated: chat.clock !== undefined }),
    ),
  };
  // One deadline for all: many templates are no way to more time.
  const limits = { deadline: performance.now() + patienceMs, signal };
  const found: (TemplateTrial & OfTemplate)[] = [];
  for (const pair of templatePairs(candidate, baseline)) {
    const own = source(pair.candidate, candidate);
    const other = pair.baseline === undefined || baseline === undefined ? undefined : source(pair.baseline, baseline);
    const same = other?.template === own.template && other.options.bosToken === own.options.bosToken;
    const trial = await tryTemplates(renderer, own, same ? undefined : other, extra, limits);
    found.push({ ...trial, ...(same && { paired: 'same' as const }), ...named(pair) });
  }
  return found;
}

function source(template: string, { bosToken, eosToken }: ModelFile): TemplateSource {
  return { template, options: { bosToken: bosToken ?? '', eosToken: eosToken ?? '' } };
}

const named = ({ template }: OfTemplate): OfTemplate => (template === undefined ? {} : { template });

/** Unified diffs of all templates that differ; undefined when none does. */
export function templatesDiff(candidate: ModelFile, baseline: ModelFile): string | undefined {
  const names = new Set([...Object.keys(candidate.namedTemplates), ...Object.keys(baseline.namedTemplates)]);
  const diffs = [
    templateTextDiff(candidate.chatTemplate ?? '', baseline.chatTemplate ?? ''),
    ...[...names].map(name => {
      const diff = templateTextDiff(candidate.namedTemplates[name] ?? '', baseline.namedTemplates[name] ?? '');
      return diff && `@@ template ${name} @@\n${diff}`;
    }),
  ].filter(diff => diff !== undefined);
  return diffs.length === 0 ? undefined : diffs.join('\n');
}

/** Conditions in all templates of a model. */
export function modelConditions({ chatTemplate, namedTemplates }: ModelFile): (Condition & OfTemplate)[] {
  return [
    ...(chatTemplate === undefined ? [] : templateConditions(chatTemplate)),
    ...Object.entries(namedTemplates).flatMap(([template, text]) =>
      templateConditions(text).map(condition => ({ ...condition, template })),
    ),
  ];
}
