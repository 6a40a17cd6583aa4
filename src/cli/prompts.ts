// Prompts of a stored case, rendered again from the model files if they are still what they were.
import { existsSync } from 'node:fs';
import { ThreadRenderer } from '../engines/renderer.ts';
import { type ModelFile, readModelFile } from '../gguf/index.ts';
import type { Case } from '../records/case.ts';
import type { Role } from '../records/observation.ts';
import type { ModelRecord } from '../records/run.ts';
import type { Store } from '../sweep/ports.ts';
import { caseChat } from '../sweep/prompts.ts';
import { sha256Text } from './models.ts';

/** The prompts both models were shown; absent where a file that is needed is gone or has another template now. */
export async function casePrompts(
  store: Store,
  about: Case,
  signal: AbortSignal,
): Promise<Partial<Record<Role, string>>> {
  const run = await store.run();
  if (run === undefined) return {};
  const { candidate, baseline } = run.spec;
  const files = { candidate: await unchanged(candidate, signal), baseline: await unchanged(baseline, signal) };
  await using renderer = new ThreadRenderer();
  const prompts: Partial<Record<Role, string>> = {};
  for (const [role, other] of [
    ['candidate', 'baseline'],
    ['baseline', 'candidate'],
  ] as const) {
    const file = files[role];
    const template = files[about.template === 'exchanged' ? other : role]?.chatTemplate;
    if (file === undefined || template === undefined) continue;
    const options = {
      bosToken: file.bosToken ?? '',
      eosToken: file.eosToken ?? '',
      arguments: run.spec.templateArguments,
    };
    prompts[role] = (await renderer.render(template, [caseChat(about)], options, signal))[0] as string;
  }
  return prompts;
}

/** The model's file, if it is there and its template is still the same. */
async function unchanged({ path, templateSha256 }: ModelRecord, signal: AbortSignal): Promise<ModelFile | undefined> {
  if (!existsSync(path)) return undefined;
  const file = await readModelFile(path, signal);
  const same = file.chatTemplate !== undefined && sha256Text(file.chatTemplate) === templateSha256;
  return same ? file : undefined;
}
