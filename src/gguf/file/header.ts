// A path -> what the model file says about itself, or a clear error. Never trusts a count, a length or an offset.
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { UserError } from '../../errors.ts';
import { peftAdapter, peftFolder } from '../adapters/peft.ts';
import { Malformed, NeedsMoreBytes } from './cursor.ts';
import { describeModel } from './describe.ts';
import { checkHyperparameters } from './hyperparameters.ts';
import type { ModelFile } from '../model.ts';
import { type Header, parseHeader, show } from './parse.ts';
import { joinParts, partPaths } from './split.ts';
import { looksLike } from './suspect.ts';

/** The largest header in use, a vocabulary of 262,144 with its merges, stays below 20 MB. */
const largestHeader = 64 * 2 ** 20;
/** Most headers are whole in it: to start one again takes longer than to read so much. */
const firstRead = 2 ** 23;

/** One file's header with the bytes it was read from. */
export interface HeaderFile {
  readonly path: string;
  readonly sizeBytes: number;
  readonly header: Header;
  readonly bytes: Buffer;
}

/**
 * Reads a model's header without loading the model; all parts of a split model.
 * @throws UserError `model-not-found`, `not-a-file`, `not-readable`, `empty-file`, `not-gguf`, `truncated`, `malformed`
 */
export async function readModelFile(path: string, signal?: AbortSignal): Promise<ModelFile> {
  const first = await readHeaderFile(path, signal);
  try {
    const paths = partPaths(path, first.header.metadata);
    const parts: HeaderFile[] = [];
    for (const part of paths) parts.push(part === path ? first : await readHeaderFile(part, signal));
    const joined = joinParts(parts);
    const model = describeModel(joined);
    checkHyperparameters(model.architecture, joined[0].header.metadata);
    return model;
  } catch (error) {
    throw explained(error, path);
  }
}

/** Reads one file's header, and checks that the tensors' data ends within the file. */
async function readHeaderFile(path: string, signal?: AbortSignal): Promise<HeaderFile> {
  signal?.throwIfAborted();
  const peft = peftFolder(path);
  if (peft !== undefined) throw peftAdapter(peft);
  const file = await openModel(path);
  try {
    const sizeBytes = await fileSize(file, path);
    const bytes = Buffer.alloc(Math.min(16, sizeBytes));
    await readFully(file, bytes, 0);
    if (bytes.toString('latin1', 0, 4) !== 'GGUF') throw notGguf(path, await startOf(file, sizeBytes));
    const found = await growHeader(file, sizeBytes, signal);
    checkDataEnd(path, sizeBytes, found.header);
    return { path, sizeBytes, ...found };
  } catch (error) {
    throw explained(error, path);
  } finally {
    await file.close();
  }
}

async function openModel(path: string): Promise<FileHandle> {
  try {
    // Non-blocking, so that a pipe is refused below instead of waited for.
    return await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') {
      throw new UserError(
        'model-not-found',
        `there is no file ${path}`,
        'check the path, or name a model on the Hub as hf:user/repo:Q4_K_M',
        { path },
      );
    }
    throw new UserError('not-readable', `${path} can't be read (${code})`, 'check its permissions', { path }, error);
  }
}

async function fileSize(file: FileHandle, path: string): Promise<number> {
  const stat = await file.stat();
  if (stat.isDirectory()) {
    throw new UserError('not-a-file', `${path} is a directory`, 'name the .gguf file in it', { path });
  }
  if (!stat.isFile()) throw new UserError('not-a-file', `${path} is not a regular file`, 'name a .gguf file', { path });
  if (stat.size === 0) throw new UserError('empty-file', `${path} is empty`, 'download it again', { path });
  return stat.size;
}

/** Reads more of the file until the header is whole; each try starts anew, which costs twice the header in all. */
async function growHeader(
  file: FileHandle,
  sizeBytes: number,
  signal?: AbortSignal,
): Promise<{ header: Header; bytes: Buffer }> {
  for (let length = firstRead; ; length *= 4) {
    signal?.throwIfAborted();
    const bytes = Buffer.alloc(Math.min(length, sizeBytes, largestHeader));
    await readFully(file, bytes, 0);
    try {
      return { header: parseHeader(bytes), bytes };
    } catch (error) {
      if (!(error instanceof NeedsMoreBytes)) throw error;
      if (bytes.length === sizeBytes) throw new Truncated('its header goes on after the end of the file');
      if (bytes.length === largestHeader) throw new Malformed(`its header is larger than ${largestHeader} bytes`);
    }
  }
}

async function readFully(file: FileHandle, into: Buffer, position: number): Promise<void> {
  for (let done = 0; done < into.length; ) {
    const { bytesRead } = await file.read(into, done, into.length - done, position + done);
    if (bytesRead === 0) throw new Truncated('it became shorter while it was read');
    done += bytesRead;
  }
}

async function startOf(file: FileHandle, sizeBytes: number): Promise<Buffer> {
  const bytes = Buffer.alloc(Math.min(4096, sizeBytes));
  await readFully(file, bytes, 0);
  return bytes;
}

function checkDataEnd(path: string, sizeBytes: number, { tensors, dataOffset }: Header): void {
  for (const tensor of tensors) {
    const end = dataOffset + tensor.offset + tensor.bytes;
    if (end > sizeBytes) {
      throw new Truncated(`tensor ${show(tensor.name)} ends at ${end}, and the file has ${sizeBytes} bytes`);
    }
  }
}

class Truncated extends Error {}

function notGguf(path: string, start: Buffer): UserError {
  const looks = looksLike(start);
  const hint = looks?.startsWith('a safetensors')
    ? 'convert it with llama.cpp’s convert_hf_to_gguf.py'
    : 'download the .gguf file again';
  return new UserError('not-gguf', `${path} is not a GGUF file${looks ? `: it looks like ${looks}` : ''}`, hint, {
    path,
  });
}

function explained(error: unknown, path: string): unknown {
  if (error instanceof Truncated) {
    return new UserError(
      'truncated',
      `${path} is cut short: ${error.message}`,
      'download it again; `turncoat pull` resumes and verifies',
      { path },
    );
  }
  if (error instanceof Malformed) {
    return new UserError(
      'malformed',
      `${path} is refused: ${error.message}`,
      'do not load this file; get it from its first publisher',
      { path },
    );
  }
  return error;
}
