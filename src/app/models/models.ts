// A model as the user named it -> a checked file and its record.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { UserError } from '../../errors.ts';
import {
  type AdapterFile,
  bytesOf,
  hashFile,
  isAdapter,
  misfits,
  type ModelFile,
  readAdapter,
  readModelFile,
} from '../../gguf/index.ts';
import type { ResolvedModel } from '../../hub/index.ts';
import { adaptedText, baseReference, calledName, identityText } from '../../records/adapted.ts';
import type { AdapterRecord, ModelRecord } from '../../records/run.ts';
import { inspectionSentence } from '../../words/inspection.ts';
import type { ChatTemplates } from '../../observe/prompts.ts';

/** A model file that can be compared: it has a chat template. */
export interface OpenedModel extends ChatTemplates {
  /** With the template that is used as its usual one. */
  readonly file: ModelFile;
  /** The model file's own template, used or not. */
  readonly own: string | undefined;
  /** What people call it, where that is not the file's own name. */
  readonly called: string | undefined;
  /** Adapters that it runs with. */
  readonly adapters: readonly AdapterFile[];
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
  /** What it is called in reports; undefined: as its reference says. */
  readonly shownAs?: string | undefined;
  /** Where it is from on the Hub, and a file that says how it is to be sampled: where its card is looked for. */
  readonly repo?: string | undefined;
  readonly commit?: string | undefined;
  readonly sampling?: string | undefined;
  /** LoRA adapters to run it with, in this order. */
  readonly adapters?: readonly AdapterRequest[] | undefined;
}

/** An adapter that was asked for, on this machine. */
export interface AdapterRequest extends Pick<ModelRequest, 'reference' | 'path' | 'hashes'> {
  /** Factor of its change beside the file's own alpha over rank; not 0. */
  readonly scale: number;
}

/** The same model again, from its record. */
export function requestOf(record: ModelRecord): ModelRequest {
  const { path, template, adapters, shownAs } = record;
  const templateFile = template?.from === 'file' ? template.path : undefined;
  return { reference: baseReference(record), path, templateFile, shownAs, adapters };
}

/** What was resolved, as a request. Bytes that were verified by their hash need not be hashed again. */
export function resolvedRequest({
  reference,
  path,
  files,
  adapters,
  repo,
  commit,
  sampling,
}: ResolvedModel): ModelRequest {
  const known = (all: ResolvedModel['files']) => {
    const hashes = all.flatMap(({ sha256 }) => sha256 ?? []);
    return hashes.length === all.length ? { hashes } : {};
  };
  return {
    reference,
    path,
    ...known(files),
    ...(repo && { repo }),
    ...(commit && { commit }),
    ...(sampling && { sampling }),
    ...(adapters && {
      adapters: adapters.map(one => {
        return { reference: one.reference, path: one.path, scale: one.scale, ...known(one.files) };
      }),
    }),
  };
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
 * @throws UserError for a missing, broken or unfit file; `no-chat-template` when it has none; `is-adapter`, `not-an-adapter`,
 *   `adapter-unfit` where a base or an adapter is none, or they do not belong together
 */
export async function openModel(request: ModelRequest, signal: AbortSignal): Promise<OpenedModel> {
  const { reference, path, hashes, templateFile, shownAs } = request;
  const file = await readModelFile(path, signal);
  if (isAdapter(file)) throw adapterAlone(path);
  const adapters = await openAdapters(request, file, signal);
  const used = usedTemplates(file, templateFile);
  if (used === undefined) {
    const hint = 'take a conversion that kept its template, or give one with --template-file';
    throw new UserError('no-chat-template', `${path}: the model has no chat template (tokenizer.chat_template)`, hint);
  }
  const record: ModelRecord = {
    reference: adapters.length === 0 ? reference : adaptedText(baseName(request), request.adapters ?? []),
    ...(shownAs !== undefined && { shownAs }),
    path,
    sizeBytes: file.sizeBytes,
    sha256: await modelHash(file, hashes, signal),
    templateSha256: used.sha256,
    ...(used.from === undefined ? {} : { template: used.from }),
    ...(file.name === undefined ? {} : { name: file.name }),
    architecture: file.architecture,
    quantisation: file.quantisation,
    parameterCount: file.parameterCount,
    ...(adapters.length > 0 && { adapters: adapters.map(({ record }) => record) }),
  };
  const { template, plainTemplate } = used;
  const inspected = templateFile === undefined ? file : { ...file, chatTemplate: template, namedTemplates: {} };
  const own = file.chatTemplate ?? file.namedTemplates['tool_use'];
  const files = adapters.map(one => ({ file: one.file, scale: one.record.scale }));
  return {
    file: inspected,
    own,
    called: calledName(record),
    adapters: files,
    template,
    ...(plainTemplate !== undefined && { plainTemplate }),
    record,
  };
}

/** A reference that was resolved names the adapters too. */
function baseName({ reference, adapters = [] }: ModelRequest): string {
  return baseReference({ reference, adapters });
}

export function adapterAlone(path: string): UserError {
  const hint = `name the model that it was trained on in front of it: BASE.gguf+${path}`;
  return new UserError('is-adapter', `${path} is a LoRA adapter, and no model by itself`, hint, { path });
}

export function noAdapter(path: string): UserError {
  const hint = 'write BASE+ADAPTER: what stands behind a + is a LoRA adapter in GGUF';
  return new UserError('not-an-adapter', `${path} is a model, and no adapter`, hint, { path });
}

interface OpenedAdapter {
  readonly file: ModelFile;
  readonly record: AdapterRecord;
}

async function openAdapters(
  { adapters = [] }: ModelRequest,
  base: ModelFile,
  signal: AbortSignal,
): Promise<OpenedAdapter[]> {
  const opened: OpenedAdapter[] = [];
  for (const { reference, path, scale, hashes } of adapters) {
    const file = await readModelFile(path, signal);
    checkAdapter(file, base);
    if (!Number.isFinite(scale) || scale === 0) {
      throw new UserError('bad-scale', `${path}: ${scale} is no scale of an adapter`, 'give a number that is not 0');
    }
    if (opened.some(one => one.file.path === path)) {
      throw new UserError('bad-reference', `${path} is named twice`, 'name each adapter once, with one scale');
    }
    const record = {
      reference,
      path,
      sizeBytes: file.sizeBytes,
      sha256: await modelHash(file, hashes, signal),
      scale,
      rank: readAdapter(file).targets.reduce((most, { rank }) => Math.max(most, rank), 1),
      ...(file.name !== undefined && { name: file.name }),
    };
    opened.push({ file, record });
  }
  return opened;
}

/** @throws UserError `not-an-adapter`, `adapter-unfit`: what llama.cpp would refuse, before anything is loaded */
function checkAdapter(file: ModelFile, base: ModelFile): void {
  const { path } = file;
  if (!isAdapter(file)) throw noAdapter(path);
  const [first] = misfits(file, base);
  if (first === undefined) return;
  const hint = 'take the model that it was trained on; `turncoat inspect BASE+ADAPTER` says all that does not fit';
  const why = inspectionSentence({ code: first.rule, detail: first.detail });
  throw new UserError('adapter-unfit', `${path} on ${base.path}: ${why}`, hint, { path });
}

/** The path of a file that is not the recorded one any more; undefined where model and adapters are. */
export async function changedFile(record: ModelRecord, signal: AbortSignal): Promise<string | undefined> {
  const hash = async (path: string) => await modelHash(await readModelFile(path, signal), undefined, signal);
  for (const { path, sha256 } of [record, ...(record.adapters ?? [])]) {
    if ((await hash(path)) !== sha256) return path;
  }
  return undefined;
}

/** Whether both records are of the same bytes, with the same adapters at the same scales. */
export const sameModel = (one: ModelRecord, other: ModelRecord): boolean => identityText(one) === identityText(other);

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
