// A model as the user named it -> a checked file and its record.
import { createHash } from 'node:crypto';
import { UserError } from '../errors.ts';
import { hashFile, type ModelFile, readModelFile } from '../gguf/index.ts';
import type { ModelRecord } from '../records/run.ts';

/** A model file that can be compared: it has a chat template. */
export interface OpenedModel {
  readonly file: ModelFile;
  readonly template: string;
  readonly record: ModelRecord;
}

export const sha256Text = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * Reads and hashes a model file.
 * @throws UserError for a missing, broken or unfit file; `no-chat-template` when it has none
 */
export async function openModel(reference: string, path: string, signal: AbortSignal): Promise<OpenedModel> {
  const file = await readModelFile(path, signal);
  const template = file.chatTemplate;
  if (template === undefined) {
    const hint =
      'tool calls need a chat template: take an instruction-tuned GGUF, or a conversion that kept its template';
    throw new UserError('no-chat-template', `${path}: the model has no chat template (tokenizer.chat_template)`, hint);
  }
  const record: ModelRecord = {
    reference,
    path,
    sizeBytes: file.sizeBytes,
    sha256: await hashFile(path, signal),
    templateSha256: sha256Text(template),
    ...(file.name === undefined ? {} : { name: file.name }),
    architecture: file.architecture,
    quantisation: file.quantisation,
    parameterCount: file.parameterCount,
  };
  return { file, template, record };
}
