// Node, processors, memory, and room on the disks.
import { statfs } from 'node:fs/promises';
import { availableParallelism, cpus, freemem, totalmem } from 'node:os';
import { existing } from '../../hub/index.ts';
import { line } from '../../words/safe.ts';
import { sizeText } from '../../words/units.ts';
import type { Check, Checker } from './check.ts';

/** As package.json has it. */
const leastNode = [20, 19] as const;

export const node: Checker = async () => {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const old = major < leastNode[0] || (major === leastNode[0] && minor < leastNode[1]);
  const says = `Node ${process.versions.node}, ${process.platform} ${process.arch}`;
  const facts = { version: process.versions.node, platform: process.platform, arch: process.arch };
  const hint = `turncoat needs ${leastNode.join('.')} or newer: https://nodejs.org`;
  return [{ name: 'node', state: old ? 'fault' : 'ok', says, facts, ...(old && { hint }) }];
};

/** Below this a model of 1B parameters and its baseline do not fit at once. */
const fewBytes = 4e9;

export const machine: Checker = async () => {
  const cores = availableParallelism();
  // A container or a job of a cluster may have less than the machine.
  const limit = process.constrainedMemory?.() ?? 0;
  const total = limit > 0 && limit < totalmem() ? limit : totalmem();
  const little = total < fewBytes;
  const model = line(cpus()[0]?.model ?? 'unknown processor', 80).trim();
  const says = `${cores} ${cores === 1 ? 'core' : 'cores'} (${model}), ${sizeText(total)} of memory, ${sizeText(freemem())} free`;
  const hint = 'two models have to fit, or are loaded in turn: take small quantisations';
  const facts = { cores, model, memoryBytes: total, freeBytes: freemem() };
  return [{ name: 'machine', state: little ? 'note' : 'ok', says, facts, ...(little && { hint }) }];
};

/** A run of a thousand cases takes some tens of megabytes; a model of 7B, quantised, five gigabytes. */
const roomForRuns = 0.5e9;
const roomForModels = 10e9;

export const disk: Checker = async ({ environment }) => [
  await room('disk-runs', 'runs', process.cwd(), roomForRuns, 'make room, or start turncoat in a folder with more'),
  await room('disk-models', 'models', environment.cache, roomForModels, 'make room, or set HF_HOME to a larger disk'),
];

async function room(name: string, of: string, folder: string, least: number, hint: string): Promise<Check> {
  const { bavail, bsize } = await statfs(await existing(folder));
  const freeBytes = bavail * bsize;
  const says = `${sizeText(freeBytes)} free for ${of} in ${line(folder)}`;
  const little = freeBytes < least;
  return { name, state: little ? 'note' : 'ok', says, facts: { folder, freeBytes }, ...(little && { hint }) };
}
