// Folders as Python's PEFT writes them: refused with what makes a GGUF of them.
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../../errors.ts';

const files = ['adapter_config.json', 'adapter_model.safetensors', 'adapter_model.bin'];

/** The folder of a PEFT adapter that a path names: itself, or by one of its files; undefined for anything else. */
export function peftFolder(path: string): string | undefined {
  const folder = files.includes(basename(path)) ? dirname(path) : path;
  return existsSync(join(folder, 'adapter_config.json')) ? folder : undefined;
}

/**
 * What a PEFT adapter is refused with.
 * @param what the folder, or the repository
 * @param before a command that brings it here, where it is not
 */
export function peftAdapter(what: string, before?: string): UserError {
  const folder = before === undefined ? what : 'ADAPTER';
  const command = `python convert_lora_to_gguf.py ${quoted(folder)} --base BASE --outfile adapter.gguf`;
  const hint = `convert it with llama.cpp’s: ${before === undefined ? '' : `${before} && `}${command}`;
  return new UserError('peft-adapter', `${what} is a LoRA adapter in PEFT's form, and no GGUF`, hint, { path: what });
}

const quoted = (path: string): string => (/[^\w./~-]/.test(path) ? `'${path.replaceAll("'", "'\\''")}'` : path);
