// Prompts of a stored case, rendered again from the model files if they are still what they were.
import { existsSync } from 'node:fs';
import { ThreadRenderer } from '../engines/renderer.ts';
import { readModelFile } from '../gguf/index.ts';
import type { Case } from '../records/case.ts';
import type { Role } from '../records/observation.ts';
import type { Store } from '../sweep/ports.ts';
import { caseChat } from '../sweep/prompts.ts';
import { sha256Text } from './models.ts';

/** The prompts both models were shown; absent for a model whose file is gone or has another template now. */
export async function casePrompts(
  store: Store,
  about: Case,
  signal: AbortSignal,
): Promise<Partial<Record<Role, string>>> {
  const run = await store.run();
  if (run === undefined) return {};
  await using renderer = new ThreadRenderer();
  const prompts: Partial<Record<Role, string>> = {};
  for (const role of ['candidate', 'baseline'] as const) {
    const { path, templateSha256 } = run.spec[role];
    if (!existsSync(path)) continue;
    const file = await readModelFile(path, signal);
    if (file.chatTemplate === undefined || sha256Text(file.chatTemplate) !== templateSha256) continue;
    const options = {
      bosToken: file.bosToken ?? '',
      eosToken: file.eosToken ?? '',
      arguments: run.spec.templateArguments,
    };
    prompts[role] = (await renderer.render(file.chatTemplate, [caseChat(about)], options, signal))[0] as string;
  }
  return prompts;
}
