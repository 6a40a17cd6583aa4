// What a process has used so far, read from outside. Linux only: elsewhere every figure is undefined.
import { existsSync, readFileSync } from 'node:fs';

const ticksPerSecond = 100;

/** CPU seconds of a /proc stat file. */
function cpuSeconds(path) {
  const fields = readFileSync(path, 'utf8').split(') ').at(-1).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/**
 * CPU seconds of a process, of its main thread alone (in Node: where all JavaScript runs), and its memory now and at
 * its highest, in MiB.
 */
export function usage(pid) {
  const folder = `/proc/${pid}`;
  if (!existsSync(`${folder}/task`)) return {};
  const status = readFileSync(`${folder}/status`, 'utf8');
  const mebibytes = name => Number(status.match(new RegExp(`${name}:\\s+(\\d+)`))?.[1]) / 1024;
  return {
    cpu: cpuSeconds(`${folder}/stat`),
    mainThread: cpuSeconds(`${folder}/task/${pid}/stat`),
    resident: mebibytes('VmRSS'),
    peak: mebibytes('VmHWM'),
  };
}

/** Runs `work` and returns its result with the wall time and what the process used meanwhile. */
export async function measured(pid, work) {
  const before = usage(pid);
  const started = performance.now();
  const result = await work();
  const seconds = (performance.now() - started) / 1000;
  const after = usage(pid);
  return {
    result,
    seconds,
    cpu: after.cpu - before.cpu,
    mainThread: after.mainThread - before.mainThread,
    resident: after.resident,
    peak: after.peak,
  };
}

export function median(values) {
  const sorted = values.filter(Number.isFinite).toSorted((a, b) => a - b);
  if (sorted.length === 0) return Number.NaN;
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
