// Bytes of a file that no tensor claims -> whether something is hidden in them.
import { type FileHandle, open } from 'node:fs/promises';
import type { InspectionFinding } from '../../records/inspections/inspection.ts';
import type { ModelFile, Tensor } from '../model.ts';
import { looksLike } from '../file/suspect.ts';
import { few, found } from './found.ts';

/** Bytes behind the end that are looked at: enough to say what they are, and whether they are zeros. */
const looked = 2 ** 20;
/** Gaps that are read; there is one per tensor. */
const mostGaps = 20_000;

/** What lies behind the last tensor of each file, and in the gaps that alignment leaves. */
export async function layoutFindings(model: ModelFile, signal?: AbortSignal): Promise<InspectionFinding[]> {
  const all: InspectionFinding[] = [];
  for (const [index, path] of model.parts.entries()) {
    signal?.throwIfAborted();
    const file = await open(path);
    try {
      const tensors = model.tensors.filter(({ part }) => part === index).sort((a, b) => a.offset - b.offset);
      all.push(...(await behind(file, tensors)), ...(await gaps(file, tensors)));
    } finally {
      await file.close();
    }
  }
  return all;
}

async function behind(file: FileHandle, tensors: readonly Tensor[]): Promise<InspectionFinding[]> {
  const last = tensors.at(-1);
  if (last === undefined) return [];
  const end = last.offset + last.bytes;
  const { size } = await file.stat();
  const bytes = await read(file, end, Math.min(looked, size - end));
  const zeros = bytes.every(byte => byte === 0);
  // Up to the alignment zeros are in order, whatever it is.
  if (zeros && size - end < 65_536) return [];
  if (zeros && size - end <= looked) return [found('trailing-zeros', `${size - end} bytes`)];
  const start = bytes.findIndex(byte => byte !== 0);
  const looks = start === -1 ? undefined : signatureOf(bytes.subarray(start));
  return [found('trailing-bytes', `${size - end} bytes${looks === undefined ? '' : `, which look like ${looks}`}`)];
}

function signatureOf(bytes: Buffer): string | undefined {
  const start = bytes.toString('latin1', 0, 4);
  if (start === 'GGUF') return 'another GGUF';
  if (start === '\x7fELF' || start.startsWith('MZ')) return 'a program';
  return looksLike(bytes);
}

async function gaps(file: FileHandle, tensors: readonly Tensor[]): Promise<InspectionFinding[]> {
  const filled: string[] = [];
  for (const [index, tensor] of tensors.slice(0, mostGaps).entries()) {
    const next = tensors[index + 1];
    const end = tensor.offset + tensor.bytes;
    if (next === undefined || next.offset === end) continue;
    const bytes = await read(file, end, next.offset - end);
    if (bytes.some(byte => byte !== 0)) filled.push(`${bytes.length} bytes behind ${tensor.name}`);
  }
  return filled.length === 0 ? [] : [found('padding-not-empty', few(filled))];
}

async function read(file: FileHandle, start: number, length: number): Promise<Buffer> {
  const bytes = Buffer.alloc(Math.max(0, length));
  const { bytesRead } = await file.read(bytes, 0, bytes.length, start);
  return bytes.subarray(0, bytesRead);
}
