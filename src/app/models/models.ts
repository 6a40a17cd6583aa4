// A model as the user named it -> a checked file and its record.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { UserError } from '../../errors.ts';
import { bytesOf, hashFile, type ModelFile, readModelFile } from '../../gguf/index.ts';
import type { ModelRecord } from '../../records/run.ts';
import type { ChatTemplates } from '../../observe/prompts.ts';

/** A model file that can be compared: it has a chat template. */
export interface OpenedModel extends ChatTemplates {
  /** With the template that is used as its usual one. */
  readonly file: ModelFile;
  /** The model file's own template, used or not. */
  readonly own: string | undefined;
  readonly record: ModelRecord;
}

/** A model that was asked for, on this machine. */
export interface ModelRequest {
  readonly reference: string;
  readonly path: string;
  /** sha256 of its files, where they were just verified. */
  readonly hashes?: readonly string[];
  /** A chat template to use in the place of the model's own. */
  readonly templateFile?: string | undefined;
}

/** The same model again, from its record. */
export function requestOf({ reference, path, template }: ModelRecord): ModelRequest {
  return { reference, path, templateFile: template?.from === 'file' ? template.path : undefined };
}

/** Of the bytes that a text of a model file had there. */
export const sha256Text = (text: string): string => createHash('sha256').update(bytesOf(text)).digest('hex');

/** The templates that a model's prompts are rendered with, and where they are from. */
interface UsedTemplates extends ChatTemplates {
  readonly sha256: string;
  readonly from: ModelRecord['template'];
}

/**
 * Which template is used: the file that was asked for, else as llama.cpp chooses: the one named `tool_use` where tools are
 * offered, the usual one where none are.
 * @returns undefined when there is none
 */
export function usedTemplates(file: ModelFile, templateFile: string | undefined): UsedTemplates | undefined {
  if (templateFile !== undefined) {
    const template = readTemplate(templateFile);
    return { template, sha256: sha256Text(template), from: { from: 'file', path: templateFile } };
  }
  const usual = file.chatTemplate;
  const named = file.namedTemplates['tool_use'];
  if (named === undefined)
    return usual === undefined ? undefined : { template: usual, sha256: sha256Text(usual), from: undefined };
  const plainTemplate = usual ?? named;
  const sha256 = sha256Text(named === plainTemplate ? named : JSON.stringify([named, plainTemplate]));
  return { template: named, plainTemplate, sha256, from: { from: 'named', name: 'tool_use' } };
}

/** Longer files are no templates. */
const longestTemplate = 1_000_000;

export function readTemplate(path: string): string {
  const hint = 'name a Jinja file: --template-file FILE, or templateFile in a sweep file';
  try {
    const text = readFileSync(path, 'utf8');
    if (text.length <= longestTemplate) return text;
  } catch (error) {
    throw new UserError('template-file-unreadable', `${path}: ${(error as Error).message}`, hint);
  }
  throw new UserError('template-file-unreadable', `${path}: longer than ${longestTemplate} characters`, hint);
}

/**
 * Reads and hashes a model file.
 * @throws UserError for a missing, broken or unfit file; `no-chat-template` when it has none
 */
export async function openModel(request: ModelRequest, signal: AbortSignal): Promise<OpenedModel> {
  const { reference, path, hashes, templateFile } = request;
  const file = await readModelFile(path, signal);
  const used = usedTemplates(file, templateFile);
  if (used === undefined) {
    const hint = 'take a conversion that kept its template, or give one with --template-file';
    throw new UserError('no-chat-template', `${path}: the model has no chat template (tokenizer.chat_template)`, hint);
  }
  const record: ModelRecord = {
    reference,
    path,
    sizeBytes: file.sizeBytes,
    sha256: await modelHash(file, hashes, signal),
    templateSha256: used.sha256,
    ...(used.from === undefined ? {} : { template: used.from }),
    ...(file.name === undefined ? {} : { name: file.name }),
    architecture: file.architecture,
    quantisation: file.quantisation,
    parameterCount: file.parameterCount,
  };
  const { template, plainTemplate } = used;
  const inspected = templateFile === undefined ? file : { ...file, chatTemplate: template, namedTemplates: {} };
  const own = file.chatTemplate ?? file.namedTemplates['tool_use'];
  return { file: inspected, own, template, ...(plainTemplate === undefined ? {} : { plainTemplate }), record };
}

/** A model file's hash as its record has it. */
export async function hashOf({ path }: ModelRequest, signal: AbortSignal): Promise<string> {
  return await modelHash(await readModelFile(path, signal), undefined, signal);
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
