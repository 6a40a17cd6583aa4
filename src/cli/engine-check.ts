// Before a run: are its prompts what other engines make of the same templates? A template may behave in one of them alone.
import { type Disagreement, type FoundDisagreement, SecondEngine } from '../engines/second-engine.ts';
import type { ThreadRenderer } from '../engines/renderer.ts';
import type { Case } from '../records/case.ts';
import type { Warning } from '../records/run.ts';
import { caseChat } from '../sweep/prompts.ts';
import { options, type Prepared } from './preparing.ts';

/** Warnings about prompts that another engine makes otherwise, with the line of the template. */
export async function engineWarnings(
  prepared: Prepared,
  renderer: ThreadRenderer,
  design: readonly Case[],
  signal: AbortSignal,
): Promise<Warning[]> {
  const warnings: Warning[] = [];
  const chats = design.map(caseChat);
  await using second = new SecondEngine(renderer);
  for (const role of ['candidate', 'baseline'] as const) {
    const { template, plainTemplate } = prepared.models[role];
    const offered = plainTemplate === undefined ? chats : chats.filter(({ tools }) => tools.length > 0);
    const groups = [
      [template, offered],
      [plainTemplate, chats.filter(({ tools }) => tools.length === 0)],
    ] as const;
    for (const [text, of] of groups) {
      if (text === undefined || of.length === 0) continue;
      const { native, found } = await second.renderBoth(text, of, options(prepared, role), signal);
      if (native.state === 'unavailable') warnings.push({ code: 'engine-unchecked', detail: `${role}: ${native.why}` });
      warnings.push(...warningsOf(found, role, of.length));
    }
  }
  return warnings;
}

/** One warning for each engine: the first disagreement, and in how many prompts there is one. */
function warningsOf(found: readonly FoundDisagreement[], role: string, chats: number): Warning[] {
  return (['llama.cpp', 'python'] as const).flatMap(engine => {
    // That Python refuses what llama.cpp lets pass is so for honest templates too.
    const here = found.filter(
      one => one.engine === engine && (engine === 'llama.cpp' || one.disagreement.kind === 'text'),
    );
    const [first] = here;
    if (first === undefined) return [];
    const detail = `${role}: ${differenceText(first.disagreement)}, in ${here.length} of ${chats} prompts`;
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
