// Are prompts what other engines make of the same templates? A template may behave in one of them alone.
import { type Disagreement, type FoundDisagreement, SecondEngine } from '../../engines/second-engine.ts';
import type { ThreadRenderer } from '../../engines/renderer.ts';
import { UserError } from '../../errors.ts';
import type { ModelFile } from '../../gguf/index.ts';
import type { Case } from '../../records/suites/case.ts';
import type { InspectionFinding } from '../../records/inspections/inspection.ts';
import type { Role } from '../../records/observation.ts';
import type { Warning } from '../../records/run.ts';
import type { Chat, RenderOptions } from '../../ports/template.ts';
import { caseChat, type ChatTemplates } from '../../observe/prompts.ts';
import { usedTemplates } from '../models/models.ts';
import type { Prepared } from './preparing.ts';

/**
 * Warnings about prompts that another engine makes otherwise, with the line of the template.
 * @param optionsOf what each model's template is rendered with
 */
export async function engineWarnings(
  { models }: Pick<Prepared, 'models'>,
  optionsOf: (role: Role) => RenderOptions,
  renderer: ThreadRenderer,
  design: readonly Case[],
  signal: AbortSignal,
): Promise<Warning[]> {
  const warnings: Warning[] = [];
  const chats = design.map(caseChat);
  await using second = new SecondEngine(renderer);
  for (const role of ['candidate', 'baseline'] as const) {
    const found = await disagreements(second, models[role], optionsOf(role), chats, signal);
    warnings.push(...found.map(({ code, detail }) => ({ code, detail: `${role}: ${detail}` })));
  }
  return warnings;
}

/** Chats of the suite that an inspection renders with other engines; a template tells them apart in any chat. */
const fewChats = 60;

/**
 * The same for a candidate that is only looked at. A template that stops the engines is as much an alarm as one that tells
 * them apart.
 */
export async function engineFindings(
  file: ModelFile,
  second: SecondEngine,
  cases: readonly Case[],
  signal: AbortSignal,
): Promise<InspectionFinding[]> {
  const used = usedTemplates(file, undefined);
  if (used === undefined) return [];
  const every = Math.max(1, Math.floor(cases.length / fewChats));
  const chats = cases.filter((_, index) => index % every === 0).map(caseChat);
  const names = { bosToken: file.bosToken ?? '', eosToken: file.eosToken ?? '' };
  try {
    const found = await disagreements(second, used, names, chats, signal);
    return found.map(({ code, detail }) => ({ gravity: code === 'engines-differ' ? 'alarm' : 'notice', code, detail }));
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return [{ gravity: 'alarm', code: 'engine-unchecked', detail: error.message }];
  }
}

/** Prompts that another engine makes otherwise, by engine, with the line of the template. */
async function disagreements(
  second: SecondEngine,
  { template, plainTemplate }: ChatTemplates,
  names: RenderOptions,
  chats: readonly Chat[],
  signal: AbortSignal,
): Promise<Warning[]> {
  const warnings: Warning[] = [];
  const offered = plainTemplate === undefined ? chats : chats.filter(({ tools }) => tools.length > 0);
  const groups = [
    [template, offered],
    [plainTemplate, chats.filter(({ tools }) => tools.length === 0)],
  ] as const;
  for (const [text, of] of groups) {
    if (text === undefined || of.length === 0) continue;
    const { native, found } = await second.renderBoth(text, of, names, signal);
    if (native.state === 'unavailable') warnings.push({ code: 'engine-unchecked', detail: native.why });
    warnings.push(...warningsOf(found, of.length));
  }
  return warnings;
}

/** One warning for each engine: the first disagreement, and in how many prompts there is one. */
function warningsOf(found: readonly FoundDisagreement[], chats: number): Warning[] {
  return (['llama.cpp', 'python'] as const).flatMap(engine => {
    // That Python refuses what llama.cpp lets pass is so for honest templates too.
    const here = found.filter(
      one => one.engine === engine && (engine === 'llama.cpp' || one.disagreement.kind === 'text'),
    );
    const [first] = here;
    if (first === undefined) return [];
    const detail = `${differenceText(first.disagreement)}, in ${here.length} of ${chats} prompts`;
    return [{ code: engine === 'python' ? 'python-differs' : 'engines-differ', detail }];
  });
}

function differenceText(difference: Disagreement): string {
  const line = difference.line === undefined ? '' : `line ${difference.line}: `;
  switch (difference.kind) {
    case 'text':
      return `${line}${JSON.stringify(difference.other)} in the place of ${JSON.stringify(difference.used)}`;
    case 'refuses':
      return `${line}it gives none (${difference.reason})`;
    case 'renders':
      return `${line}there is one where the tested engine has none (${difference.reason})`;
  }
}
