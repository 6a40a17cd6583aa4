// What `inspect` of a file of 104 MB takes: wall and processor seconds of the command, medians. With TURNCOAT_BEFORE (the
// folder of another checkout that was built) both run in turn, so that the machine's other work meets both.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { median } from './processes.mjs';

const here = fileURLToPath(new URL('../..', import.meta.url));

/** Runs a checkout's `inspect`; the shell's own clock counts the processes that it starts too. */
function inspected(root, args) {
  const command = `TIMEFORMAT='%R %U %S'; time "$0" "$@" >/dev/null 2>&1`;
  const line = ['-c', command, process.execPath, join(root, 'bin/turncoat.js'), 'inspect', ...args];
  return new Promise((resolve, reject) => {
    execFile('bash', line, (error, _, stderr) => {
      const [seconds, user, system] = stderr.trim().split(' ').map(Number);
      if (Number.isFinite(system)) resolve({ seconds, cpu: user + system });
      else reject(error ?? new Error(stderr));
    });
  });
}

/** @param path a model file, inspected alone and against itself */
export async function inspection(path, rounds, say) {
  const before = process.env.TURNCOAT_BEFORE;
  const result = {};
  for (const [name, args] of Object.entries({ alone: [path], againstItself: [path, path] })) {
    const runs = { now: [], before: [] };
    for (let round = 0; round < rounds; round++) {
      runs.now.push(await inspected(here, args));
      if (before) runs.before.push(await inspected(before, args));
    }
    const of = (which, figure) => median(runs[which].map(run => run[figure]));
    const ratio = figure => median(runs.now.map((run, index) => run[figure] / runs.before[index]?.[figure]));
    result[name] = {
      seconds: of('now', 'seconds'),
      cpu: of('now', 'cpu'),
      beforeSeconds: of('before', 'seconds'),
      beforeCpu: of('before', 'cpu'),
      toBefore: ratio('seconds'),
      toBeforeInCpuTime: ratio('cpu'),
    };
    say(`inspect ${name}: ${result[name].seconds.toFixed(2)} s, ${result[name].cpu.toFixed(2)} CPU-s`);
  }
  return result;
}
