// A model as the user named it -> a checked file and its record.
import { createHash } from 'node:crypto';
import { UserError } from '../errors.ts';
import { bytesOf, hashFile, type ModelFile, readModelFile } from '../gguf/index.ts';
import type { ModelRecord } from '../records/run.ts';

/** A model file that can be compared: it has a chat template. */
export interface OpenedModel {
  readonly file: ModelFile;
  readonly template: string;
  readonly record: ModelRecord;
}

/** A model that was asked for, on this machine. */
export interface ModelRequest {
  readonly reference: string;
  readonly path: string;
  /** sha256 of its files, where they were just verified. */
  readonly hashes?: readonly string[];
}

/** Of the bytes that a text of a model file had there. */
export const sha256Text = (text: string): string => createHash('sha256').update(bytesOf(text)).digest('hex');

/**
 * Reads and hashes a model file.
 * @throws UserError for a missing, broken or unfit file; `no-chat-template` when it has none
 */
export async function openModel({ reference, path, hashes }: ModelRequest, signal: AbortSignal): Promise<OpenedModel> {
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
    sha256: await modelHash(file, hashes, signal),
    templateSha256: sha256Text(template),
    ...(file.name === undefined ? {} : { name: file.name }),
    architecture: file.architecture,
    quantisation: file.quantisation,
    parameterCount: file.parameterCount,
  };
  return { file, template, record };
}

/** The file's sha256; of a split model that of its parts' hashes, so that a change of any part is another model. */
async function modelHash(
  { parts }: ModelFile,
  known: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<string> {
  const hashes: string[] = [];
  for (const [index, part] of parts.entries()) hashes.push(known?.[index] ?? (await hashFile(part, signal)));
  return hashes.length === 1 ? (hashes[0] as string) : sha256Text(hashes.join('\n'));
}
