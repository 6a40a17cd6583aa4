// Prompts of stored cases, rendered again from the model files if they are still what they were.
import { existsSync } from 'node:fs';
import { ThreadRenderer } from '../../engines/renderer.ts';
import { type ModelFile, readModelFile } from '../../gguf/index.ts';
import type { Case } from '../../records/suites/case.ts';
import type { Role } from '../../records/observation.ts';
import type { ModelRecord, RunRecord } from '../../records/run.ts';
import { caseChat, type ChatTemplates, renderChats } from '../../observe/prompts.ts';
import { requestOf, usedTemplates } from '../models/models.ts';

/** Renders the prompts that both models were shown; one is absent where a file it needs is gone or has another template. */
export interface PromptRenderer extends AsyncDisposable {
  of(about: Case): Promise<Partial<Record<Role, string>>>;
}

/** Reads both files once and keeps one renderer for all cases. */
export async function promptRenderer(run: RunRecord, signal: AbortSignal): Promise<PromptRenderer> {
  const { candidate, baseline } = run.spec;
  const files = { candidate: await unchanged(candidate, signal), baseline: await unchanged(baseline, signal) };
  const renderer = new ThreadRenderer();
  const promptOf = async (about: Case, role: Role, other: Role) => {
    const file = files[role]?.file;
    const templates = files[about.template === 'exchanged' ? other : role]?.templates;
    if (file === undefined || templates === undefined) return {};
    const options = {
      bosToken: file.bosToken ?? '',
      eosToken: file.eosToken ?? '',
      arguments: run.spec.templateArguments,
    };
    const [prompt] = await renderChats(renderer, templates, [caseChat(about)], options, signal);
    return { [role]: prompt as string };
  };
  return {
    of: async about => ({
      ...(await promptOf(about, 'candidate', 'baseline')),
      ...(await promptOf(about, 'baseline', 'candidate')),
    }),
    [Symbol.asyncDispose]: () => renderer[Symbol.asyncDispose](),
  };
}

interface Unchanged {
  readonly file: ModelFile;
  readonly templates: ChatTemplates;
}

/** The model's file, if it is there and the template that was used is still the same. */
async function unchanged(record: ModelRecord, signal: AbortSignal): Promise<Unchanged | undefined> {
  const { path, templateFile } = requestOf(record);
  if (!existsSync(path) || (templateFile !== undefined && !existsSync(templateFile))) return undefined;
  const file = await readModelFile(path, signal);
  const templates = usedTemplates(file, templateFile);
  return templates?.sha256 === record.templateSha256 ? { file, templates } : undefined;
}
